// The file of a list: read at one go within a bound, and what is no list is told apart.

import {
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import t, { type Test } from 'tap'
import { lookAt, readListFile } from '../../lib/networks/file.ts'
import { eventually } from '../fixtures/eventually.ts'
import { listFile, listFolder } from '../fixtures/list-file.ts'
import { makeFifo } from '../fixtures/log-file.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

function complaint(path: string) {
  const { code, option, input, message } = startUpError(() => readListFile(path))
  t.same({ option, input }, { option: 'path', input: path })
  return { code, message }
}

t.test('a file is read whole, with the time it was written at', (t) => {
  const path = listFile(t, '192.0.2.0/24\n')
  const time = new Date('2026-01-02T03:04:05Z')
  utimesSync(path, time, time)
  const { text, modifiedAt } = readListFile(path)
  t.equal(text, '192.0.2.0/24\n')
  t.same(modifiedAt, time)
  t.end()
})

t.test('a byte order mark is no part of the text', (t) => {
  t.equal(readListFile(listFile(t, '\uFEFF{}')).text, '{}')
  t.end()
})

t.test('what cannot be read is an error with the reason of the system', (t) => {
  const folder = listFolder(t)
  for (const [path, reason] of [
    [join(folder, 'absent'), 'ENOENT: no such file or directory'],
    [join(folder, 'absent', 'list'), 'ENOENT'],
    [folder, 'it is no file'],
    ['/dev/null', 'it is no file'],
    ['/dev/zero', 'it is no file'],
  ] as const) {
    const { code, message } = complaint(path)
    t.equal(code, 'unreadable-list')
    t.match(message, reason)
  }
  t.end()
})

t.test('a pipe that nobody writes to keeps nobody waiting', (t) => {
  const path = join(listFolder(t), 'pipe')
  makeFifo(path)
  const start = performance.now()
  t.match(complaint(path), { code: 'unreadable-list', message: /it is no file/ })
  t.ok(performance.now() - start < 1000)
  t.end()
})

t.test('100 MB are refused before they are read, 16 MiB are the most', (t) => {
  const path = listFile(t, '')
  truncateSync(path, 100_000_000)
  const start = performance.now()
  t.match(complaint(path), {
    code: 'bad-list',
    message: /has 100000000 bytes; a list has at most 16777216\./,
  })
  t.ok(performance.now() - start < 50)
  truncateSync(path, 16 * 1024 * 1024 + 1)
  t.match(complaint(path).message, /has 16777217 bytes/)
  truncateSync(path, 16 * 1024 * 1024)
  t.match(complaint(path).message, /is no text/)
  t.end()
})

t.test('nothing, a page, and what is no text are no list', (t) => {
  for (const [contents, reason] of [
    ['', 'is empty'],
    [' \n\r\n', 'is empty'],
    ['<!DOCTYPE html>\n<title>502 Bad Gateway</title>', 'holds a page (HTML or XML) and no list'],
    ['\n  <?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', 'holds a page'],
    [Buffer.from([0x1f, 0x8b, 0x08, 0x00]), 'is no text'],
    [Buffer.from([0xc3, 0x28]), 'is no text'],
    ['192.0.2.0/24\0\n', 'is no text'],
    [Buffer.from('192.0.2.0/24\n', 'utf16le'), 'is no text'],
  ] as const) {
    const { code, message } = complaint(listFile(t, contents))
    t.equal(code, 'bad-list')
    t.match(message, reason)
  }
  t.end()
})

t.test(
  'the mark of a path is that of the file that was read, until something happens',
  async (t) => {
    const folder = listFolder(t)
    const path = join(folder, 'list')
    const time = new Date()
    writeFileSync(path, '192.0.2.0/24\n')
    utimesSync(path, time, time)
    const { mark } = readListFile(path)
    t.equal(await lookAt(path), mark)
    const link = join(folder, 'link')
    symlinkSync('list', link)
    t.equal(await lookAt(link), mark, 'a link is what it leads to')

    const other = join(folder, 'other')
    writeFileSync(other, '192.0.2.0/25\n')
    utimesSync(other, time, time)
    renameSync(other, path)
    t.not(await lookAt(path), mark, 'another file of the same size and time')
  },
)

t.test('what cannot be seen has one mark, and no file has it', async (t) => {
  const folder = listFolder(t)
  const absent = await lookAt(join(folder, 'absent'))
  t.equal(await lookAt(join(folder, 'absent', 'list')), absent)
  mkdirSync(join(folder, 'there'))
  t.not(await lookAt(join(folder, 'there')), absent)
})

/** Appends to a file as fast as it can, until the test ends. */
function startWriting(t: Test, path: string): void {
  const source = `const { workerData } = require('node:worker_threads')
    for (;;) require('node:fs').appendFileSync(workerData, '\\n')`
  // Without the loader of TypeScript, which costs more than all the rest.
  const worker = new Worker(source, { eval: true, workerData: path, execArgv: [] })
  t.teardown(() => worker.terminate())
}

t.test('a file that is written to while it is read is not taken', async (t) => {
  const path = listFile(t, '\n'.repeat(8_000_000))
  startWriting(t, path)
  await eventually(() => complaint(path).message.includes('is being written to'), 20_000)
})
