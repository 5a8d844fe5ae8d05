// How connections end: idle, busy, half way through a request, over TLS and over HTTP/2.

import { once } from 'node:events'
import { Agent, createServer, type Server, type ServerResponse } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import type { Server as NetServer, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import t, { type Test } from 'tap'
import { type Connections, followConnections } from '../../lib/listen/connections.ts'
import { eventually } from '../fixtures/eventually.ts'
import { ask } from '../fixtures/listen/ask.ts'
import { certificate } from '../fixtures/listen/tls.ts'
import { dial, listen, type Place } from '../fixtures/loopback.ts'

const GET = 'GET / HTTP/1.1\r\nHost: shop.example\r\n'

interface Followed {
  readonly place: Place
  readonly url: string
  readonly connections: Connections
}

async function follow(t: Test, server: NetServer): Promise<Followed> {
  const connections = followConnections(server)
  const place = await listen(t, server)
  return { place, url: `http://127.0.0.1:${'port' in place ? place.port : 0}`, connections }
}

/** What comes from the other side, until it closes. */
async function readAll(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
  })
  await once(socket, 'close')
  return text
}

/** How long something takes, in milliseconds. */
async function timed<Value>(promise: Promise<Value>): Promise<readonly [number, Value]> {
  const start = performance.now()
  const value = await promise
  return [performance.now() - start, value]
}

/** A server that answers when it is told to. */
function waiting(): { server: Server; answers: ServerResponse[] } {
  const answers: ServerResponse[] = []
  return { server: createServer((_, response) => answers.push(response)), answers }
}

t.test('without connections nothing is waited for', async (t) => {
  const { connections } = await follow(t, createServer())
  const [millis, cut] = await timed(connections.drain(5000))
  t.equal(cut, 0)
  t.ok(millis < 400)
})

t.test('a connection that has ended before is not waited for', async (t) => {
  const { place, url, connections } = await follow(
    t,
    createServer((_, response) => response.end('hello')),
  )
  await ask(url)
  const socket = dial(t, place)
  await once(socket, 'connect')
  socket.destroy()
  await sleep(100)
  t.equal(connections.accepted, 2)
  const [millis, cut] = await timed(connections.drain(5000))
  t.equal(cut, 0)
  t.ok(millis < 400)
})

t.test('a request is answered to its end, and told that it was the last', async (t) => {
  const { server, answers } = waiting()
  const { place, connections } = await follow(t, server)
  const socket = dial(t, place)
  const heard = readAll(socket)
  socket.write(`${GET}\r\n`)
  await once(server, 'request')
  const drained = connections.drain(5000)
  await sleep(600)
  answers[0]?.end('late')
  t.match(await heard, /^HTTP\/1\.1 200 OK\r\nConnection: close\r\n[\s\S]*late$/)
  t.equal(await drained, 0)
})

t.test('a request that comes on a connection that was idle is answered, too', async (t) => {
  const { url, connections } = await follow(
    t,
    createServer((_, response) => response.end('hello')),
  )
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.match(await ask(url, '/', agent), { connection: 'keep-alive' })
  const drained = connections.drain(5000)
  t.match(await ask(url, '/', agent), { body: 'hello', connection: 'close', reused: true })
  t.equal(await drained, 0)
})

t.test('idle connections are closed after half a second', async (t) => {
  const { place, connections } = await follow(
    t,
    createServer((_, response) => response.end('hello')),
  )
  const used = dial(t, place)
  used.write(`${GET}\r\n`)
  await once(used, 'data')
  const fresh = dial(t, place)
  await once(fresh, 'connect')
  await sleep(50)
  const closed = [once(used, 'close'), once(fresh.resume(), 'close')]
  const [millis, cut] = await timed(connections.drain(10_000))
  t.equal(cut, 0)
  t.ok(millis > 400 && millis < 5000, String(millis))
  await Promise.all(closed)
})

t.test('idle connections are closed sooner where there is less time', async (t) => {
  const took: number[] = []
  for (let round = 0; round < 3; round++) {
    const { place, connections } = await follow(t, createServer())
    dial(t, place)
    await eventually(() => connections.accepted === 1)
    const [millis] = await timed(connections.drain(50))
    took.push(millis)
  }
  t.ok(Math.min(...took) < 400, took.join(', '))
})

t.test('a response whose head has gone out ends, and then its connection', async (t) => {
  const { server, answers } = waiting()
  const { place, connections } = await follow(t, server)
  const socket = dial(t, place)
  const heard = readAll(socket)
  socket.write(`${GET}\r\n`)
  await once(server, 'request')
  answers[0]?.write('half')
  const drained = connections.drain(10_000)
  await sleep(600)
  answers[0]?.end('whole')
  t.match(await heard, /Connection: keep-alive[\s\S]*half[\s\S]*whole/)
  t.equal(await drained, 0)
})

t.test('a request that is half way through is waited for', async (t) => {
  const { place, connections } = await follow(
    t,
    createServer((_, response) => response.end('hello')),
  )
  const socket = dial(t, place)
  const heard = readAll(socket)
  socket.write(GET)
  await sleep(50)
  const drained = connections.drain(10_000)
  await sleep(700)
  socket.write('\r\n')
  t.match(await heard, /Connection: close[\s\S]*hello$/)
  t.equal(await drained, 0)
})

t.test('what does not end in time is cut, and counted', async (t) => {
  const { server } = waiting()
  const { place, connections } = await follow(t, server)
  const sockets = [dial(t, place), dial(t, place)]
  for (const socket of sockets) {
    socket.write(`${GET}\r\n`)
    await once(server, 'request')
  }
  const closed = sockets.map((socket) => once(socket.resume(), 'close'))
  const [millis, cut] = await timed(connections.drain(200))
  t.equal(cut, 2)
  t.ok(millis >= 190 && millis < 2000, String(millis))
  await Promise.all(closed)
})

t.test('over TLS it is the same: the last answer is told, what is idle is closed', async (t) => {
  const { place, connections } = await follow(
    t,
    createHttpsServer(await certificate(), (_, response) => {
      setTimeout(() => response.end('hello'), 100)
    }),
  )
  const sockets = [1, 2].map(() =>
    connectTls({ socket: dial(t, place), rejectUnauthorized: false }).on('error', () => {}),
  )
  await Promise.all(sockets.map((socket) => once(socket, 'secureConnect')))
  const [busy, idle] = sockets
  const heard = busy && readAll(busy)
  busy?.write(`${GET}\r\n`)
  await sleep(50)
  const gone = idle && once(idle.resume(), 'close')
  const drained = connections.drain(10_000)
  t.match(await heard, /Connection: close[\s\S]*hello$/)
  await gone
  t.equal(await drained, 0)
})

t.test('over TLS a connection that is cut counts once', async (t) => {
  const { place, connections } = await follow(
    t,
    createHttpsServer(await certificate(), () => {}),
  )
  const socket = connectTls({ socket: dial(t, place), rejectUnauthorized: false })
  socket.on('error', () => {}).resume()
  await once(socket, 'secureConnect')
  socket.write(`${GET}\r\n`)
  await sleep(50)
  t.equal(await connections.drain(100), 1)
})

t.test('a session of HTTP/2 ends with its last stream', async (t) => {
  const server = createHttp2Server((_, response) => {
    setTimeout(() => response.end('hello'), 300)
  })
  const { url, connections } = await follow(t, server)
  const session = connectHttp2(url)
  t.teardown(() => session.destroy())
  const stream = session.request({ ':path': '/' }).setEncoding('utf8')
  const idle = connectHttp2(url)
  t.teardown(() => idle.destroy())
  const ended = [once(session, 'close'), once(idle, 'close')]
  await Promise.all([once(server, 'request'), once(idle, 'remoteSettings')])
  const drained = connections.drain(10_000)
  let body = ''
  for await (const chunk of stream) body += chunk
  t.equal(body, 'hello')
  t.equal(await drained, 0)
  await Promise.all(ended)
})

t.test('a request that comes on a session that was idle is answered, too', async (t) => {
  const { url, connections } = await follow(
    t,
    createHttp2Server((_, response) => response.end('hello')),
  )
  const session = connectHttp2(url)
  t.teardown(() => session.destroy())
  await once(session, 'remoteSettings')
  const drained = connections.drain(10_000)
  await sleep(50)
  const stream = session.request({ ':path': '/' }).setEncoding('utf8')
  let body = ''
  for await (const chunk of stream) body += chunk
  t.equal(body, 'hello')
  t.equal(await drained, 0)
})

t.test('what is not followed any more is told nothing', async (t) => {
  const server = createServer((_, response) => response.end('hello'))
  const { url, connections } = await follow(t, server)
  await connections.drain(100)
  connections.forget()
  t.equal(server.listenerCount('session'), 0)
  const response = await fetch(url)
  t.not(response.headers.get('connection'), 'close')
  await response.text()
})

t.test('a session of HTTP/2 that comes late is told to go', async (t) => {
  const { url, connections } = await follow(
    t,
    createHttp2Server((_, response) => response.end()),
  )
  t.equal(await connections.drain(1000), 0)
  const late = connectHttp2(url).on('error', () => {})
  t.teardown(() => late.destroy())
  await once(late, 'close')
})

t.test('a server of HTTP/2 that speaks in streams still does', async (t) => {
  const server = createHttp2Server()
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200 })
    stream.end('hello')
  })
  const { url, connections } = await follow(t, server)
  t.equal(server.listenerCount('request'), 0)
  const session = connectHttp2(url)
  let body = ''
  for await (const chunk of session.request({ ':path': '/' }).setEncoding('utf8')) body += chunk
  t.equal(body, 'hello')
  t.equal(await connections.drain(5000), 0)
})
