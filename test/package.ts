// The package as a user gets it: packed, unpacked elsewhere, judged, compiled against and loaded.

import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import ts from 'typescript'
import { budget, PACKAGE } from './bench/size/budget.ts'
import { doorSizes } from './bench/size/size.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Inside node_modules, so that the peers are found from there and Git sees none of it. */
const place = join(root, 'node_modules', '.cache', 'hopwise-package')
const home = join(place, 'node_modules', 'hopwise')

/** Runs a program in the folder of the user, and returns what it prints. */
function run(program: string, ...args: readonly string[]): string {
  try {
    return execFileSync(program, args, { cwd: place, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    // What a checker has to say stands on its standard output.
    if (error instanceof Error && 'stdout' in error) throw new Error(String(error.stdout))
    throw error
  }
}

/** Runs a program of this project's dependencies. */
function bin(name: string, ...args: readonly string[]): string {
  return run(join(root, 'node_modules', '.bin', name), ...args)
}

rmSync(place, { recursive: true, force: true })
mkdirSync(home, { recursive: true })
interface Packed {
  readonly filename: string
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}
const [{ filename, files, unpackedSize }]: readonly [Packed] = JSON.parse(
  execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', place], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
)
run('tar', '-xzf', filename, '-C', home, '--strip-components=1')

t.test('it holds the doors, their declarations, and what is read first; nothing else', (t) => {
  const paths = files.map(({ path }) => path)
  for (const path of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']) {
    t.ok(paths.includes(path), path)
  }
  const expected = /^(?:dist\/(?:lib|types)\/.+\.(?:js|d\.ts)|docs\/(?:.+\.md|deploy\/.+))$/
  const rest = paths.filter((path) => !expected.test(path))
  t.same(rest.sort(), ['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD-PARTY.md', 'package.json'])
  const sources = ['lib', 'types'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join('dist', folder, path.replace(/\.ts$/, '.d.ts'))),
  )
  const declared = paths.filter((path) => path.endsWith('.d.ts'))
  t.same(declared.sort(), sources.sort(), 'each source once, and nothing left from an older build')
  const code = paths.filter((path) => /^dist\/.*\.js$/.test(path))
  const doors = code.filter((path) => !path.startsWith('dist/lib/chunks/'))
  const names = ['destinations', 'express', 'fastify', 'index', 'listen', 'networks']
  t.same(
    doors.sort(),
    names.map((name) => `dist/lib/${name}.js`),
    'the rest is in chunks',
  )
  t.end()
})

t.test('it installs no package, and names the license of what is bundled', (t) => {
  t.notOk('dependencies' in JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')))
  for (const { path } of files.filter(({ path }) => /^dist\/.*\.js$/.test(path))) {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(home, path), 'utf8'))
    for (const { fileName } of importedFiles) {
      // node:module would be for the `require` of a CommonJS package, and costs an import 1 ms.
      t.match(fileName, /^(?:node:(?!module$)|\.)/, path)
    }
  }
  const notice = readFileSync(join(home, 'THIRD-PARTY.md'), 'utf8').replace(/^> ?/gm, '')
  const license = join(root, 'node_modules', 'fastify-plugin', 'LICENSE')
  t.ok(notice.includes(readFileSync(license, 'utf8').trim()))
  t.end()
})

t.test('a function has a name before it is a method of a response, after bundling, too', (t) => {
  const requests = readFileSync(join(home, 'dist', 'lib', 'chunks', 'requests.js'), 'utf8')
  const assigned = requests.match(/(?<=response\.(?:write|end|writeHead) = ).*/g)
  t.same(assigned, ['watchedWrite;', 'watchedEnd;', 'watchedWriteHead;'])
  t.end()
})

t.test('it keeps within its budget, and so does each door with all that it imports', (t) => {
  const sizes: Readonly<Record<string, number>> = {
    [PACKAGE]: unpackedSize,
    ...doorSizes(home),
  }
  t.same(Object.keys(sizes), Object.keys(budget), 'there is a budget for each')
  for (const [name, size] of Object.entries(sizes)) {
    const most = budget[name] ?? 0
    t.ok(size <= most, `${name} weighs ${size} bytes of ${most}`)
  }
  t.end()
})

t.test(
  'its code is ASCII: one character beyond Latin-1 makes Node.js hold and read it at twice the size',
  (t) => {
    const scripts = files.map(({ path }) => path).filter((path) => path.endsWith('.js'))
    t.ok(scripts.length > 6)
    for (const path of scripts)
      t.notMatch(readFileSync(join(home, path), 'latin1'), /[^\0-\x7f]/, path)
    t.end()
  },
)

t.test('publint finds nothing to say', (t) => {
  t.match(bin('publint', '--strict', home), /All good!/)
  t.end()
})

t.test('its types are right for ES modules (are the types wrong?)', (t) => {
  // It exits with an error when it finds a problem.
  const verdict = bin('attw', join(place, filename), '--profile', 'esm-only', '--format', 'ascii')
  for (const name of ['', '/fastify', '/express', '/destinations', '/listen', '/networks']) {
    const door = `hopwise${name}`
    t.ok(verdict.includes(`"${door}"\n\nnode16 (from ESM): 🟢`), door)
  }
  t.end()
})

t.test('the type tests compile against it, with its declarations checked', (t) => {
  const tests = readdirSync(join(root, 'test', 'types'))
  for (const file of tests) copyFileSync(join(root, 'test', 'types', file), join(place, file))
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'))
  const { target, lib, strict, exactOptionalPropertyTypes } = compilerOptions
  const options = { target, lib, strict, exactOptionalPropertyTypes, module: 'nodenext' }
  const tsconfig = { compilerOptions: { ...options, types: ['node'], noEmit: true }, files: tests }
  writeFileSync(join(place, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(tsconfig))
  t.equal(bin('tsc', '-p', place), '')
  t.end()
})

t.test('CommonJS gets the functions themselves', (t) => {
  writeFileSync(
    join(place, 'require.cjs'),
    `const express = require('hopwise/express')
     const fastify = require('hopwise/fastify')
     const { compileTrust } = require('hopwise')
     console.log(typeof express, typeof fastify, typeof compileTrust().trusts, typeof express())`,
  )
  t.equal(run(process.execPath, 'require.cjs'), 'function function function function\n')
  t.end()
})
