// Messages as UDP datagrams: where somebody listens, where nobody does, and where nobody can be found.

import { createSocket, Socket } from 'node:dgram'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createDatagrams } from '../../lib/destination/datagrams.ts'
import { createTrouble } from '../../lib/destination/trouble.ts'
import { eventually } from '../fixtures/eventually.ts'
import { sinkDatagrams } from '../fixtures/syslog-sink.ts'

function sendTo(t: Test, port: number, host = '127.0.0.1', maxBufferedBytes = 1_000_000) {
  const told: string[] = []
  const log = createDatagrams({
    host,
    port,
    frame: (line) => `[${line.trimEnd()}]`,
    maxBufferedBytes,
    trouble: createTrouble('syslog', ({ code }) => told.push(code), 0),
  })
  t.teardown(() => log.close())
  return { log, told }
}

/** A port of loopback that nobody listens on. */
async function deadPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

t.test('each line is a datagram, those from before the address was known too', async (t) => {
  for (const [host, name] of [
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', 'localhost'],
    ['::1', '::1'],
  ] as const) {
    const sink = await sinkDatagrams(t, 0, host)
    const { log, told } = sendTo(t, sink.port, name)
    log.write('one\n')
    log.write('two é\n')
    await eventually(() => sink.messages.length === 2)
    log.write('three\n')
    await log.close()
    await eventually(() => sink.messages.length === 3)
    t.same(sink.messages, ['[one]', '[two é]', '[three]'], name)
    t.same([log.dropped, told], [0, []])
  }
})

t.test('close sends what waits for the address; what comes later is dropped', async (t) => {
  const sink = await sinkDatagrams(t)
  const { log } = sendTo(t, sink.port, 'localhost')
  log.write('one\n')
  await log.close()
  await eventually(() => sink.messages.length === 1)
  log.write('late\n')
  t.equal(log.dropped, 1)
})

t.test('a daemon that is not there is told, and found when it comes', async (t) => {
  const port = await deadPort()
  const { log, told } = sendTo(t, port)
  await sleep(20)
  for (let count = 0; count < 5; count++) {
    log.write('lost\n')
    await sleep(5)
  }
  t.ok(told.includes('ECONNREFUSED'))
  const sink = await sinkDatagrams(t, port)
  log.write('found\n')
  await eventually(() => sink.messages.includes('[found]'))
  // The new look at the address, a second after the first refusal.
  await sleep(1200)
  log.write('again\n')
  await eventually(() => sink.messages.includes('[again]'))
})

t.test(
  'a name that moves is looked up again after a failure, not sooner than a second',
  async (t) => {
    const sink = await sinkDatagrams(t)
    const answers = [undefined, '127.0.0.9', '127.0.0.1']
    const asked: number[] = []
    const lookup = (_host: string, _options: object, callback: (...values: unknown[]) => void) => {
      const address = answers[asked.length]
      asked.push(performance.now())
      const error =
        address === undefined ? Object.assign(new Error('no'), { code: 'EAI_AGAIN' }) : null
      setImmediate(callback, error, address, 4)
    }
    const { createDatagrams: create }: typeof import('../../lib/destination/datagrams.ts') =
      await t.mockImport('../../lib/destination/datagrams.ts', { 'node:dns': { lookup } })
    const told: string[] = []
    const log = create({
      host: 'logs.example',
      port: sink.port,
      frame: (line) => line,
      maxBufferedBytes: 1000,
      trouble: createTrouble('syslog', ({ code }) => told.push(code)),
    })
    t.teardown(() => log.close())
    const timer = setInterval(() => log.write('line\n'), 50)
    t.teardown(() => clearInterval(timer))
    await eventually(() => sink.messages.length > 2)
    t.equal(asked.length, 3)
    t.ok(asked.every((at, index) => index === 0 || at - (asked[index - 1] ?? 0) > 990))
    t.same(told.slice(0, 2), ['EAI_AGAIN', 'ECONNREFUSED'])
  },
)

t.test('a message that was refused for the one before it is sent once more', async (t) => {
  const port = await deadPort()
  const { log } = sendTo(t, port)
  await sleep(20)
  log.write('lost\n')
  // The system has the refusal by now; whoever asks next is told.
  const end = performance.now() + 2
  while (performance.now() < end);
  const sink = await sinkDatagrams(t, port)
  log.write('second\n')
  await eventually(() => sink.messages.length > 0)
  t.same(sink.messages, ['[second]'])
})

t.test('a message that is refused again is dropped', async (t) => {
  const { log } = sendTo(t, await deadPort())
  await sleep(20)
  // Each message that is sent has the next one refused, those that are sent once more too.
  for (let count = 0; count < 1000; count++) log.write('lost\n')
  await eventually(() => log.dropped > 0)
  t.ok(log.dropped < 1000, `${log.dropped} of 1000`)
})

t.test('each look-up has a new socket, and the old one is closed', async (t) => {
  let opened = 0
  let open = 0
  const count = (message: unknown) => {
    if (typeof message !== 'object' || message === null || !('socket' in message)) return
    if (!(message.socket instanceof Socket)) return
    opened++
    open++
    message.socket.once('close', () => open--)
  }
  const port = await deadPort()
  subscribe('udp.socket', count)
  t.teardown(() => unsubscribe('udp.socket', count))
  const { log } = sendTo(t, port)
  const timer = setInterval(() => log.write('lost\n'), 20)
  t.teardown(() => clearInterval(timer))
  await eventually(() => opened === 3, 20_000)
  await eventually(() => open === 1)
  t.equal(open, 1)
  await log.close()
  await eventually(() => open === 0)
})

t.test('a line that is longer than a datagram is dropped, the next one is not', async (t) => {
  const sink = await sinkDatagrams(t)
  const { log, told } = sendTo(t, sink.port)
  await sleep(20)
  log.write(`${'x'.repeat(70_000)}\n`)
  log.write('short\n')
  await eventually(() => sink.messages.length === 1)
  t.same(sink.messages, ['[short]'])
  t.equal(log.dropped, 1)
  t.same(told, ['EMSGSIZE', 'DROPPING_LINES', 'DROPPED_LINES'])
})

t.test('what is under way and what waits is bounded', async (t) => {
  const sink = await sinkDatagrams(t)
  const { log } = sendTo(t, sink.port, '127.0.0.1', 1000)
  for (let count = 0; count < 30; count++) log.write(`${'x'.repeat(97)}\n`)
  t.equal(log.dropped, 20, 'before the address is known')
  await eventually(() => sink.messages.length === 10)
  for (let count = 0; count < 30; count++) log.write(`${'x'.repeat(97)}\n`)
  t.equal(log.dropped, 40, 'within one turn of the loop')
  await eventually(() => sink.messages.length === 20)
})

t.test('a host that has no address is told, and close gives up', async (t) => {
  const { log, told } = sendTo(t, 514, 'nobody.invalid')
  log.write('one\n')
  await eventually(() => told.length > 0, 20_000)
  t.match(told[0], /^(?:ENOTFOUND|EAI_AGAIN)$/)
  await log.close()
  t.equal(log.dropped, 1)
})

t.test('an address that cannot be reached from here is told', async (t) => {
  // A multicast group of no interface and a broadcast address need a permission that nobody gave.
  const { log, told } = sendTo(t, 514, '255.255.255.255')
  log.write('one\n')
  await eventually(() => told.length > 0)
  t.same(told, ['EACCES'])
  await log.close()
  t.equal(log.dropped, 1)
})

t.test('close within the look-up of the address leaves nothing behind', async (t) => {
  const sink = await sinkDatagrams(t)
  const { log, told } = sendTo(t, sink.port, 'localhost')
  await log.close()
  t.same([log.dropped, told], [0, []])
})
