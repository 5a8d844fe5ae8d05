// Any stream as a destination: handed to turn by turn, waited for in bounds, and never the end of a process.

import { spawn } from 'node:child_process'
import { PassThrough, Writable } from 'node:stream'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { toStream } from '../../lib/destination/stream.ts'
import { eventually } from '../fixtures/eventually.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

/** A stream that takes one chunk after another, each when `next` is called. */
function slowStream(highWaterMark = 16) {
  const chunks: string[] = []
  const taken: ((error?: Error) => void)[] = []
  const stream = new Writable({
    highWaterMark,
    decodeStrings: false,
    write(chunk, _encoding, callback) {
      chunks.push(String(chunk))
      taken.push(callback)
    },
  })
  return { stream, chunks, next: (error?: Error) => taken.shift()?.(error) }
}

const options = () => {
  const told: string[] = []
  return { told, onError: ({ code }: { code: string }) => told.push(code) }
}

/** A stream that takes all, and what it took. */
function quickStream() {
  const chunks: string[] = []
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, callback) {
      chunks.push(String(chunk))
      callback()
    },
  })
  return { stream, chunks }
}

// The first of all: it counts what the others leave.
t.test('nothing is left of a log that is closed, but who hears of a late error', async (t) => {
  const { stream } = quickStream()
  const before = process.listenerCount('exit')
  const log = toStream(stream)
  log.write('one\n')
  t.equal(process.listenerCount('exit'), before + 1)
  await log.close()
  t.equal(process.listenerCount('exit'), before)
  t.equal(stream.listenerCount('error'), 1)
})

t.test('the lines of one turn of the event loop are handed on together, at its end', async (t) => {
  const { stream, chunks } = quickStream()
  const log = toStream(stream)
  log.write('one\n')
  log.write('two é\n')
  t.same(chunks, [])
  await nextTurn()
  t.same(chunks, ['one\ntwo é\n'])
  log.write('three\n')
  await nextTurn()
  t.same(chunks, ['one\ntwo é\n', 'three\n'])
  t.equal(log.dropped, 0)
})

t.test('what fills a write does not wait for the end of the turn', (t) => {
  const { stream, chunks } = quickStream()
  const log = toStream(stream)
  const line = `${'-'.repeat(99)}\n`
  for (let count = 0; count < 40; count++) log.write(line)
  t.same(chunks, [])
  log.write(line)
  t.same(chunks, [line.repeat(40), line])
  t.end()
})

t.test('a turn with more lines than may wait loses none where the stream takes all', async (t) => {
  const { stream, chunks } = quickStream()
  const log = toStream(stream, { maxBufferedBytes: 65_536 })
  const lines = Array.from({ length: 2000 }, (_, index) => `${String(index).padStart(99)}\n`)
  const long = `${'x'.repeat(100_000)}\n`
  for (const line of [...lines, long]) log.write(line)
  await nextTurn()
  t.equal(chunks.join(''), lines.join('') + long)
  t.equal(log.dropped, 0)
})

t.test('a process that leaves in the midst of a turn loses no line', async (t) => {
  const script = fileURLToPath(new URL('../fixtures/logs-and-leaves.ts', import.meta.url))
  for (const way of ['exit', 'throw']) {
    const child = spawn(process.execPath, [...process.execArgv, script, way], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let text = ''
    for await (const chunk of child.stdout) text += chunk
    t.equal(text, 'in a turn\nat the exit\n', way)
  }
})

t.test('while the stream has a line the others wait, and then go together', async (t) => {
  const { stream, chunks, next } = slowStream()
  const log = toStream(stream)
  log.write('one\n')
  await nextTurn()
  for (const line of ['two\n', 'three\n']) log.write(line)
  await sleep(5)
  t.same(chunks, ['one\n'])
  next()
  await sleep(5)
  t.same(chunks, ['one\n', 'two\nthree\n'])
  log.write('four\n')
  next()
  await sleep(5)
  t.same(chunks, ['one\n', 'two\nthree\n', 'four\n'])
  next()
  await log.close()
  t.equal(log.dropped, 0)
})

t.test(
  'no more is handed over than a pipe takes whole (PIPE_BUF), but for a longer line',
  async (t) => {
    const { stream, chunks, next } = slowStream(1_000_000)
    const log = toStream(stream)
    const long = `${'x'.repeat(5000)}\n`
    log.write('first\n')
    await nextTurn()
    for (let count = 0; count < 100; count++) log.write(`${'-'.repeat(99)}\n`)
    log.write(long)
    for (let count = 0; count < 5; count++) {
      next()
      await sleep(1)
    }
    t.same(
      chunks.map((chunk) => chunk.length),
      [6, 4000, 4000, 2000, 5001],
    )
  },
)

t.test('a stream that never takes a line holds a bounded number of them', async (t) => {
  const { told, onError } = options()
  const { stream, chunks, next } = slowStream()
  const log = toStream(stream, { maxBufferedBytes: 65_536, onError })
  const line = `${'-'.repeat(99)}\n`
  log.write(line)
  await nextTurn()
  for (let count = 0; count < 1000; count++) log.write(line)
  t.equal(log.dropped, 1000 - 655, 'as many as there is room for wait')
  t.same(told, ['DROPPING_LINES'])
  t.equal(stream.writableLength, 100, 'and none of them in the stream')
  while (chunks.join('').length < 656 * 100) {
    next()
    await sleep(0)
  }
  next()
  await log.close()
  t.equal(chunks.join(''), line.repeat(656))
  t.same(told, ['DROPPING_LINES', 'DROPPED_LINES'])
})

t.test('an error is told once, counted, and nothing else happens', async (t) => {
  const { told, onError } = options()
  const stream = new Writable({
    write(_chunk, _encoding, callback) {
      callback(Object.assign(new Error('the reader left'), { code: 'EPIPE' }))
    },
  })
  const log = toStream(stream, { onError })
  log.write('one\n')
  await eventually(() => told.length > 1)
  t.ok(stream.destroyed)
  for (let count = 0; count < 5; count++) log.write('more\n')
  await sleep(5)
  t.same(told, ['EPIPE', 'DROPPING_LINES'])
  t.equal(log.dropped, 6)
  await log.close()
})

t.test('a stream that fails while lines wait drops them', async (t) => {
  const { told, onError } = options()
  const { stream, next } = slowStream()
  const log = toStream(stream, { onError })
  log.write('one\n')
  await nextTurn()
  for (const line of ['two\n', 'three\n']) log.write(line)
  next(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
  await eventually(() => log.dropped === 3)
  t.same(told, ['ENOSPC', 'DROPPING_LINES'])
})

t.test('a stream that throws, or has ended, is counted and not felt', async (t) => {
  const { told, onError } = options()
  const throwing = new Writable()
  throwing.write = () => {
    throw new Error('not a stream any more')
  }
  const log = toStream(throwing, { onError })
  log.write('one\n')
  await nextTurn()
  t.equal(log.dropped, 1)
  t.same(told, ['UNKNOWN', 'DROPPING_LINES'])

  const ended = new PassThrough()
  ended.end()
  const other = toStream(ended, { onError })
  other.write('one\n')
  await nextTurn()
  t.equal(other.dropped, 1)
})

t.test('a write that was put in the place of the stream is enough', async (t) => {
  const stream = new PassThrough()
  const captured = t.capture(stream, 'write', () => true)
  const log = toStream(stream)
  for (const line of ['one\n', 'two\n', 'three\n']) {
    log.write(line)
    await nextTurn()
  }
  t.same(
    captured().map(({ args }) => String(args[0])),
    ['one\n', 'two\n', 'three\n'],
  )
})

t.test('close waits for what was written, and leaves the stream open', async (t) => {
  const { stream, chunks, next } = slowStream()
  const log = toStream(stream)
  log.write('one\n')
  await nextTurn()
  log.write('two\n')
  let closed = false
  const closing = log.close().then(() => {
    closed = true
  })
  log.write('late\n')
  next()
  await sleep(5)
  t.equal(closed, false)
  next()
  await closing
  t.same(chunks, ['one\n', 'two\n'])
  t.equal(log.dropped, 1)
  t.equal(stream.writableEnded, false)
  t.doesNotThrow(() => stream.emit('error', new Error('late')), 'an error may come late')
})

t.test('close gives up on a stream that takes nothing', async (t) => {
  const { stream } = slowStream()
  const log = toStream(stream, { onError: () => {} })
  log.write('one\n')
  await nextTurn()
  log.write('two\n')
  await log.close()
  t.equal(log.dropped, 1, 'the first one is with the stream')
})

t.test('many logs on one stream are one listener', (t) => {
  const stream = new PassThrough()
  const before = process.listenerCount('exit')
  for (let count = 0; count < 20; count++) toStream(stream)
  t.equal(stream.listenerCount('error'), 1)
  t.ok(process.listenerCount('exit') <= before + 1)
  t.end()
})

t.test('a mistake is an error at start-up', (t) => {
  const call = (...values: readonly unknown[]) => Reflect.apply(toStream, undefined, values)
  for (const stream of [undefined, null, 'stdout', {}, { write() {} }, { write: 1, on: 1 }]) {
    t.match(
      startUpError(() => call(stream)),
      { code: 'wrong-type', option: 'stream' },
    )
  }
  const mistake = startUpError(() => call(process.stdout, { maxBuffered: 1 }))
  t.match(mistake, { code: 'unknown-option', message: /maxBufferedBytes/ })
  t.end()
})
