// Messages over a connection that breaks, refuses, stalls or never comes to be.

import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createConnection } from '../../lib/destination/connection.ts'
import { type Dial, dialSocket } from '../../lib/destination/link.ts'
import { createTrouble } from '../../lib/destination/trouble.ts'
import { eventually } from '../fixtures/eventually.ts'
import { socketPath } from '../fixtures/loopback.ts'
import { sinkStream } from '../fixtures/syslog-sink.ts'

/** A connection to a path, whose messages are the lines in brackets. */
function connectTo(t: Test, place: string | Dial, maxBufferedBytes = 1_000_000) {
  const told: string[] = []
  const log = createConnection({
    dial: typeof place === 'string' ? dialSocket({ path: place }) : place,
    frame: (line) => `[${line.trimEnd()}]`,
    maxBufferedBytes,
    trouble: createTrouble('syslog', ({ code, message }) => told.push(`${code} ${message}`), 0),
  })
  t.teardown(() => log.close())
  return { log, told }
}

t.test('each line is a message, in order', async (t) => {
  const path = socketPath(t)
  const sink = await sinkStream(t, path)
  const { log, told } = connectTo(t, path)
  for (let number = 0; number < 5000; number++) log.write(`${number}\n`)
  await log.close()
  await eventually(() => sink.received().endsWith('[4999]'))
  t.equal(sink.received(), Array.from({ length: 5000 }, (_, number) => `[${number}]`).join(''))
  t.same([log.dropped, told], [0, []])
})

t.test('close is at once where nothing waits, and what comes later is dropped', async (t) => {
  const path = socketPath(t)
  await sinkStream(t, path)
  const { log } = connectTo(t, path)
  const start = performance.now()
  await log.close()
  t.ok(performance.now() - start < 500)
  log.write('late\n')
  t.equal(log.dropped, 1)
})

t.test('lines wait for a daemon that is not there yet', async (t) => {
  const path = socketPath(t)
  const { log, told } = connectTo(t, path)
  log.write('one\n')
  log.write('two\n')
  await sleep(250)
  const sink = await sinkStream(t, path)
  await eventually(() => sink.received() === '[one][two]')
  t.equal(log.dropped, 0)
  t.match(told, [/^ENOENT syslog: connect ENOENT/])
})

t.test('the pauses between two tries grow', async (t) => {
  const tries: number[] = []
  const path = socketPath(t)
  connectTo(t, () => {
    tries.push(performance.now())
    return dialSocket({ path })()
  })
  await sleep(1000)
  // After 100, 200, 400 ms; the next would be at 1500 ms.
  t.equal(tries.length, 4)
  const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0))
  t.ok(pauses.every((pause, index) => index === 0 || pause > (pauses[index - 1] ?? 0) * 1.5))
})

t.test('no pause is longer than ten seconds', async (t) => {
  const later = setTimeout
  const pauses: number[] = []
  t.intercept(globalThis, 'setTimeout', {
    value: (run: () => void, millis: number) => {
      pauses.push(millis)
      return later(run, 0)
    },
  })
  const { log } = connectTo(t, () => {
    throw new Error('no more processes')
  })
  await eventually(() => pauses.length >= 10)
  await log.close()
  t.same(pauses.slice(0, 10), [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000])
})

t.test('a daemon that starts anew is found again', async (t) => {
  const path = socketPath(t)
  const sink = await sinkStream(t, path)
  const { log } = connectTo(t, path)
  log.write('one\n')
  await eventually(() => sink.received() === '[one]')
  await sink.stop()
  await sleep(20)
  log.write('two\n')
  const next = await sinkStream(t, path)
  await eventually(() => next.received() === '[two]')
  t.equal(log.dropped, 0)
})

t.test(
  'what a broken connection has not taken is sent again, from the start of a message',
  async (t) => {
    const path = socketPath(t)
    const reading = new Set<Socket>()
    const sink = await sinkStream(t, path, (socket) => socket.pause())
    const { log } = connectTo(t, path, 10_000_000)
    const line = `${'-'.repeat(998)}\n`
    // Far more than a socket holds.
    for (let count = 0; count < 3000; count++) log.write(line)
    await sleep(100)
    await sink.stop()
    const next = await sinkStream(t, path, (socket) => reading.add(socket))
    await log.close()
    t.equal(reading.size, 1)
    const text = next.received()
    t.match(text, /^\[-{998}\]/)
    t.equal(text.length % 1000, 0)
    t.ok(text.length > 1_000_000)
    t.equal(log.dropped, 0)
  },
)

t.test('a daemon that reads nothing holds a bounded number of lines', async (t) => {
  const path = socketPath(t)
  await sinkStream(t, path, (socket) => socket.pause())
  const { log, told } = connectTo(t, path, 65_536)
  const line = `${'-'.repeat(98)}\n`
  for (let turn = 0; turn < 500; turn++) {
    for (let count = 0; count < 100; count++) log.write(line)
    await sleep(0)
  }
  t.ok(log.dropped > 30_000, `${log.dropped} of 50000`)
  t.match(told, [/^DROPPING_LINES/])
  const start = performance.now()
  await log.close()
  t.ok(performance.now() - start < 3000, 'and close does not wait for ever')
  t.ok(log.dropped > 30_655)
})

t.test('lines are told to be taken again', async (t) => {
  const path = socketPath(t)
  const sink = await sinkStream(t, path, (socket) => socket.pause())
  const { log, told } = connectTo(t, path, 65_536)
  const line = `${'-'.repeat(98)}\n`
  for (let count = 0; count < 50_000; count++) log.write(line)
  const { dropped } = log
  await eventually(() => sink.connections.length === 1)
  for (const socket of sink.connections) socket.resume()
  await eventually(() => sink.received().length === (50_000 - dropped) * 100)
  t.equal(
    told.at(-1),
    `DROPPED_LINES syslog: ${dropped} lines were dropped, ${dropped} in all; now it takes lines`,
  )
})

t.test('close tries once more where there is no connection, and gives up in time', async (t) => {
  const path = socketPath(t)
  const { log } = connectTo(t, path)
  log.write('one\n')
  await sleep(400)
  const sink = await sinkStream(t, path)
  await log.close()
  await eventually(() => sink.received() === '[one]')
  t.equal(log.dropped, 0)

  const { log: lost } = connectTo(t, socketPath(t))
  lost.write('one\n')
  await sleep(50)
  await lost.close()
  t.equal(lost.dropped, 1)
})

t.test('close of what never had a line nor a daemon is at once', async (t) => {
  const { log } = connectTo(t, socketPath(t))
  await sleep(50)
  const start = performance.now()
  await log.close()
  t.ok(performance.now() - start < 500)
  t.equal(log.dropped, 0)
})

t.test('what is closed is not begun again', async (t) => {
  let tries = 0
  const { log } = connectTo(t, () => {
    tries++
    throw new Error('no more processes')
  })
  await log.close()
  // The first pause is 100 ms.
  await sleep(400)
  t.equal(tries, 1)
})

t.test('a connection that cannot even be begun is told, and begun again', async (t) => {
  const path = socketPath(t)
  const sink = await sinkStream(t, path)
  let tries = 0
  const { log, told } = connectTo(t, () => {
    if (tries++ === 0) throw Object.assign(new Error('no more processes'), { code: 'EAGAIN' })
    return dialSocket({ path })()
  })
  log.write('one\n')
  await eventually(() => sink.received() === '[one]')
  t.same(told, ['EAGAIN syslog: no more processes'])
})

t.test('what the other side complains of is told in its words', async (t) => {
  const path = socketPath(t)
  await sinkStream(t, path)
  const complaints = new EventEmitter()
  const { told } = connectTo(t, () => ({ ...dialSocket({ path })(), complaints }))
  complaints.emit('data', Buffer.from('logger: socket /dev/log: No such file\n'))
  t.same(told, ['SYSLOG_COMPLAINT syslog: logger: socket /dev/log: No such file'])
})

t.test('what waits is handed over when the process ends', async (t) => {
  const path = socketPath(t)
  const sink = await sinkStream(t, path)
  const before = process.listeners('exit')
  const { log } = connectTo(t, path)
  const atExit = process.listeners('exit').filter((listener) => !before.includes(listener))
  t.equal(atExit.length, 1)
  await eventually(() => sink.connections.length === 1)
  log.write('one\n')
  log.write('two\n')
  // The socket has the first line, and has not said so.
  for (const listener of atExit) listener(0)
  await eventually(() => sink.received() === '[one][two]')
  await log.close()
  t.notOk(process.listeners('exit').some((listener) => atExit.includes(listener)))
})
