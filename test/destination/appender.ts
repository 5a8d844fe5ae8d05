// Pieces of lines go to the end of a file, whatever the disk and other processes do meanwhile.

import { appendFileSync, closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createAppender } from '../../lib/destination/appender.ts'
import { createLineQueue } from '../../lib/destination/line-queue.ts'
import { eventually } from '../fixtures/eventually.ts'
import { hangThreads } from '../fixtures/hang-threads.ts'
import { logFolder, makeFifo, readPipe, withFullDisk } from '../fixtures/log-file.ts'

/** An appender to a new file, and the errors of its writes. */
function open(t: Test, pieceBytes = 64 * 1024) {
  const path = join(logFolder(t), 'log')
  const descriptor = openSync(path, 'a')
  const queue = createLineQueue(1_000_000, pieceBytes)
  const settled: (string | null)[] = []
  const appender = createAppender(descriptor, queue, (error) => {
    settled.push(error?.code ?? null)
  })
  t.teardown(() => appender.end())
  /** Sends, and waits until that has come back. */
  const send = async (): Promise<string | null | undefined> => {
    const before = settled.length
    if (!appender.send()) return undefined
    await eventually(() => settled.length > before)
    return settled.at(-1)
  }
  return {
    path,
    descriptor,
    queue,
    appender,
    settled,
    send,
    read: () => readFileSync(path, 'utf8'),
  }
}

function isOpen(descriptor: number): boolean {
  try {
    fstatSync(descriptor)
    return true
  } catch {
    return false
  }
}

/** Opens the file under a number that is free: the system gives the lowest. */
function takeNumber(free: number, path: string): number {
  const others: number[] = []
  let taken = openSync(path, 'r')
  for (; taken < free; taken = openSync(path, 'r')) others.push(taken)
  for (const other of others) closeSync(other)
  return taken
}

const line = (text: string): string => `${text.repeat(99)}\n`

t.test('what waits is appended, a piece at a time', async (t) => {
  const { path, queue, appender, send, read } = open(t, 10)
  appendFileSync(path, 'before\n')
  for (const text of ['one\n', 'two\n', 'three\n']) queue.push(text)
  t.equal(await send(), null)
  appendFileSync(path, 'between\n')
  t.equal(await send(), null)
  t.equal(await send(), undefined, 'nothing is left')
  t.equal(read(), 'before\none\ntwo\nbetween\nthree\n')
  t.equal(appender.lines, 0)
})

t.test('while one write is under way there is no other', async (t) => {
  const { queue, appender, settled, read } = open(t, 4)
  queue.push('one\n')
  queue.push('two\n')
  t.equal(appender.send(), true)
  t.equal(appender.send(), false)
  t.equal(appender.lines, 1)
  await eventually(() => settled.length > 0)
  t.equal(read(), 'one\n')
})

t.test('a full disk is an error, and nothing is lost or doubled', async (t) => {
  const { path, queue, appender, send, read } = open(t)
  appendFileSync(path, line('-').repeat(10))
  queue.push(line('1'))
  queue.push(line('2'))
  await withFullDisk(1000, async () => {
    t.equal(await send(), 'EFBIG')
    t.equal(await send(), 'EFBIG')
    t.equal(appender.lines, 2)
  })
  t.equal(await send(), null)
  t.equal(read(), line('-').repeat(10) + line('1') + line('2'))
})

t.test('a disk that is full in the midst of a line takes the rest of it later', async (t) => {
  const { queue, appender, send, read } = open(t)
  for (const text of ['1', '2', '3']) queue.push(line(text))
  await withFullDisk(150, async () => {
    t.equal(await send(), null)
    t.equal(read().length, 150)
    t.equal(await send(), 'EFBIG')
    t.equal(appender.lines, 3)
  })
  t.equal(await send(), null)
  t.equal(read(), line('1') + line('2') + line('3'))
})

t.test(
  'a line cut by a full disk is written again whole if another process wrote behind it',
  async (t) => {
    const { path, queue, send, read } = open(t)
    for (const text of ['1', '2', '3']) queue.push(line(text))
    await withFullDisk(150, send)
    appendFileSync(path, line('x'))
    t.equal(await send(), null)
    t.equal(read(), `${line('1')}${line('2').slice(0, 50)}${line('x')}${line('2')}${line('3')}`)
  },
)

t.test('a disk that is full between two lines cuts none', async (t) => {
  const { path, queue, send, read } = open(t)
  for (const text of ['1', '2', '3']) queue.push(line(text))
  await withFullDisk(200, send)
  appendFileSync(path, line('x'))
  t.equal(await send(), null)
  t.equal(read(), line('1') + line('2') + line('x') + line('3'))
})

t.test('all can be written at once, within the call', (t) => {
  const { queue, appender, read } = open(t, 100)
  for (const text of ['1', '2', '3']) queue.push(line(text))
  appender.sendNow()
  t.equal(read(), line('1') + line('2') + line('3'))
  t.equal(appender.lines, 0)
  t.end()
})

t.test('what a thread is writing is not written at once again', async (t) => {
  const { queue, appender, settled, read } = open(t, 100)
  for (const text of ['1', '2']) queue.push(line(text))
  appender.send()
  appender.sendNow()
  await eventually(() => settled.length > 0)
  t.same(read().split('\n').sort(), ['', '1'.repeat(99), '2'.repeat(99)])
})

t.test('an error at once leaves what was not written to the next write, in order', async (t) => {
  const { path, queue, appender, settled, send, read } = open(t, 100)
  appendFileSync(path, line('-'))
  for (const text of ['1', '2', '3']) queue.push(line(text))
  const callOff = await hangThreads(t)
  await withFullDisk(100, async () => {
    appender.send()
    t.throws(() => appender.sendNow(), { code: 'EFBIG' })
    callOff()
    await eventually(() => settled.length > 0)
  })
  t.same(settled, ['EFBIG'])
  t.equal(appender.lines, 2)
  for (let count = 0; count < 3; count++) t.equal(await send(), null)
  t.equal(read(), line('-') + line('1') + line('2') + line('3'))
})

t.test('the rest of a line that was cut goes before all else', async (t) => {
  const { queue, appender, settled, send, read } = open(t, 100)
  for (const text of ['1', '2', '3']) queue.push(line(text))
  const callOff = await hangThreads(t)
  await withFullDisk(150, async () => {
    appender.send()
    t.throws(() => appender.sendNow(), { code: 'EFBIG' })
    t.equal(read(), line('2') + line('3').slice(0, 50))
    callOff()
    await eventually(() => settled.length > 0)
  })
  for (let count = 0; count < 2; count++) t.equal(await send(), null)
  t.equal(read(), line('2') + line('3') + line('1'))
})

t.test('after a replacement the lines go to the new file, and the old one is closed', async (t) => {
  const { path, descriptor, queue, appender, send, read } = open(t)
  queue.push('old\n')
  await send()
  queue.push('waiting\n')
  const next = openSync(`${path}.next`, 'a')
  appender.replace(next)
  await send()
  t.equal(read(), 'old\n')
  t.equal(readFileSync(`${path}.next`, 'utf8'), 'waiting\n')
  await eventually(() => !isOpen(descriptor))
  t.ok(isOpen(next))
})

t.test('a write that is under way ends in the old file, which is closed after it', async (t) => {
  const { path, descriptor, queue, appender, settled, read } = open(t)
  queue.push('old\n')
  appender.send()
  appender.replace(openSync(`${path}.next`, 'a'))
  t.ok(isOpen(descriptor))
  await eventually(() => settled.length > 0)
  t.equal(read(), 'old\n')
  await eventually(() => !isOpen(descriptor))
})

t.test('a line cut by a full disk is whole in the file that replaces it', async (t) => {
  const { path, queue, appender, send, read } = open(t)
  // As long as the old file will be: its size must not tell.
  appendFileSync(`${path}.next`, `${'-'.repeat(149)}\n`)
  for (const text of ['1', '2', '3']) queue.push(line(text))
  await withFullDisk(150, send)
  appender.replace(openSync(`${path}.next`, 'a'))
  await send()
  t.equal(read(), line('1') + line('2').slice(0, 50))
  t.equal(readFileSync(`${path}.next`, 'utf8').slice(150), line('2') + line('3'))
})

t.test('a line that is cut after the file was replaced is whole in the new one', async (t) => {
  const { path, queue, appender, settled, send, read } = open(t)
  appendFileSync(`${path}.next`, `${'-'.repeat(149)}\n`)
  for (const text of ['1', '2', '3']) queue.push(line(text))
  await withFullDisk(150, async () => {
    appender.send()
    appender.replace(openSync(`${path}.next`, 'a'))
    await eventually(() => settled.length > 0)
  })
  await send()
  t.equal(read(), line('1') + line('2').slice(0, 50))
  t.equal(readFileSync(`${path}.next`, 'utf8').slice(150), line('2') + line('3'))
})

t.test('the end closes the file, after the write that is under way', async (t) => {
  const { descriptor, queue, appender, settled, read } = open(t)
  queue.push('last\n')
  appender.send()
  appender.end()
  t.ok(isOpen(descriptor))
  await eventually(() => settled.length > 0)
  await eventually(() => !isOpen(descriptor))
  t.equal(read(), 'last\n')
})

t.test('a second end closes nothing: the number may be another file by then', async (t) => {
  const { path, descriptor, appender } = open(t)
  appender.end()
  await eventually(() => !isOpen(descriptor))
  const taken = takeNumber(descriptor, path)
  appender.end()
  // A close by a thread is not done at once.
  await new Promise((resolve) => setTimeout(resolve, 50))
  t.ok(isOpen(taken))
  closeSync(taken)
})

t.test('a stalled pipe is told, and goes on when it is read', async (t) => {
  const path = join(logFolder(t), 'pipe')
  makeFifo(path)
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const queue = createLineQueue(1_000_000, 4096)
  const settled: (string | null)[] = []
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  const appender = createAppender(writer, queue, (error) => {
    settled.push(error?.code ?? null)
    if (error === null) appender.send()
  })
  t.teardown(() => appender.end())
  // More than a pipe of Linux holds, which is 64 KiB.
  const count = 1000
  for (let index = 0; index < count; index++) queue.push(`${String(index).padStart(99)}\n`)
  appender.send()
  await eventually(() => settled.includes('EAGAIN'))

  const buffer = Buffer.alloc(1024 * 1024)
  let size = 0
  await eventually(() => {
    size += readPipe(reader, buffer, size)
    appender.send()
    return size >= count * 100
  })
  const numbers = buffer.subarray(0, size).toString().trimEnd().split('\n').map(Number)
  t.same(
    numbers,
    Array.from({ length: count }, (_, index) => index),
  )
})

t.test('a descriptor that is gone is an error, not the end', async (t) => {
  const { path, descriptor, queue, appender, send } = open(t)
  for (const text of ['1', '2']) queue.push(line(text))
  await withFullDisk(150, send)
  const next = openSync(path, 'a')
  closeSync(descriptor)
  t.equal(await send(), 'EBADF')
  // What the appender closes is its own number again.
  t.equal(takeNumber(descriptor, path), descriptor)
  appender.replace(next)
  t.equal(await send(), null)
  t.match(readFileSync(path, 'utf8'), line('2'))
})
