// The peer, as real servers of Node.js report it: over TCP, TLS, HTTP/2 and UNIX sockets.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { linkSync } from 'node:fs'
import { createServer, IncomingMessage, type Server } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { createServer as createHttpsServer, get } from 'node:https'
import { createServer as createNetServer, Socket } from 'node:net'
import { generate } from 'selfsigned'
import t, { type Test } from 'tap'
import {
  type Facts,
  markListener,
  readFacts,
  type ServerRequest,
  unmarkListener,
} from '../../lib/context/peer.ts'
import { resolveContext } from '../../lib/context/resolve.ts'
import { compileTrust } from '../../lib/trust/policy.ts'
import { aborted, dial, listen, socketPath, talk } from '../fixtures/loopback.ts'

const GET = 'GET /cart?x=1 HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n'

/** A server that keeps the facts of each request. */
function recorder(undecidedIsUnix = false): { server: Server; seen: Facts[] } {
  const seen: Facts[] = []
  const server = createServer((request, response) => {
    seen.push(readFacts(request, undecidedIsUnix))
    response.end()
  })
  return { server, seen }
}

/** The facts of one request over HTTP/2. */
async function overHttp2(t: Test, path?: string): Promise<Facts | undefined> {
  const server = createHttp2Server()
  const seen: Facts[] = []
  server.on('request', (request, response) => {
    seen.push(readFacts(request, false))
    response.end()
  })
  const place = await listen(t, server, path)
  const session = connectHttp2('http://shop.example', { createConnection: () => dial(t, place) })
  t.teardown(() => session.destroy())
  const stream = session.request({ ':path': '/cart', 'x-forwarded-for': '203.0.113.7' })
  stream.resume()
  stream.end()
  await once(stream, 'close')
  return seen[0]
}

t.test('over TCP: both ends of the socket, and the request as it was sent', async (t) => {
  const { server, seen } = recorder()
  const place = await listen(t, server)
  await talk(t, place, GET)
  const [facts] = seen
  t.same(facts, {
    connection: {
      remoteAddress: '127.0.0.1',
      remotePort: facts?.connection.remotePort,
      unix: false,
      encrypted: false,
      localAddress: '127.0.0.1',
      localPort: 'port' in place ? place.port : undefined,
      judged: undefined,
    },
    httpVersion: '1.1',
    method: 'GET',
    target: '/cart?x=1',
    rawHeaders: ['Host', 'shop.example', 'Connection', 'close'],
    truncated: false,
    unseen: false,
  })
  t.type(facts?.connection.remotePort, 'number')
})

t.test('over a UNIX socket the peer has no address, and the listening side tells', async (t) => {
  const { server, seen } = recorder()
  await talk(t, await listen(t, server, socketPath(t)), GET)
  const [facts] = seen
  t.match(facts?.connection, { unix: true, remoteAddress: undefined, localAddress: undefined })
})

t.test('over HTTP/2 too', async (t) => {
  const tcp = await overHttp2(t)
  t.match(tcp, { httpVersion: '2.0', target: '/cart' })
  t.match(tcp?.connection, { remoteAddress: '127.0.0.1', unix: false })
  t.ok(tcp?.rawHeaders.includes(':authority'))
  const unix = await overHttp2(t, socketPath(t))
  t.match(unix, { connection: { remoteAddress: undefined, unix: true }, httpVersion: '2.0' })
})

t.test('an HTTP/2 session that is gone has no address, and is no UNIX peer', async (t) => {
  const server = createHttp2Server()
  const gone = new Promise<Facts>((resolve) => {
    server.on('request', (request) => {
      request.stream.on('error', () => {})
      request.stream.session?.destroy()
      setImmediate(() => resolve(readFacts(request, false)))
    })
  })
  const place = await listen(t, server)
  const session = connectHttp2('http://shop.example', { createConnection: () => dial(t, place) })
  session.on('error', () => {})
  t.teardown(() => session.destroy())
  session.request({ ':path': '/' }).on('error', () => {})
  t.match((await gone).connection, { remoteAddress: undefined, unix: false })
})

t.test('over TLS the transport is encrypted', async (t) => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
  const seen: Facts[] = []
  const server = createHttpsServer({ key, cert }, (request, response) => {
    seen.push(readFacts(request, false))
    response.end()
  })
  const place = await listen(t, server)
  const request = get({ ...place, rejectUnauthorized: false, agent: false })
  const [response] = await once(request, 'response')
  await once(response.resume(), 'end')
  t.match(seen[0]?.connection, { encrypted: true, remoteAddress: '127.0.0.1', unix: false })
})

t.test('an aborted TCP socket has no address either, and is never a UNIX peer', async (t) => {
  const server = createServer()
  const request = await aborted(t, server, await listen(t, server), GET)
  t.equal(request.socket.remoteAddress, undefined, 'that is what Node.js reports')
  for (const undecidedIsUnix of [false, true]) {
    t.equal(readFacts(request, undecidedIsUnix).connection.unix, false)
  }
  const trust = compileTrust({ forwardedAllowIps: '*' })
  const context = resolveContext(request, trust, { listener: 'unix' })
  t.same([context.client.address, context.trusted], ['', 0])
})

t.test('a TCP listener stays one after it was closed, whatever undecided ones are', async (t) => {
  const server = createServer()
  server.once('request', (request, response) => {
    readFacts(request, true)
    response.end()
  })
  const place = await listen(t, server)
  await talk(t, place, GET)
  const request = await aborted(t, server, place, GET)
  server.close()
  t.equal(server.address(), null, 'that is what Node.js reports')
  t.equal(readFacts(request, true).connection.unix, false)
})

t.test('a UNIX listener stays one after it was closed, for connections kept alive', async (t) => {
  const { server, seen } = recorder()
  const client = dial(t, await listen(t, server, socketPath(t)))
  client.write('GET /1 HTTP/1.1\r\nHost: shop.example\r\n\r\n')
  await once(client, 'data')
  server.prependListener('request', () => server.close())
  client.write(GET)
  await once(client.resume(), 'close')
  t.same(
    seen.map(({ connection }) => connection.unix),
    [true, true],
  )
})

t.test(
  'a listener without an address of its own fails closed, unless the operator says',
  async (t) => {
    for (const undecidedIsUnix of [false, true]) {
      const { server, seen } = recorder(undecidedIsUnix)
      const front = createNetServer((socket) => server.emit('connection', socket))
      await talk(t, await listen(t, front, socketPath(t)), GET)
      t.equal(server.address(), null, 'that is what Node.js reports')
      t.equal(seen[0]?.connection.unix, undecidedIsUnix)
      await talk(
        t,
        await listen(
          t,
          createNetServer((socket) => server.emit('connection', socket)),
        ),
        GET,
      )
      const tcp = { unix: false, remoteAddress: '127.0.0.1' }
      t.match(seen[1]?.connection, tcp, 'an address is an address')
    }
  },
)

t.test(
  'what is marked as UNIX or TCP is that, whatever Node.js or the operator says',
  async (t) => {
    const { server, seen } = recorder(true)
    const place = await listen(t, server, socketPath(t))
    markListener(server, 'tcp')
    await talk(t, place, GET)
    t.equal(seen[0]?.connection.unix, false)
    markListener(server, 'unix')
    await talk(t, place, GET)
    t.equal(seen[1]?.connection.unix, true)
    server.prependListener('connection', (socket) => markListener(socket, 'tcp'))
    await talk(t, place, GET)
    t.equal(
      seen[2]?.connection.unix,
      false,
      'the mark of the connection counts before that of its server',
    )
  },
)

t.test('a peer with an address came over TCP, whatever is marked', async (t) => {
  const { server, seen } = recorder(true)
  const place = await listen(t, server)
  markListener(server, 'unix')
  await talk(t, place, GET)
  t.match(seen[0]?.connection, { unix: false, remoteAddress: '127.0.0.1' })
})

t.test('what is not marked any more is known by what it tells itself', (t) => {
  const server = { address: () => null }
  const socket = { server }
  markListener(server, 'unix')
  t.equal(readFacts(requestOf({ socket: { ...socket } }), false).connection.unix, true)
  unmarkListener(server)
  t.equal(readFacts(requestOf({ socket: { ...socket } }), false).connection.unix, false)
  t.end()
})

t.test('an inherited descriptor is undecided, so that the operator has to say', async (t) => {
  const path = socketPath(t)
  const parent = createNetServer()
  await listen(t, parent, path)
  const file = new URL('../fixtures/inherited.ts', import.meta.url).pathname
  const handle: unknown = Reflect.get(parent, '_handle')
  const descriptor = handle instanceof Object ? Number(Reflect.get(handle, 'fd')) : Number.NaN
  const child = spawn(process.execPath, [...process.execArgv, file], {
    stdio: ['ignore', 'pipe', 'inherit', descriptor],
  })
  t.teardown(() => child.kill())
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  // Closing the parent's end would take the path away.
  linkSync(path, `${path}.kept`)
  parent.close()
  const answer = await talk(t, { path: `${path}.kept` }, GET)
  t.same(JSON.parse(answer.slice(answer.indexOf('{'))), { address: null, plain: false, told: true })
})

/** What a server with this maxHeadersCount makes of so many lines before the proxy's own. */
async function behind(t: Test, lines: number, maxHeadersCount?: number) {
  const trust = compileTrust({ forwardedAllowIps: '127.0.0.1' })
  const contexts: unknown[] = []
  const server = createServer((request, response) => {
    const { client, problems } = resolveContext(request, trust)
    contexts.push([client.address, problems.map(({ code }) => code)])
    response.end()
  })
  if (maxHeadersCount !== undefined) server.maxHeadersCount = maxHeadersCount
  const forged = 'X-Forwarded-For: 198.51.100.66\r\n'
  const filling = 'a: b\r\n'.repeat(lines - 4)
  const own = 'X-Forwarded-For: 203.0.113.7\r\nConnection: close\r\n\r\n'
  const text = `GET / HTTP/1.1\r\nHost: shop.example\r\n${forged}${filling}${own}`
  const answer = await talk(t, await listen(t, server), text)
  return JSON.stringify(contexts[0] ?? answer.slice(0, 'HTTP/1.1 431'.length))
}

const sound = '["203.0.113.7",[]]'
/** Newer Node.js refuses what older Node.js drops. */
const truncated = /^(?:\["",\["too-many-headers"\]\]|"HTTP\/1\.1 431")$/

t.test('a client cannot push out what the proxy appends behind 1,100 of its lines', async (t) => {
  t.equal(await behind(t, 100), sound)
  t.equal(await behind(t, 990), sound)
  t.match(await behind(t, 1100), truncated)
  t.match(await behind(t, 1900), truncated)
})

t.test('maxHeadersCount moves the limit, and 0 takes it away', async (t) => {
  t.equal(await behind(t, 30, 200), sound)
  t.match(await behind(t, 300, 200), truncated)
  t.equal(await behind(t, 1100, 1900), sound)
  t.equal(await behind(t, 1900, 0), sound)
})

t.test('a limit below one batch of the parser is no loophole', async (t) => {
  // Older Node.js hands over one batch whole.
  t.ok([sound, '"HTTP/1.1 431"'].includes(await behind(t, 20, 10)))
  for (const maxHeadersCount of [1, 10, 20, 31]) {
    t.match(await behind(t, 40, maxHeadersCount), truncated, `maxHeadersCount ${maxHeadersCount}`)
  }
  t.equal(await behind(t, 40, 60), sound)
})

/** A request that no server made. */
function requestOf(parts: object): ServerRequest {
  return Object.assign(new IncomingMessage(new Socket()), { socket: {} }, parts)
}

t.test('what a socket said at its first request holds for the next, and each has its own', (t) => {
  const socket = { remoteAddress: '10.0.0.2', remotePort: 1 }
  const { connection } = readFacts(requestOf({ socket }), false)
  Object.assign(socket, { remoteAddress: undefined })
  t.equal(readFacts(requestOf({ socket }), false).connection, connection, 'its client has gone')
  const other = readFacts(requestOf({ socket: { remoteAddress: '10.0.0.3' } }), false)
  t.equal(other.connection.remoteAddress, '10.0.0.3')
  t.end()
})

t.test('a socket that could not tell is asked again', (t) => {
  const socket = { server: { address: () => null } }
  for (const undecidedIsUnix of [true, false, true]) {
    t.equal(readFacts(requestOf({ socket }), undecidedIsUnix).connection.unix, undecidedIsUnix)
  }
  t.end()
})

t.test('the target is the one before a framework rewrote it', (t) => {
  t.equal(
    readFacts(requestOf({ url: '/x', originalUrl: '/mounted/x' }), false).target,
    '/mounted/x',
  )
  t.equal(readFacts(requestOf({ url: '/x', originalUrl: undefined }), false).target, '/x')
  t.equal(readFacts(requestOf({ url: undefined, method: undefined }), false).target, '')
  t.equal(readFacts(requestOf({ method: undefined }), false).method, '')
  t.end()
})

t.test('a request that no server made says nothing', (t) => {
  const connection = { remoteAddress: undefined, unix: false, encrypted: false }
  const nothing = { connection, truncated: false }
  for (const socket of [null, undefined, {}, { server: undefined }, { server: {} }, new Socket()]) {
    t.match(readFacts(requestOf({ socket }), false), nothing)
  }
  for (const socket of [null, undefined, {}, { server: undefined }, { server: null }]) {
    t.match(readFacts(requestOf({ socket }), true), nothing, 'nobody listens')
  }
  for (const server of [{}, { address: () => null }]) {
    t.equal(
      readFacts(requestOf({ socket: { server } }), true).connection.unix,
      true,
      'it is undecided',
    )
  }
  t.end()
})

t.test('facts are taken as they are, and what is missing is unknown', (t) => {
  t.same(readFacts({}, true), {
    connection: {
      remoteAddress: undefined,
      remotePort: undefined,
      unix: false,
      encrypted: false,
      localAddress: undefined,
      localPort: undefined,
      judged: undefined,
    },
    httpVersion: '1.1',
    method: '',
    target: '',
    rawHeaders: [],
    truncated: false,
    unseen: false,
  })
  const connection = {
    remoteAddress: '10.0.0.2',
    remotePort: 1,
    unix: true,
    encrypted: true,
    localAddress: '10.0.0.9',
    localPort: 2,
  }
  const request = { httpVersion: '2.0', method: 'PUT', rawHeaders: ['Host', 'shop.example'] }
  const headers = { host: 'not read' }
  t.same(readFacts({ ...connection, ...request, url: '*', headers }, false), {
    connection: { ...connection, judged: undefined },
    ...request,
    target: '*',
    truncated: false,
    unseen: false,
  })
  t.end()
})

t.test('an object of headers becomes lines; a list of values is repeated lines', (t) => {
  const headers = { host: 'a', 'set-x': ['1', '2'], none: undefined, empty: '', 'no-lines': [] }
  const { rawHeaders } = readFacts({ headers }, false)
  t.same(rawHeaders, ['host', 'a', 'set-x', '1', 'set-x', '2', 'empty', ''])
  t.end()
})

t.test('facts of the wrong type, as a log or JSON may have them, are missing', (t) => {
  const facts = Reflect.apply(readFacts, undefined, [
    { remoteAddress: null, url: 5, method: {}, localAddress: 1, headers: { age: 5, host: null } },
    false,
  ])
  t.match(facts.connection, { remoteAddress: undefined, localAddress: undefined })
  t.match(facts, { target: '', method: '' })
  t.same(facts.rawHeaders, ['age', '5'])
  const list = Reflect.apply(readFacts, undefined, [{ rawHeaders: ['Host', 5, null, 'x'] }, false])
  t.same(list.rawHeaders, ['Host', '', '', 'x'])
  for (const rawHeaders of [{}, 'x', 5]) {
    const facts = Reflect.apply(readFacts, undefined, [{ rawHeaders, headers: { a: 'b' } }, false])
    t.same(facts.rawHeaders, ['a', 'b'])
  }
  t.end()
})

t.test('facts may say of each part that it is not there, of the socket too', (t) => {
  const facts = { socket: undefined, remoteAddress: '10.0.0.2', headers: { host: 'a' } }
  const { connection, rawHeaders } = readFacts(facts, false)
  t.equal(connection.remoteAddress, '10.0.0.2')
  t.same(rawHeaders, ['host', 'a'])
  t.end()
})
