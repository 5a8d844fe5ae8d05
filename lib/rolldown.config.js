// How the doors are bundled for publishing. Each file that a program loads costs as much as 40 KB of code.

/** @type {import('rolldown').RolldownOptions} */
export default {
  input: ['index', 'fastify', 'express', 'destinations', 'listen', 'networks'].map(
    (door) => `lib/${door}.ts`,
  ),
  platform: 'node',
  logLevel: 'warn',
  external: [/^node:/],
  plugins: [requireBuiltins()],
  transform: { target: 'node20.19' },
  output: {
    dir: 'dist/lib',
    chunkFileNames: 'chunks/[name].js',
    comments: false,
    codeSplitting: {
      groups: [
        {
          name: 'all-doors',
          test: /\/lib\/(?:address\/|context\/peer|destination\/stream|errors|options)/,
          priority: 1,
        },
        {
          name: 'requests',
          test: /\/lib\/(?:access-log|context|diagnosis|door|forwarded|trust)\//,
          // What one door alone needs stays in it.
          minShareCount: 2,
        },
      ],
    },
  },
}

/** As it is, the `require` of fastify-plugin needs node:module, which costs an import 1 ms: as much as a file. */
function requireBuiltins() {
  return {
    name: 'require-builtins',
    /** @type {(code: string, path: string) => string | undefined} */
    transform: (code, path) =>
      path.includes('/fastify-plugin/')
        ? code.replace(/\brequire(?=\('node:)/g, 'process.getBuiltinModule')
        : undefined,
  }
}
