// The door for Fastify.

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import hopwise from '../lib/fastify.ts'
import { compileTrust, OptionError } from '../lib/index.ts'

const honest = {
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-proto': 'https',
  host: 'shop.example',
}

/** Closes the application when the test ends. */
function closing(t: Test, app: FastifyInstance): FastifyInstance {
  t.teardown(() => app.close())
  return app
}

/** The body of one request over a UNIX socket. */
async function askUnix(
  socketPath: string,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const agent = new Agent({ keepAlive: false })
  const outgoing = httpRequest({ socketPath, path: '/', headers, agent })
  outgoing.end()
  const [response] = await once(outgoing, 'response')
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk
  return body
}

/** Listens on a UNIX socket in a folder of its own. */
async function listenUnix(t: Test, app: FastifyInstance): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hopwise-'))
  const path = join(folder, 'app.sock')
  await app.listen({ path })
  t.teardown(async () => {
    await app.close()
    rmSync(folder, { recursive: true })
  })
  return path
}

t.test(
  'request.forwarded is the context, in the first hook and below, with inject()',
  async (t) => {
    const app = closing(t, Fastify())
    await app.register(hopwise, { forwardedAllowIps: '127.0.0.1' })
    const seen: string[] = []
    app.addHook('onRequest', async (request) => {
      seen.push(request.forwarded.client.address)
    })
    await app.register(async (child) => {
      child.get('/child', async (request) => request.forwarded.url().href)
    })
    app.get('/', async (request) => request.forwarded)
    const { body } = await app.inject({ url: '/', headers: honest })
    t.match(JSON.parse(body), {
      peer: { address: '127.0.0.1' },
      client: { address: '203.0.113.7' },
      scheme: 'https',
    })
    t.equal(
      (await app.inject({ url: '/child?x', headers: honest })).body,
      'https://shop.example/child?x',
    )
    t.same(seen, ['203.0.113.7', '203.0.113.7'])
    const elsewhere = await app.inject({ url: '/', headers: honest, remoteAddress: '192.0.2.1' })
    t.match(JSON.parse(elsewhere.body), { client: { address: '192.0.2.1' }, scheme: 'http' })
  },
)

t.test('the target is the one before rewriteUrl', async (t) => {
  const app = closing(t, Fastify({ rewriteUrl: () => '/inner' }))
  await app.register(hopwise)
  app.get('/inner', async (request) => request.forwarded.url().href)
  const { body } = await app.inject({ url: '/outer?x', headers: honest })
  t.equal(body, 'https://shop.example/outer?x')
})

t.test('with getters everything that Fastify answers agrees', async (t) => {
  const make = (): FastifyInstance => Fastify()
  const wanted = {
    ip: '203.0.113.7',
    protocol: 'https',
    host: 'shop.example:8443',
    hostname: 'shop.example',
    port: 8443,
  }
  const headers = {
    'x-forwarded-for': '192.0.2.66, 203.0.113.7, 127.0.0.1',
    'x-forwarded-proto': 'http, https, http',
    host: 'Shop.example:8443',
  }
  const prepare = async (app: FastifyInstance): Promise<void> => {
    app.addHook('onRequest', async (request) => request.ip)
    await app.register(hopwise, { getters: true })
    app.get('/', async ({ ip, ips, protocol, host, hostname, port }) => ({
      ip,
      ips,
      protocol,
      host,
      hostname,
      port,
    }))
    await app.register(async (child) => {
      child.get('/child', async ({ ip, protocol }) => ({ ip, protocol }))
    })
  }
  const tcp = closing(t, make())
  await prepare(tcp)
  const answer = await tcp.inject({ url: '/', headers })
  t.same(JSON.parse(answer.body), { ...wanted, ips: ['127.0.0.1', '127.0.0.1', '203.0.113.7'] })
  const child = await tcp.inject({ url: '/child', headers })
  t.same(JSON.parse(child.body), { ip: '203.0.113.7', protocol: 'https' })

  const unix = make()
  await prepare(unix)
  const socketPath = await listenUnix(t, unix)
  t.same(JSON.parse(await askUnix(socketPath, headers)), {
    ...wanted,
    ips: ['', '127.0.0.1', '203.0.113.7'],
  })
})

t.test('trustProxy with trust.trusts agrees over TCP', async (t) => {
  const trust = compileTrust({ forwardedAllowIps: ['127.0.0.1', '10.0.0.0/8'] })
  const app = closing(t, Fastify({ trustProxy: trust.trusts }))
  await app.register(hopwise, { trust })
  app.get('/', async ({ ip, protocol, forwarded }) => ({ ip, protocol, client: forwarded.client }))
  const headers = { ...honest, 'x-forwarded-for': '192.0.2.66, 203.0.113.7, 10.0.0.3' }
  const { body } = await app.inject({ url: '/', headers })
  t.match(JSON.parse(body), {
    ip: '203.0.113.7',
    protocol: 'https',
    client: { address: '203.0.113.7' },
  })
})

t.test('@fastify/rate-limit has one bucket for each client, over TCP and UNIX', async (t) => {
  const app = Fastify()
  await app.register(hopwise, { getters: true })
  await app.register(rateLimit, { max: 1 })
  app.get('/', async () => 'in')
  const from = (address: string): typeof honest => ({ ...honest, 'x-forwarded-for': address })
  const status = async (address: string): Promise<number> =>
    (await app.inject({ url: '/', headers: from(address) })).statusCode
  t.equal(await status('203.0.113.7'), 200)
  t.equal(await status('203.0.113.8'), 200)
  t.equal(await status('192.0.2.66, 203.0.113.7'), 429)
  const socketPath = await listenUnix(t, app)
  t.equal(await askUnix(socketPath, from('203.0.113.9')), 'in')
  t.match(await askUnix(socketPath, from('192.0.2.66, 203.0.113.9')), /Rate limit exceeded/)
})

t.test('a request whose host cannot be told is refused, and logged', async (t) => {
  const lines: string[] = []
  const app = closing(t, Fastify())
  await app.register(hopwise, {
    allowedHosts: ['shop.example'],
    accessLog: { format: '%(s)s %(b)s', stream: { write: (text) => lines.push(text) } },
  })
  app.get('/', async () => 'in')
  const bad = await app.inject({ url: '/', headers: { host: 'a@b' } })
  t.equal(bad.statusCode, 400)
  t.equal(bad.headers['content-type'], 'text/plain; charset=utf-8')
  t.equal(bad.body, '400 Bad Request: bad-host\n')
  const other = await app.inject({ url: '/', headers: { host: 'evil.example' } })
  t.equal(other.body, '400 Bad Request: host-not-allowed\n')
  t.equal((await app.inject({ url: '/', headers: honest })).statusCode, 200)
  t.same(lines, ['400 26\n', '400 34\n', '200 2\n'])
})

t.test('a line has the response headers that Fastify sends', async (t) => {
  const lines: string[] = []
  const stream = { write: (text: string) => lines.push(text) }
  const app = closing(t, Fastify())
  const format =
    '%(h)s %({client.address}x)s "%(r)s" %(s)s %(b)s "%({content-type}o)s" %({outcome}x)s'
  await app.register(hopwise, { accessLog: { format, stream } })
  app.get('/', async () => ({ hello: 'world' }))
  app.get('/fails', async () => {
    throw new Error('on purpose')
  })
  await app.inject({ url: '/', headers: honest })
  await app.inject({ url: '/fails', headers: honest })
  await app.inject({ url: '/nowhere', headers: honest })
  const json = '"application/json; charset=utf-8" complete\n'
  t.match(lines, [
    `127.0.0.1 203.0.113.7 "GET / HTTP/1.1" 200 17 ${json}`,
    `127.0.0.1 203.0.113.7 "GET /fails HTTP/1.1" 500 `,
    `127.0.0.1 203.0.113.7 "GET /nowhere HTTP/1.1" 404 `,
  ])
})

t.test('HTTP/2 has its :authority for a host', async (t) => {
  const app = Fastify({ http2: true })
  t.teardown(() => app.close())
  await app.register(hopwise)
  app.get('/', async (request) => request.forwarded.url().href)
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const session = connect(origin)
  t.teardown(() => session.close())
  const stream = session.request({
    ':path': '/',
    ':authority': 'shop.example',
    'x-forwarded-proto': 'https',
  })
  let body = ''
  for await (const chunk of stream.setEncoding('utf8')) body += chunk
  t.equal(body, 'https://shop.example/')
})

t.test('the options of register itself are not ours', async (t) => {
  const app = closing(t, Fastify())
  const options = { prefix: '/x', logLevel: 'warn' as const, forwardedAllowIps: '127.0.0.1' }
  await app.register(hopwise, options)
  t.ok(app.hasRequestDecorator('forwarded'))
})

t.test('a wrong option rejects the registration', async (t) => {
  const app = closing(t, Fastify())
  await t.rejects(async () => app.register(hopwise, { forwardedAllowIps: '127.1' }), OptionError)
})

t.test('getters beside trustProxy are a contradiction, and the error says so', async (t) => {
  const app = closing(t, Fastify({ trustProxy: '127.0.0.1' }))
  await t.rejects(async () => app.register(hopwise, { getters: true }), {
    code: 'contradiction',
    option: 'getters',
    message: /Leave `trustProxy` out/,
  })
})
