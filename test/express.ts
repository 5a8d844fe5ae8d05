// The door for Express 4 and 5, and for plain node:http.

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express5, { type Express } from 'express'
import rateLimit from 'express-rate-limit'
import session from 'express-session'
import fastify from 'fastify'
import t, { type Test } from 'tap'
import hopwise, { type ForwardedRequest } from '../lib/express.ts'
import { compileTrust, OptionError } from '../lib/index.ts'
import { eventually } from './fixtures/eventually.ts'
import { serve } from './fixtures/serve.ts'

const express4: typeof express5 = createRequire(import.meta.url)('express4')
const versions = { 'Express 4': express4, 'Express 5': express5 }

const honest = {
  'X-Forwarded-For': '203.0.113.7',
  'X-Forwarded-Proto': 'https',
  Host: 'shop.example',
}

/** What one request was answered. */
interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** One request over TCP (`port`) or a UNIX socket (`socketPath`). */
async function ask(
  to: { port: number } | { socketPath: string },
  path: string,
  headers: Readonly<Record<string, string>> = honest,
): Promise<Answer> {
  const outgoing = httpRequest({ host: '127.0.0.1', ...to, path, headers, agent: false })
  outgoing.end()
  const [response] = await once(outgoing, 'response')
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk
  return { status: response.statusCode, headers: response.headers, body }
}

/** Serves over a UNIX socket in a folder of its own. */
async function serveUnix(t: Test, server: Server): Promise<{ socketPath: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'hopwise-'))
  const socketPath = join(folder, 'app.sock')
  server.listen(socketPath)
  await once(server, 'listening')
  t.teardown(async () => {
    server.close()
    await once(server, 'close')
    rmSync(folder, { recursive: true })
  })
  return { socketPath }
}

for (const [version, express] of Object.entries(versions)) {
  t.test(`${version}: request.forwarded is the context of the request`, async (t) => {
    const app = express()
    app.use(hopwise())
    app.use('/mounted', (request, response) => {
      const { client, peer, scheme } = request.forwarded
      response.json({ client, peer, scheme, url: request.forwarded.url() })
    })
    const { port } = await serve(t, createServer(app))
    const { body } = await ask({ port }, '/mounted/cart?x=1')
    t.match(JSON.parse(body), {
      client: { address: '203.0.113.7' },
      peer: { address: '127.0.0.1' },
      scheme: 'https',
      url: 'https://shop.example/mounted/cart?x=1',
    })
  })

  t.test(`${version}: a door that stands twice resolves once, and writes one line`, async (t) => {
    const lines: string[] = []
    const stream = { write: (line: string) => lines.push(line) }
    const door = hopwise({ accessLog: { format: '%(m)s %(U)s', stream } })
    const app = express()
    const contexts: unknown[] = []
    for (let times = 0; times < 2; times++) {
      app.use(door, (request, _, next) => {
        contexts.push(request.forwarded)
        next()
      })
    }
    app.use((_, response) => response.send('hello'))
    const server = createServer(app)
    const { port } = await serve(t, server)
    await ask({ port }, '/cart')
    await ask({ port }, '/last')
    t.equal(contexts.length, 4)
    t.ok(contexts[0] !== undefined && contexts[0] === contexts[1] && contexts[0] !== contexts[2])
    // Its line comes when the client has the answer already.
    await eventually(() => lines.length >= 2)
    t.same(lines, ['GET /cart\n', 'GET /last\n'])
  })

  t.test(`${version}: a door around another one writes one line`, async (t) => {
    const lines: string[] = []
    const stream = { write: (line: string) => lines.push(line) }
    const door = hopwise({ accessLog: { format: '%({client.address}x)s', stream } })
    const app = express()
    app.use(door, hopwise({ forwardedAllowIps: [] }), door)
    app.use((_, response) => response.send('hello'))
    const { port, closed } = await serve(t, createServer(app))
    await ask({ port }, '/')
    await closed()
    t.same(lines, ['203.0.113.7\n'])
  })

  t.test(`${version}: with getters everything that Express answers agrees`, async (t) => {
    const app = express()
    app.get('/before', (request, response) => response.json({ ip: request.ip }))
    app.use(hopwise({ getters: true }))
    const child = express()
    child.get('/', (request, response) => {
      const { ip, ips, protocol, secure, host, hostname } = request
      response.json({ ip, ips, protocol, secure, host, hostname })
    })
    app.use('/child', child)
    app.get('/', (request, response) => {
      const { ip, ips, protocol, secure, host, hostname } = request
      response.json({ ip, ips, protocol, secure, host, hostname })
    })
    const { port } = await serve(t, createServer(app))
    const unix = await serveUnix(t, createServer(app))
    const wanted = {
      ip: '203.0.113.7',
      ips: ['203.0.113.7', '127.0.0.1'],
      protocol: 'https',
      secure: true,
      host: version === 'Express 4' ? 'shop.example' : 'shop.example:8443',
      hostname: 'shop.example',
    }
    const chain = '192.0.2.66, 203.0.113.7, 127.0.0.1'
    const headers = { ...honest, Host: 'Shop.example:8443', 'X-Forwarded-For': chain }
    for (const to of [{ port }, unix]) {
      for (const path of ['/', '/child']) {
        t.same(JSON.parse((await ask(to, path, headers)).body), wanted)
      }
    }
    const before = await ask({ port }, '/before', headers)
    t.same(JSON.parse(before.body), { ip: '203.0.113.7' }, 'without a context Express answers')
  })

  t.test(`${version}: getters are put there once, and leave the context as it is`, async (t) => {
    const app = express()
    app.use(hopwise({ getters: true }))
    app.get('/', (request, response) => {
      const { forwarded, ip } = request
      response.json({ ip, same: request.forwarded === forwarded })
    })
    const { port } = await serve(t, createServer(app))
    const getters: unknown[] = []
    for (let times = 0; times < 2; times++) {
      const { body } = await ask({ port }, '/')
      t.same(JSON.parse(body), { ip: '203.0.113.7', same: true })
      getters.push(Object.getOwnPropertyDescriptor(app.request, 'ip')?.get)
    }
    t.type(getters[0], 'function')
    t.equal(getters[1], getters[0])
  })

  t.test(`${version}: getters of one application do not leak into another`, async (t) => {
    const first = express()
    first.use(hopwise({ getters: true }))
    first.get('/', (request, response) => response.send(request.ip))
    const second = express()
    second.get('/', (request, response) => response.send(request.ip))
    const one = await serve(t, createServer(first))
    const two = await serve(t, createServer(second))
    t.equal((await ask({ port: one.port }, '/')).body, '203.0.113.7')
    t.equal((await ask({ port: two.port }, '/')).body, '127.0.0.1')
  })

  t.test(`${version}: "trust proxy" with trust.trusts agrees over TCP`, async (t) => {
    const trust = compileTrust({ forwardedAllowIps: ['127.0.0.1', '10.0.0.0/8'] })
    const app = express()
    app.set('trust proxy', trust.trusts)
    app.use(hopwise({ trust }))
    app.get('/', (request, response) => {
      const { ip, protocol, secure, forwarded } = request
      response.json({ ip, protocol, secure, client: forwarded.client.address })
    })
    const { port } = await serve(t, createServer(app))
    const headers = { ...honest, 'X-Forwarded-For': '192.0.2.66, 203.0.113.7, 10.0.0.3' }
    t.same(JSON.parse((await ask({ port }, '/', headers)).body), {
      ip: '203.0.113.7',
      protocol: 'https',
      secure: true,
      client: '203.0.113.7',
    })
  })

  t.test(`${version}: express-rate-limit has one bucket for each client`, async (t) => {
    const complaints = t.capture(console, 'error')
    const app = express()
    app.use(hopwise({ getters: true }))
    app.use(rateLimit({ limit: 1 }))
    app.get('/', (_, response) => response.send('in'))
    const { port } = await serve(t, createServer(app))
    const unix = await serveUnix(t, createServer(app))
    const from = (address: string): typeof honest => ({ ...honest, 'X-Forwarded-For': address })
    t.equal((await ask({ port }, '/', from('203.0.113.7'))).status, 200)
    t.equal((await ask({ port }, '/', from('203.0.113.8'))).status, 200)
    t.equal((await ask({ port }, '/', from('192.0.2.66, 203.0.113.7'))).status, 429)
    t.equal((await ask(unix, '/', from('192.0.2.67, 203.0.113.7'))).status, 429)
    t.equal((await ask(unix, '/', from('203.0.113.9'))).status, 200)
    t.same(complaints(), [], 'and finds nothing to complain about')
  })

  t.test(
    `${version}: "trust proxy" of the application is left alone, its default is not`,
    async (t) => {
      const left = express()
      left.set('trust proxy', 1)
      const made = express()
      for (const app of [left, made]) {
        app.use(hopwise({ getters: true }))
        app.get('/', (_, response) => response.send(typeof app.get('trust proxy')))
      }
      const one = await serve(t, createServer(left))
      const two = await serve(t, createServer(made))
      t.equal((await ask({ port: one.port }, '/')).body, 'number')
      t.equal((await ask({ port: two.port }, '/')).body, 'function')
    },
  )

  t.test(`${version}: express-session sets a secure cookie behind TLS only`, async (t) => {
    const app = express()
    app.use(hopwise({ getters: true }))
    app.use(
      session({ secret: 'x', resave: false, saveUninitialized: true, cookie: { secure: true } }),
    )
    app.get('/', (_, response) => response.send('in'))
    const { port } = await serve(t, createServer(app))
    const unix = await serveUnix(t, createServer(app))
    for (const to of [{ port }, unix]) {
      const secure = await ask(to, '/')
      t.match(secure.headers['set-cookie'], [/; Secure/])
      const plain = await ask(to, '/', { ...honest, 'X-Forwarded-Proto': 'http' })
      t.equal(plain.headers['set-cookie'], undefined)
    }
  })

  t.test(`${version}: a request whose host cannot be told is refused, and logged`, async (t) => {
    const lines: string[] = []
    const stream = { write: (text: string) => lines.push(text) }
    const app = express()
    app.use(
      hopwise({ allowedHosts: ['shop.example'], accessLog: { format: '%(s)s %(b)s', stream } }),
    )
    app.get('/', (_, response) => response.send('in'))
    const { port, closed } = await serve(t, createServer(app))
    const bad = await ask({ port }, '/', { Host: 'a@b' })
    t.equal(bad.status, 400)
    t.equal(bad.headers['content-type'], 'text/plain; charset=utf-8')
    t.equal(bad.body, '400 Bad Request: bad-host\n')
    const other = await ask({ port }, '/', { Host: 'evil.example' })
    t.equal(other.body, '400 Bad Request: host-not-allowed\n')
    t.equal((await ask({ port }, '/')).status, 200)
    await closed()
    t.same(lines, ['400 26\n', '400 34\n', '200 2\n'])
  })
}

t.test('HTTP/1.0 without a host is served', async (t) => {
  const app = express5()
  app.use(hopwise())
  app.get('/', (request, response) => {
    response.send(request.forwarded.problems.map(({ code }) => code).join())
  })
  const { port } = await serve(t, createServer(app))
  const { connect } = await import('node:net')
  const socket = connect(port, '127.0.0.1')
  socket.end('GET / HTTP/1.0\r\n\r\n')
  let answer = ''
  for await (const chunk of socket.setEncoding('utf8')) answer += chunk
  t.match(answer, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nno-host$/)
})

t.test('plain node:http needs no framework', async (t) => {
  const forwarded = hopwise()
  const server = createServer((request, response) => {
    forwarded(request, response, () => {
      response.end('forwarded' in request ? String(request.forwarded) : 'nothing')
    })
  })
  const { port } = await serve(t, server)
  t.equal((await ask({ port }, '/')).body, '[object Object]')
  t.equal((await ask({ port }, '/', { Host: 'a b' })).status, 400)
})

t.test('getters are missed once where there are none to replace', async (t) => {
  const warnings = t.capture(process, 'emitWarning')
  const forwarded = hopwise({ getters: true })
  const server = createServer((request: ForwardedRequest, response) => {
    forwarded(request, response, () => response.end(request.forwarded?.client.address))
  })
  const { port } = await serve(t, server)
  for (let times = 0; times < 2; times++) {
    t.equal((await ask({ port }, '/')).body, '203.0.113.7')
  }
  t.match(warnings(), [{ args: [/^getters: .* only Express has req\.ip/, 'HopwiseWarning'] }])
  t.equal(warnings().length, 0)
})

t.test('each door answers by its own trust', async (t) => {
  const app = express5()
  app.use(hopwise({ forwardedAllowIps: '127.0.0.1' }))
  app.get('/first', (request, response) => response.send(request.forwarded.client.address))
  app.use(hopwise({ forwardedAllowIps: [] }))
  app.get('/second', (request, response) => response.send(request.forwarded.client.address))
  const { port } = await serve(t, createServer(app))
  t.equal((await ask({ port }, '/first')).body, '203.0.113.7')
  t.equal((await ask({ port }, '/second')).body, '127.0.0.1')
})

t.test('a line is written for each request that reaches the door', async (t) => {
  const lines: string[] = []
  const stream = { write: (text: string) => lines.push(text) }
  const app: Express = express5()
  app.use(hopwise({ accessLog: { format: '%(m)s %(U)s %(s)s %({content-type}o)s', stream } }))
  app.get('/', (_, response) => response.send('in'))
  app.get('/throws', () => {
    throw new Error('on purpose')
  })
  app.set('env', 'test')
  const { port, closed } = await serve(t, createServer(app))
  for (const path of ['/', '/throws', '/nowhere']) await ask({ port }, path)
  await closed()
  t.same(lines, [
    'GET / 200 text/html;\\x20charset=utf-8\n',
    'GET /throws 500 text/html;\\x20charset=utf-8\n',
    'GET /nowhere 404 text/html;\\x20charset=utf-8\n',
  ])
})

t.test('a door that is not called, or not this one, says so', async (t) => {
  const errors: unknown[] = []
  const server = createServer((request) => {
    try {
      Reflect.apply(hopwise, undefined, [request])
    } catch (error) {
      errors.push(error)
    }
    request.socket.destroy()
  })
  const { port } = await serve(t, server)
  await t.rejects(ask({ port }, '/'))
  const about = { code: 'wrong-type', option: 'options', input: undefined }
  t.match(errors, [{ ...about, message: /a request was given .* Call it: app\.use\(hopwise\(/ }])
  t.throws(() => Reflect.apply(hopwise, undefined, [fastify(), {}]), {
    ...about,
    message: /application of Fastify .* Import 'hopwise\/fastify'/,
  })
})

t.test('a wrong option throws at start-up', (t) => {
  t.throws(() => hopwise({ forwardedAllowIps: '127.1' }), OptionError)
  t.end()
})
