// The stop, step by step, and what may go wrong in it.

import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import t, { type Test } from 'tap'
import { parseBinds } from '../../lib/listen/bind.ts'
import { followConnections } from '../../lib/listen/connections.ts'
import { openSides } from '../../lib/listen/sides.ts'
import { closeTogether, createStop, type StopSteps } from '../../lib/listen/stop.ts'
import { ask, dial } from '../fixtures/listen/ask.ts'
import { socketPath } from '../fixtures/loopback.ts'

const rights = { mode: 0o600, group: -1 }

interface Started {
  readonly address: string
  readonly stop: () => Promise<void>
}

async function start(
  t: Test,
  server: Server,
  steps: Partial<StopSteps> = {},
  bind = '127.0.0.1:0',
): Promise<Started> {
  const connections = followConnections(server)
  const sides = await openSides(server, parseBinds(bind), rights)
  const defaults = { stopWithinMillis: 5000, onStop: () => {}, closeAfter: [] }
  const { stop } = createStop({ sides, connections, ...defaults, ...steps })
  t.teardown(stop)
  return { address: sides[0]?.address ?? '', stop }
}

/** The warnings that a run gives. */
async function warnings(run: () => Promise<void>): Promise<readonly string[]> {
  const heard: string[] = []
  const hear = ({ name, message }: Error) => heard.push(`${name}: ${message}`)
  process.on('warning', hear)
  await run()
  await new Promise(setImmediate)
  process.off('warning', hear)
  return heard
}

t.test(
  'first onStop, then the last request, then what is closed, one after the other',
  async (t) => {
    const events: string[] = []
    const path = socketPath(t)
    const server = createServer((_, response) => {
      setTimeout(() => {
        events.push('answered')
        response.end('hello')
      }, 200)
    })
    const slow = {
      async close() {
        await new Promise((resolve) => setTimeout(resolve, 50))
        events.push('first closed')
      },
    }
    const { address, stop } = await start(
      t,
      server,
      {
        onStop: () => events.push(existsSync(path) ? 'file there' : 'file gone'),
        closeAfter: [slow, { close: () => events.push('second closed') }],
      },
      `unix:${path}`,
    )
    const answer = ask(address)
    await once(server, 'request')
    t.equal(stop(), stop(), 'a second call waits for the first')
    await stop()
    t.match(await answer, { body: 'hello', connection: 'close' })
    t.same(events, ['file gone', 'answered', 'first closed', 'second closed'])
    t.notOk(server.listening)
  },
)

t.test('who has come in when it begins is served', async (t) => {
  const server = createServer((_, response) => response.end('hello'))
  const { address, stop } = await start(t, server)
  // The system has taken them for the server, which has not seen them yet.
  const answers = Array.from({ length: 20 }, () => ask(address))
  await new Promise((resolve) => setImmediate(resolve))
  await stop()
  for (const { body } of await Promise.all(answers)) t.equal(body, 'hello')
})

t.test('what is not over in time is cut, and that is told', async (t) => {
  const server = createServer(() => {})
  const { address, stop } = await start(t, server, { stopWithinMillis: 100 })
  const socket = dial(t, address)
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(server, 'request')
  t.same(await warnings(stop), [
    'ListenWarning: 1 connections had not ended after 100 ms and were cut',
  ])
})

t.test('what throws in it keeps nothing else from being closed', async (t) => {
  const closed: string[] = []
  const { stop } = await start(t, createServer(), {
    onStop() {
      throw new Error('no')
    },
    closeAfter: [
      { close: () => Promise.reject(new Error('disk')) },
      { close: () => closed.push('second') },
    ],
  })
  t.same(await warnings(stop), [
    'ListenWarning: onStop: Error: no',
    'ListenWarning: closeAfter: Error: disk',
  ])
  t.same(closed, ['second'])
})

t.test('what never ends is waited for two seconds, together', async (t) => {
  const never = { close: () => new Promise(() => {}) }
  const { stop } = await start(t, createServer(), { closeAfter: [never, never] })
  const begin = performance.now()
  t.same(await warnings(stop), ['ListenWarning: onStop and closeAfter had not ended after 2000 ms'])
  const millis = performance.now() - begin
  t.ok(millis > 1900 && millis < 6000, String(millis))
})

t.test('a server says once that it is closed, also where somebody closed it already', async (t) => {
  for (const early of [false, true]) {
    const server = createServer()
    let closed = 0
    server.on('close', () => closed++)
    const { stop } = await start(t, server)
    if (early) await once(server.close(), 'close')
    t.same(await warnings(stop), [])
    t.equal(closed, 1)
  }
})

t.test('close() of a server stops it, until it has ended', async (t) => {
  const server = createServer((_, response) => response.end('hello'))
  const { close } = server
  const connections = followConnections(server)
  const sides = await openSides(server, parseBinds(['127.0.0.1:0', '[::1]:0']), rights)
  const stopping = createStop({
    sides,
    connections,
    stopWithinMillis: 5000,
    onStop: () => {},
    closeAfter: [],
  })
  closeTogether(server, stopping)
  t.not(server.close, close)
  t.equal(server.close(), server)
  await new Promise<unknown>((resolve) => server.close(resolve))
  t.notOk(sides.some((side) => side.server.listening))
  await stopping.stop()
  t.equal(server.close, close)
})
