// One context and one line for every request that reaches a server.

import { channel } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer, request as httpRequest, type Server } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2 } from 'node:http2'
import { connect } from 'node:net'
import express from 'express'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { type ObserveOptions, observe } from '../../lib/door/observe.ts'
import hopwise from '../../lib/express.ts'
import hopwiseFastify from '../../lib/fastify.ts'
import { compileTrust, OptionError } from '../../lib/index.ts'
import { serve } from '../fixtures/serve.ts'

const format = '"%(r)s" %(s)s %(b)s %({client.address}x)s %({outcome}x)s'

/** Options that collect the lines. */
function collecting(lines: string[], form = format): ObserveOptions {
  return { accessLog: { format: form, stream: { write: (text) => lines.push(text.trimEnd()) } } }
}

/** Sends bytes and returns all that comes back. */
async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.end(text)
  let answer = ''
  for await (const chunk of socket.setEncoding('latin1')) answer += chunk
  return answer
}

/** One exchange with a server, observed and not: the answers must be the same. */
async function both(t: Test, make: () => Server, text: string): Promise<readonly string[]> {
  const lines: string[] = []
  const plain = await serve(t, make())
  const observed = make()
  observe(observed, collecting(lines))
  const watched = await serve(t, observed)
  const withoutDate = (answer: string): string => answer.replace(/^Date: .*\r\n/gm, '')
  t.equal(
    withoutDate(await exchange(watched.port, text)),
    withoutDate(await exchange(plain.port, text)),
    'answered as without it',
  )
  await watched.closed()
  return lines
}

/** The beginning of a request whose body is to come. */
const post = 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n'

const hello = (): Server => createServer((_, response) => response.end('hello'))

t.test('a request that is served has one line', async (t) => {
  const text =
    'GET /a HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 203.0.113.7\r\nConnection: close\r\n\r\n'
  t.same(await both(t, hello, text), ['"GET /a HTTP/1.1" 200 5 203.0.113.7 complete'])
})

t.test('a request that Node.js refuses has one line, and the same answer', async (t) => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'GET / HTTP/1.1\r\nBad header\r\n\r\n': ['"GET / HTTP/1.1" 400 0 - error'],
    'garbage\r\n\r\n': ['"- - HTTP/1.1" 400 0 - error'],
    [`GET / HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`]: [
      '"GET / HTTP/1.1" 431 0 - error',
    ],
    'GET /no-host HTTP/1.1\r\nConnection: close\r\n\r\n': [
      '"GET /no-host HTTP/1.1" 400 0 127.0.0.1 complete',
    ],
    'GET / HTTP/1.1\r\nHost: h\r\nExpect: pigs\r\nConnection: close\r\n\r\n': [
      '"GET / HTTP/1.1" 417 0 127.0.0.1 complete',
    ],
    'CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n': ['"CONNECT h:1 HTTP/1.1" - 0 127.0.0.1 aborted'],
  }
  for (const [text, lines] of Object.entries(cases)) {
    t.same(await both(t, hello, text), lines, text.slice(0, 60))
  }
})

t.test('a request that takes too long has one line', async (t) => {
  const timed = { connectionsCheckingInterval: 50, headersTimeout: 50, requestTimeout: 50 }
  for (const [sent, line] of [
    ['GET /slow HTTP/1.1\r\n', '"- - HTTP/1.1" 408 0 - error'],
    [`${post}1\r\n`, '"POST / HTTP/1.1" 408 0 127.0.0.1 error'],
  ]) {
    const lines: string[] = []
    const server = createServer(timed, () => {})
    observe(server, collecting(lines))
    const { port, closed } = await serve(t, server)
    const socket = connect(port, '127.0.0.1')
    socket.write(String(sent))
    let answer = ''
    for await (const chunk of socket.setEncoding('latin1')) answer += chunk
    t.match(answer, /^HTTP\/1\.1 408 /)
    await closed()
    t.same(lines, [line])
  }
})

t.test('a request over the limit of its connection has one line', async (t) => {
  const make = (): Server => Object.assign(hello(), { maxRequestsPerSocket: 1 })
  const text = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(2)
  t.same(await both(t, make, text), [
    '"GET / HTTP/1.1" 200 5 127.0.0.1 complete',
    '"GET / HTTP/1.1" 503 0 127.0.0.1 complete',
  ])
})

t.test('a body that Node.js refuses is the end of its request, not another one', async (t) => {
  for (const [body, status] of [
    ['zz\r\n', 400],
    [`1;${'x'.repeat(20_000)}\r\n`, 413],
  ] as const) {
    const make = (): Server => createServer(() => {})
    t.same(await both(t, make, post + body), [`"POST / HTTP/1.1" ${status} 0 127.0.0.1 error`])
  }
})

t.test('a body that breaks off is answered by the application, if it has', async (t) => {
  const early = (): Server => createServer((_, response) => void response.write('x'))
  t.same(await both(t, early, `${post}zz\r\n`), ['"POST / HTTP/1.1" 200 1 127.0.0.1 aborted'])
  const listening = (): Server =>
    createServer(() => {}).on('clientError', (_, socket) => socket.destroy())
  t.same(await both(t, listening, `${post}zz\r\n`), ['"POST / HTTP/1.1" - 0 127.0.0.1 error'])
})

t.test('in the midst of a response nobody answers a bad request', async (t) => {
  const make = (): Server => createServer((_, response) => void response.write('x'))
  t.same(await both(t, make, 'GET / HTTP/1.1\r\nHost: h\r\n\r\nBAD\r\n\r\n'), [
    '"- - HTTP/1.1" - 0 - error',
    '"GET / HTTP/1.1" 200 1 127.0.0.1 aborted',
  ])
})

t.test('a bad request behind a good one has a line of its own, and no answer', async (t) => {
  const good = 'GET /good HTTP/1.1\r\nHost: h\r\n\r\n'
  t.same(await both(t, hello, `${good}BAD\r\n\r\n`), [
    '"- - HTTP/1.1" - 0 - error',
    '"GET /good HTTP/1.1" 200 5 127.0.0.1 complete',
  ])
})

t.test('a bad request on a connection that is idle again has a line and an answer', async (t) => {
  const lines: string[] = []
  const server = hello()
  observe(server, collecting(lines))
  const { port, closed } = await serve(t, server)
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /good HTTP/1.1\r\nHost: h\r\n\r\n')
  await once(socket, 'data')
  socket.write('BAD\r\n\r\n')
  let answer = ''
  for await (const chunk of socket.setEncoding('latin1')) answer += chunk
  t.match(answer, /^HTTP\/1\.1 400 /)
  await closed()
  t.same(lines, ['"GET /good HTTP/1.1" 200 5 127.0.0.1 complete', '"- - HTTP/1.1" 400 0 - error'])
})

t.test('who listens to clientError answers himself, and the status is not known', async (t) => {
  const make = (): Server =>
    hello().on('clientError', (_, socket) => socket.end('HTTP/1.1 418 Teapot\r\n\r\n'))
  t.same(await both(t, make, 'garbage\r\n\r\n'), ['"- - HTTP/1.1" - 0 - error'])
})

t.test('a connection that is reset between requests is no request', async (t) => {
  const lines: string[] = []
  const server = hello()
  observe(server, collecting(lines))
  const { port, closed } = await serve(t, server)
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
  await once(socket, 'data')
  socket.resetAndDestroy()
  await closed()
  t.same(lines, ['"GET / HTTP/1.1" 200 5 127.0.0.1 complete'])
})

t.test('an upgrade has one line, when its connection is closed', async (t) => {
  const make = (): Server =>
    hello().on('upgrade', (request, socket) => {
      const { client } = 'forwarded' in request ? Object(request.forwarded) : { client: {} }
      socket.end(`HTTP/1.1 101 Switching\r\n\r\n${client?.address ?? ''}`)
    })
  const text = 'GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'
  const lines: string[] = []
  const server = make()
  observe(server, collecting(lines))
  const { port, closed } = await serve(t, server)
  t.match(await exchange(port, text), /127\.0\.0\.1$/)
  await closed()
  t.same(lines, ['"GET /ws HTTP/1.1" 101 9 127.0.0.1 complete'])
})

t.test('an upgrade that nobody takes is an ordinary request, as without observe', async (t) => {
  const text = 'GET / HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n\r\n'
  t.same(await both(t, hello, text), ['"GET / HTTP/1.1" 200 5 127.0.0.1 complete'])
})

t.test('CONNECT that somebody takes has one line', async (t) => {
  const make = (): Server =>
    hello().on('connect', (_, socket) => {
      // Who takes it may ask somebody else first.
      setTimeout(() => socket.end('HTTP/1.1 200 OK\r\n\r\ntunnel'), 20)
    })
  t.same(await both(t, make, 'CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n'), [
    '"CONNECT h:1 HTTP/1.1" 200 6 127.0.0.1 complete',
  ])
})

t.test('a request over HTTP/2 has one line', async (t) => {
  const lines: string[] = []
  const server = createHttp2((_, response) => response.end('hello'))
  observe(server, collecting(lines))
  const { url, closed } = await serve(t, server)
  const session = connectHttp2(url)
  const stream = session.request({ ':path': '/h2' })
  stream.resume()
  await once(stream, 'close')
  session.close()
  await once(session, 'close')
  await closed()
  t.same(lines, ['"GET /h2 HTTP/2.0" 200 5 127.0.0.1 complete'])
})

t.test('the door of Express finds the context, and what it never sees has a line', async (t) => {
  const lines: string[] = []
  let left: unknown
  const trust = compileTrust()
  const app = express()
  app.use('/early', (_, response) => response.status(403).end())
  app.use(hopwise({ trust }))
  app.get('/', (request, response) => response.send(String(request.forwarded === left)))
  const server = createServer(app)
  server.prependListener('request', (request) => {
    left = Reflect.get(request, 'forwarded')
  })
  observe(server, { ...collecting(lines), trust })
  const { url, closed } = await serve(t, server)
  const headers = { 'X-Forwarded-For': '203.0.113.7' }
  t.equal(await (await fetch(url, { headers })).text(), 'true', 'resolved once, by observe')
  await (await fetch(`${url}/early`)).text()
  await closed()
  t.same(lines, [
    '"GET / HTTP/1.1" 200 4 203.0.113.7 complete',
    '"GET /early HTTP/1.1" 403 0 127.0.0.1 complete',
  ])
})

t.test('a door that trusts others than observe does answers by its own trust', async (t) => {
  const app = express()
  app.use(hopwise({ forwardedAllowIps: [] }))
  app.get('/', (request, response) => response.send(request.forwarded.client.address))
  const server = createServer(app)
  observe(server, { forwardedAllowIps: '127.0.0.1' })
  const { url } = await serve(t, server)
  const headers = { 'X-Forwarded-For': '203.0.113.7' }
  t.equal(await (await fetch(url, { headers })).text(), '127.0.0.1')
})

t.test('the door of Fastify finds the context, and what it never sees has a line', async (t) => {
  const lines: string[] = []
  const trust = compileTrust()
  const app = Fastify()
  observe(app.server, { ...collecting(lines), trust })
  app.addHook('onRequest', async (request, reply) => {
    if (request.url === '/early') await reply.code(403).send()
  })
  await app.register(hopwiseFastify, { trust })
  app.get('/', async (request) =>
    String(request.forwarded === Reflect.get(request.raw, 'forwarded')),
  )
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const headers = { 'X-Forwarded-For': '203.0.113.7' }
  t.equal(await (await fetch(url, { headers })).text(), 'true', 'resolved once, by observe')
  await (await fetch(`${url}/early`)).text()
  await (await fetch(`${url}/%zz`)).text()
  await app.close()
  t.match(lines, [
    '"GET / HTTP/1.1" 200 4 203.0.113.7 complete',
    '"GET /early HTTP/1.1" 403 0 127.0.0.1 complete',
    /^"GET \/%zz HTTP\/1\.1" 400 \d+ 127\.0\.0\.1 complete$/,
  ])
})

t.test('without a log the context is left for the doors all the same', async (t) => {
  const server = createServer((request, response) => {
    response.end(String('forwarded' in request))
  }).on('upgrade', (request, socket) => {
    socket.end(`HTTP/1.1 101 Switching\r\n\r\n${'forwarded' in request}`)
  })
  observe(server)
  const { url, port } = await serve(t, server)
  t.equal(await (await fetch(url)).text(), 'true')
  const upgrade = 'GET / HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'
  t.match(await exchange(port, upgrade), /true$/)
  t.match(await exchange(port, 'garbage\r\n\r\n'), /^HTTP\/1\.1 400 /)
})

t.test('it ends when it is told to, and another server is not observed', async (t) => {
  const lines: string[] = []
  const server = hello()
  const before = server.emit
  const other = await serve(t, hello())
  const { url } = await serve(t, server)
  const stop = observe(server, collecting(lines))
  await (await fetch(other.url)).text()
  t.same(lines, [])
  stop()
  t.equal(server.emit, before)
  t.equal(server.listenerCount('connect'), 0)
  await (await fetch(url)).text()
  t.same(lines, [])
})

t.test('events of another shape are passed on, and are no requests', (t) => {
  const lines: string[] = []
  const server = hello()
  observe(server, collecting(lines))
  const heard: unknown[] = []
  for (const event of ['request', 'upgrade', 'clientError', 'other']) {
    server.removeAllListeners(event)
    server.on(event, (...args: readonly unknown[]) => heard.push(...args))
    t.equal(server.emit(event, 1, 2), true)
  }
  t.same(heard, [1, 2, 1, 2, 1, 2, 1, 2])
  t.same(lines, [])
  t.end()
})

t.test('a wrong option throws at start-up', (t) => {
  t.throws(() => observe(hello(), { forwardedAllowIps: '127.1' }), OptionError)
  t.end()
})

t.test('lines equal requests under 200 connections with random aborts', async (t) => {
  let arrived = 0
  const lines: string[] = []
  const server = createServer((request, response) => {
    arrived++
    response.write('part')
    const count = Number(request.url?.slice(1))
    // Every third client leaves on the first part, and so before this one ends.
    if (count % 3 !== 0) setTimeout(() => response.end('rest'), count % 7)
  })
  observe(server, collecting(lines, '%(s)s %({outcome}x)s'))
  const { port, closed } = await serve(t, server)
  const one = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const outgoing = httpRequest({ port, host: '127.0.0.1', path: `/${count}`, agent: false })
      outgoing.on('response', (response) => {
        response.on('error', () => {})
        response.on('data', () => count % 3 === 0 && outgoing.destroy())
      })
      outgoing.on('error', () => {})
      outgoing.once('close', resolve)
      if (count % 5 === 0) setTimeout(() => outgoing.destroy(), count % 11)
      outgoing.end()
    })
  for (let round = 0; round < 5; round++) {
    await Promise.all(Array.from({ length: 200 }, (_, index) => one(round * 200 + index)))
  }
  await closed()
  t.equal(lines.length, arrived)
  t.ok(lines.includes('200 complete'))
  t.ok(lines.includes('200 aborted'))
})

t.test(
  'the client of a request that was refused is the peer only if that is no proxy',
  async (t) => {
    const lines: string[] = []
    const server = hello()
    observe(server, {
      forwardedAllowIps: [],
      ...collecting(lines, '%({client.address}x)s %({problems}x)s'),
    })
    const { port, closed } = await serve(t, server)
    await exchange(port, 'garbage\r\n\r\n')
    await closed()
    t.same(lines, ['127.0.0.1 -'])
  },
)

t.test('two observers of one server leave CONNECT as it is', async (t) => {
  const server = hello()
  observe(server)
  observe(server)
  const { port } = await serve(t, server)
  t.equal(await exchange(port, 'CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n'), '')
})

t.test('CONNECT over HTTP/2 is answered as without it, and has one line', async (t) => {
  const lines: string[] = []
  const server = createHttp2(() => {})
  observe(server, collecting(lines))
  const { url, closed } = await serve(t, server)
  const session = connectHttp2(url)
  const stream = session.request({ ':method': 'CONNECT', ':authority': 'h:1' })
  const [headers] = await once(stream, 'response')
  t.equal(headers[':status'], 405)
  stream.close()
  session.close()
  await once(session, 'close')
  await closed()
  t.same(lines, ['"CONNECT  HTTP/2.0" 405 0 127.0.0.1 complete'])
})

t.test('a server that listens again is observed again', async (t) => {
  const lines: string[] = []
  const server = createServer((_, response) => response.end('hello'))
  observe(server, collecting(lines))
  const first = await serve(t, server)
  await (await fetch(first.url)).text()
  await first.closed()
  t.equal(channel('http.server.request.start').hasSubscribers, false, 'but not in between')
  const second = await serve(t, server)
  await exchange(second.port, 'GET /no-host HTTP/1.1\r\nConnection: close\r\n\r\n')
  await second.closed()
  t.equal(lines.length, 2)
})

t.test('an observer that was stopped hears nothing, whoever wraps emit after it', async (t) => {
  const lines: string[] = []
  const server = hello()
  const others: string[] = []
  const stop = observe(server, collecting(lines))
  observe(server, collecting(others))
  stop()
  const { port } = await serve(t, server)
  await exchange(port, 'garbage\r\n\r\n')
  t.same(lines, [])
  t.same(others, ['"- - HTTP/1.1" 400 0 - error'], 'and that one goes on')
})
