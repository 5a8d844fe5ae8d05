// What writes lines: ours, and those of the registry and of Node.js.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { openFile, toStream } from 'hopwise/destinations'
import { destination } from 'pino'

/** A writer that is open. */
export interface Writer {
  write(line: string): unknown
  /** All is handed over when it resolves. */
  close(): Promise<unknown>
  readonly dropped?: number
}

/** By name: to a file at a path. */
export const fileWriters: Readonly<Record<string, (path: string) => Writer>> = {
  hopwise: openFile,
  'pino.destination': (path) => pinoWriter({ dest: path }),
  'pino.destination, sync': (path) => pinoWriter({ dest: path, sync: true }),
  'pino.destination, sync, minLength 4096': (path) =>
    pinoWriter({ dest: path, sync: true, minLength: 4096 }),
  'fs.createWriteStream': (path) => streamWriter(createWriteStream(path)),
}

/** By name: to descriptor 1. */
export const stdoutWriters: Readonly<Record<string, () => Writer>> = {
  hopwise: () => toStream(process.stdout, { onError() {} }),
  'pino.destination': () => pinoWriter({ dest: 1 }),
  'pino.destination, sync': () => pinoWriter({ dest: 1, sync: true }),
  'process.stdout.write': () => streamWriter(process.stdout),
}

function pinoWriter(options: Parameters<typeof destination>[0]): Writer {
  const boom = destination(options)
  return {
    write: (line) => boom.write(line),
    async close() {
      const closed = once(boom, 'close')
      boom.end()
      await closed
    },
  }
}

function streamWriter(stream: NodeJS.WritableStream): Writer {
  return {
    write: (line) => stream.write(line),
    close: () => new Promise((resolve) => stream.write('', resolve)),
  }
}
