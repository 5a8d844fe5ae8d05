// A log file: whole lines within a bounded time and a bounded memory, rotated, full or stalled.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { openFile } from '../../lib/destination/file.ts'
import type { FileDestination, FileOptions } from '../../types/destination.ts'
import { eventually } from '../fixtures/eventually.ts'
import { hangThreads } from '../fixtures/hang-threads.ts'
import { linesOf, logFolder, makeFifo, readPipe, withFullDisk } from '../fixtures/log-file.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

/** A log in a folder of its own, and the codes of what it tells. */
function openLog(t: Test, options: FileOptions = {}, name = 'access.log') {
  const path = join(logFolder(t), name)
  const told: string[] = []
  const log = openFile(path, { onError: ({ code }) => told.push(code), ...options })
  t.teardown(() => log.close())
  return { path, told, log }
}

/** A line of a hundred bytes with a number. */
function numbered(number: number): string {
  return `${String(number).padStart(99)}\n`
}

/** Writes the numbers from 0, and answers with them. */
function writeNumbers(log: FileDestination, count: number): readonly number[] {
  const numbers = Array.from({ length: count }, (_, index) => index)
  for (const number of numbers) log.write(numbered(number))
  return numbers
}

const numbersOf = (path: string): readonly number[] => linesOf(path).map(Number)

t.test('a file is made for its owner and group, or as one says', async (t) => {
  const umask = process.umask(0)
  t.teardown(() => process.umask(umask))
  t.equal(statSync(openLog(t).path).mode & 0o777, 0o640)
  t.equal(statSync(openLog(t, { mode: 0o600 }).path).mode & 0o777, 0o600)
})

t.test('lines are appended within the time, together', async (t) => {
  const { path, log } = openLog(t, { flushWithinMillis: 50 })
  writeFileSync(path, 'before\n')
  const start = performance.now()
  log.write('one\n')
  log.write('two é\n')
  t.same(linesOf(path), ['before'], 'nothing is written within the call')
  await eventually(() => linesOf(path).length > 1)
  t.ok(performance.now() - start >= 45, 'they have waited for more')
  t.same(linesOf(path), ['before', 'one', 'two é'])
  log.write('three\n')
  await eventually(() => linesOf(path).length > 3)
  t.same(linesOf(path).at(-1), 'three')
})

t.test('what fills a write is written without waiting for the time', async (t) => {
  const { path, log } = openLog(t, { flushWithinMillis: 60_000 })
  const numbers = writeNumbers(log, 1500)
  await eventually(() => linesOf(path).length >= 1310)
  await log.close()
  t.same(numbersOf(path), numbers)
})

t.test('a line longer than a write goes in whole', async (t) => {
  const { path, log } = openLog(t)
  const long = 'x'.repeat(200_000)
  for (const line of ['before', long, 'after']) log.write(`${line}\n`)
  await log.close()
  t.same(linesOf(path), ['before', long, 'after'])
})

t.test('close writes what waits; what comes later counts as dropped', async (t) => {
  const { path, log, told } = openLog(t, { flushWithinMillis: 60_000 })
  const numbers = writeNumbers(log, 3000)
  const closed = log.close()
  t.equal(log.close(), closed)
  log.write('late\n')
  await closed
  log.write('later\n')
  t.same(numbersOf(path), numbers)
  t.equal(log.dropped, 2)
  t.same(told, ['DROPPING_LINES'])
})

t.test('close of a log without a line is at once', async (t) => {
  const { log } = openLog(t)
  const start = performance.now()
  await log.close()
  t.ok(performance.now() - start < 50)
  t.doesNotThrow(() => log.reopen())
})

t.test('a burst that is more than the buffer holds waits for the disk, and is whole', async (t) => {
  const { path, log } = openLog(t, { maxBufferedBytes: 65_536 })
  const numbers = writeNumbers(log, 20_000)
  t.equal(log.dropped, 0)
  await log.close()
  t.equal(log.dropped, 0)
  t.same(numbersOf(path), numbers)
})

t.test('a line that is longer than the buffer is dropped', async (t) => {
  const { path, log } = openLog(t, { maxBufferedBytes: 65_536 })
  log.write(`${'x'.repeat(70_000)}\n`)
  log.write('short\n')
  t.equal(log.dropped, 1)
  await log.close()
  t.same(linesOf(path), ['short'])
})

t.test(
  'a full disk is told once; lines wait, then are dropped, and go on when there is room',
  async (t) => {
    const { path, log, told } = openLog(t, { maxBufferedBytes: 65_536, flushWithinMillis: 1 })
    await withFullDisk(1050, async () => {
      writeNumbers(log, 20)
      await eventually(() => told.includes('EFBIG'))
      t.equal(statSync(path).size, 1050, 'the last line is cut')
      // More than the buffer: 20,000 bytes too much.
      for (let number = 20; number < 856; number++) log.write(numbered(number))
      t.ok(log.dropped > 150 && log.dropped < 250, `${log.dropped} dropped`)
      await sleep(1100)
      t.same(told, ['EFBIG', 'DROPPING_LINES'], 'a second try fails without another word')
    })
    await eventually(() => linesOf(path).length === 856 - log.dropped)
    const kept = Array.from({ length: 856 - log.dropped }, (_, index) => index)
    t.same(numbersOf(path), kept, 'the first that came, each once, none torn')
    t.same(told, ['EFBIG', 'DROPPING_LINES', 'DROPPED_LINES'])
    log.write(numbered(999))
    await log.close()
    t.equal(numbersOf(path).at(-1), 999)
  },
)

t.test('a burst on a full disk does not wait', async (t) => {
  const { path, log, told } = openLog(t, { maxBufferedBytes: 65_536 })
  log.write(numbered(0))
  await withFullDisk(30_000, async () => {
    const start = performance.now()
    for (let number = 1; number < 50_000; number++) log.write(numbered(number))
    t.ok(performance.now() - start < 1000)
    t.ok(log.dropped > 48_000)
    await eventually(() => told.includes('EFBIG'))
  })
  await eventually(() => linesOf(path).length === 50_000 - log.dropped)
  t.equal(new Set(numbersOf(path)).size, 50_000 - log.dropped, 'each once')
  t.notOk(numbersOf(path).some(Number.isNaN), 'none torn')
})

t.test('close gives up on a disk that stays full, and counts', async (t) => {
  const { log, told } = openLog(t, { flushWithinMillis: 1 })
  await withFullDisk(1000, async () => {
    writeNumbers(log, 20)
    const start = performance.now()
    await log.close()
    const took = performance.now() - start
    t.ok(took > 1900 && took < 3000, `after ${took} ms`)
  })
  t.equal(log.dropped, 20)
  // The next try would have come within a second, for a descriptor that is closed.
  await sleep(1200)
  t.same(told, ['EFBIG', 'DROPPING_LINES'])
})

t.test(
  'a disk that does not answer keeps no request waiting; then lines are dropped',
  async (t) => {
    const { path, log, told } = openLog(t, { maxBufferedBytes: 65_536, flushWithinMillis: 1 })
    const callOff = await hangThreads(t)
    log.write(numbered(0))
    await sleep(1100)
    const start = performance.now()
    for (let number = 1; number < 2000; number++) log.write(numbered(number))
    t.ok(performance.now() - start < 500)
    const { dropped } = log
    t.ok(dropped > 1200 && dropped < 1400, `${dropped} dropped`)
    t.equal(statSync(path).size, 0)
    callOff()
    await eventually(() => linesOf(path).length === 2000 - dropped)
    t.same(
      numbersOf(path),
      Array.from({ length: 2000 - dropped }, (_, index) => index),
    )
    t.same(told, ['DROPPING_LINES', 'DROPPED_LINES'])
  },
)

t.test('close gives up on a disk that does not answer', async (t) => {
  const { log } = openLog(t, { flushWithinMillis: 1 })
  const callOff = await hangThreads(t)
  log.write(numbered(0))
  await sleep(20)
  await log.close()
  t.equal(log.dropped, 1)
  callOff()
  await sleep(300)
  t.equal(log.dropped, 1, 'what comes back later changes nothing')
})

t.test('a pipe that nobody reads keeps nobody waiting; what it takes is whole', async (t) => {
  const path = join(logFolder(t), 'pipe')
  makeFifo(path)
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const told: string[] = []
  const onError = ({ code }: { code: string }) => told.push(code)
  const log = openFile(path, { maxBufferedBytes: 65_536, flushWithinMillis: 1, onError })
  for (let number = 0; number < 3000; number++) {
    log.write(numbered(number))
    if (number % 100 === 0) await sleep(1)
  }
  t.ok(log.dropped > 1500, `${log.dropped} of 3000: the pipe and the buffer hold 64 KiB each`)
  t.same(told, ['DROPPING_LINES'])
  const buffer = Buffer.alloc(512 * 1024)
  let size = 0
  for (let tries = 0; tries < 300 && size < (3000 - log.dropped) * 100; tries++) {
    size += readPipe(reader, buffer, size)
    await sleep(5)
  }
  await log.close()
  const numbers = buffer.subarray(0, size).toString().trimEnd().split('\n').map(Number)
  t.equal(new Set(numbers).size, 3000 - log.dropped, 'each once')
  t.notOk(numbers.some(Number.isNaN), 'none torn')
  closeSync(reader)
})

t.test('the lines of two logs on one pipe stay whole', async (t) => {
  const path = join(logFolder(t), 'pipe')
  makeFifo(path)
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  t.teardown(() => closeSync(reader))
  const logs = [1, 2].map(() => openFile(path, { flushWithinMillis: 1 }))
  for (const log of logs) {
    writeNumbers(log, 2000)
    // So that now one, now the other finds room.
    await sleep(5)
  }
  const buffer = Buffer.alloc(512 * 1024)
  let size = 0
  for (let tries = 0; tries < 1000 && size < 2 * 2000 * 100; tries++) {
    await sleep(2)
    // Never as much as would make room for the next write just so.
    size += readPipe(reader, buffer, size, 4100)
  }
  const numbers = buffer.subarray(0, size).toString().trimEnd().split('\n').map(Number)
  t.same(
    numbers.sort((left, right) => left - right),
    Array.from({ length: 4000 }, (_, index) => Math.floor(index / 2)),
  )
  await Promise.all(logs.map((log) => log.close()))
})

t.test('a pipe without a reader is an error at start-up, not a process that waits', (t) => {
  const path = join(logFolder(t), 'pipe')
  makeFifo(path)
  t.match(
    startUpError(() => openFile(path)),
    { code: 'wrong-type', message: /ENXIO/ },
  )
  t.end()
})

t.test('a pipe whose reader has gone is told, and the next reader has the line', async (t) => {
  const path = join(logFolder(t), 'pipe')
  makeFifo(path)
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const told: string[] = []
  const log = openFile(path, { flushWithinMillis: 1, onError: ({ code }) => told.push(code) })
  closeSync(reader)
  log.write('one\n')
  await eventually(() => told.length > 0)
  t.same(told, ['EPIPE'])
  const next = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  await log.close()
  t.equal(log.dropped, 0)
  const buffer = Buffer.alloc(100)
  t.equal(buffer.toString('utf8', 0, readSync(next, buffer)), 'one\n')
  closeSync(next)
})

t.test('after a reopen lines go to the new file, those that wait too', async (t) => {
  const { path, log } = openLog(t, { flushWithinMillis: 60_000 })
  log.write('one\n')
  log.write('two\n')
  renameSync(path, `${path}.1`)
  log.reopen()
  log.write('three\n')
  await log.close()
  t.same(linesOf(`${path}.1`), [])
  t.same(linesOf(path), ['one', 'two', 'three'])
})

t.test('a reopen after the close makes no file', async (t) => {
  const { path, log } = openLog(t)
  await log.close()
  rmSync(path)
  log.reopen()
  t.notOk(existsSync(path))
})

t.test('many reopenings under load leave each line in one file', async (t) => {
  const { path, log } = openLog(t, { flushWithinMillis: 1 })
  let number = 0
  for (let round = 0; round < 20; round++) {
    for (let turn = 0; turn < 20; turn++) {
      for (let count = 0; count < 50; count++) log.write(numbered(number++))
      await sleep(0)
    }
    renameSync(path, `${path}.${round}`)
    log.reopen()
  }
  await log.close()
  const files = [...Array.from({ length: 20 }, (_, round) => `${path}.${round}`), path]
  const found = files.flatMap(numbersOf).sort((left, right) => left - right)
  t.same(
    found,
    Array.from({ length: number }, (_, index) => index),
  )
})

t.test('a reopen that fails keeps the old file, and says so once', async (t) => {
  const folder = join(logFolder(t), 'logs')
  mkdirSync(folder)
  const path = join(folder, 'access.log')
  const told: string[] = []
  const log = openFile(path, { onError: ({ code, message }) => told.push(`${code} ${message}`) })
  t.teardown(() => log.close())
  renameSync(folder, `${folder}.gone`)
  log.reopen()
  log.reopen()
  log.write('one\n')
  await eventually(() => linesOf(`${folder}.gone/access.log`).length === 1)
  t.equal(told.length, 1)
  t.match(told[0], /^ENOENT access log file .*access\.log: ENOENT: no such file or directory/)
  mkdirSync(folder)
  log.reopen()
  log.write('two\n')
  await eventually(() => linesOf(path).length === 1)
  t.same(linesOf(path), ['two'])
})

t.test('no descriptor is closed twice, however many reopenings failed', async (t) => {
  const folder = join(logFolder(t), 'logs')
  mkdirSync(folder)
  const log = openFile(join(folder, 'access.log'), { onError: () => {} })
  t.teardown(() => log.close())
  rmSync(folder, { recursive: true })
  for (let count = 0; count < 5; count++) log.reopen()
  mkdirSync(folder)
  log.reopen()
  // What the application opens now may get the number that is being freed.
  const own: number[] = []
  const end = performance.now() + 100
  while (performance.now() < end) own.push(openSync(fileURLToPath(import.meta.url), 'r'))
  await sleep(50)
  for (const descriptor of own) t.doesNotThrow(() => closeSync(descriptor))
})

t.test('a reopen on a full disk tries the new file at once', async (t) => {
  const { path, log, told } = openLog(t, { flushWithinMillis: 1 })
  await withFullDisk(1000, async () => {
    writeNumbers(log, 12)
    await eventually(() => told.includes('EFBIG'))
    renameSync(path, `${path}.1`)
    const start = performance.now()
    log.reopen()
    await eventually(() => linesOf(path).length > 0)
    t.ok(performance.now() - start < 500, 'long before the next try')
  })
  await log.close()
  t.same([...numbersOf(`${path}.1`), ...numbersOf(path)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
})

t.test(
  'a signal asks for a reopen; after the close it does nothing, and ends no process',
  async (t) => {
    const before = process.listenerCount('SIGUSR2')
    const { path, log } = openLog(t, { reopenOn: 'SIGUSR2' })
    const other = openLog(t, { reopenOn: 'SIGUSR2' })
    t.equal(process.listenerCount('SIGUSR2'), before + 1)
    renameSync(path, `${path}.1`)
    renameSync(other.path, `${other.path}.1`)
    const heard = once(process, 'SIGUSR2')
    process.kill(process.pid, 'SIGUSR2')
    await heard
    log.write('one\n')
    other.log.write('two\n')
    await Promise.all([log.close(), other.log.close()])
    t.same([linesOf(path), linesOf(other.path)], [['one'], ['two']])
    renameSync(path, `${path}.2`)
    const heardAgain = once(process, 'SIGUSR2')
    process.kill(process.pid, 'SIGUSR2')
    await heardAgain
    t.notOk(existsSync(path))
    t.equal(process.listenerCount('SIGUSR2'), before + 1)
  },
)

t.test('without being asked no signal is listened to', (t) => {
  const signals = ['SIGUSR1', 'SIGUSR2', 'SIGHUP'] as const
  const before = signals.map((signal) => process.listenerCount(signal))
  openLog(t)
  t.same(
    signals.map((signal) => process.listenerCount(signal)),
    before,
  )
  t.end()
})

t.test('nothing is left of a log that is closed', async (t) => {
  const before = process.listenerCount('exit')
  const { log } = openLog(t)
  t.equal(process.listenerCount('exit'), before + 1)
  await log.close()
  t.equal(process.listenerCount('exit'), before)
})

for (const [way, status] of [
  ['exit', 0],
  ['throw', 1],
  ['end', 0],
] as const) {
  t.test(`lines that wait are written when the process leaves by ${way}`, async (t) => {
    const path = join(logFolder(t), 'access.log')
    const script = fileURLToPath(new URL('../fixtures/writes-and-leaves.ts', import.meta.url))
    const child = spawn(process.execPath, [...process.execArgv, script, path, way], {
      stdio: 'ignore',
    })
    const [code] = await once(child, 'exit')
    t.equal(code, status)
    const numbers = numbersOf(path)
    t.equal(numbers.length, 1000)
    t.equal(new Set(numbers).size, 1000, 'each once')
    t.notOk(numbers.some(Number.isNaN), 'none torn')
  })
}

t.test('a mistake is an error at start-up that names the option', (t) => {
  const folder = logFolder(t)
  const path = join(folder, 'access.log')
  writeFileSync(join(folder, 'file'), '')
  const call = (...values: readonly unknown[]) => Reflect.apply(openFile, undefined, values)
  const mistakes: readonly (readonly [readonly unknown[], Record<string, unknown>])[] = [
    [[undefined], { option: 'path', message: /Write a path/ }],
    [[''], { option: 'path' }],
    [['a\0b'], { option: 'path' }],
    [[folder], { option: 'path', message: /EISDIR/ }],
    [[join(folder, 'none', 'access.log')], { option: 'path', message: /ENOENT/ }],
    [[join(folder, 'file', 'access.log')], { option: 'path', message: /ENOTDIR/ }],
    [[path, null], { option: 'options' }],
    [[path, { modes: 1 }], { code: 'unknown-option', message: /Did you mean `mode`/ }],
    [[path, { mode: 640 }], { option: 'mode' }],
    [[path, { mode: '0640' }], { option: 'mode' }],
    [[path, { flushWithinMillis: 0 }], { option: 'flushWithinMillis' }],
    [[path, { reopenOn: 'SIGTERM' }], { option: 'reopenOn', message: /SIGUSR1/ }],
    [[path, { maxBufferedBytes: 1 }], { option: 'maxBufferedBytes' }],
    [[path, { onError: true }], { option: 'onError' }],
  ]
  for (const [values, wanted] of mistakes)
    t.match(
      startUpError(() => call(...values)),
      wanted,
    )
  t.throws(() => readFileSync(path), { code: 'ENOENT' }, 'a mistake makes no file')
  t.end()
})
