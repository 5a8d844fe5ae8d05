// listen() as a whole: frameworks, mistakes, and a stop under load that loses no request.

import { once } from 'node:events'
import { existsSync, lstatSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import fastify from 'fastify'
import t from 'tap'
import hopwise from '../../lib/express.ts'
import hopwiseForFastify from '../../lib/fastify.ts'
import { compileTrust, resolveContext } from '../../lib/index.ts'
import { listen } from '../../lib/listen/listen.ts'
import { eventually } from '../fixtures/eventually.ts'
import { ask } from '../fixtures/listen/ask.ts'
import { clients } from '../fixtures/listen/load.ts'
import { type Listened, start } from '../fixtures/listen/process.ts'
import { socketPath } from '../fixtures/loopback.ts'

const signals = false

t.test('the addresses stand in the order of the binds, and stop ends all', async (t) => {
  const path = socketPath(t)
  const server = createServer((_, response) => response.end('hello'))
  const options = { signals, mode: 0o640 }
  const { addresses, stop } = await listen(server, ['127.0.0.1:0', `unix:${path}`], options)
  t.match(addresses, [/^http:\/\/127\.0\.0\.1:\d+$/, `unix:${path}`])
  t.equal(lstatSync(path).mode & 0o777, 0o640)
  for (const address of addresses) t.match(await ask(address), { body: 'hello' })
  await stop()
  await stop()
  for (const address of addresses) await t.rejects(ask(address), /ECONNREFUSED|ENOENT/)
})

t.test('the group of the file is that which is asked for', async (t) => {
  const path = socketPath(t)
  const [group = 0] = process.getgroups?.() ?? []
  const { stop } = await listen(createServer(), `unix:${path}`, { signals, group })
  t.match(lstatSync(path), { gid: group, mode: 0o140660 })
  await stop()
})

t.test('who closes the server closes the other sides, too, and the signals are left', async (t) => {
  const path = socketPath(t)
  const before = process.listenerCount('SIGTERM')
  const server = createServer()
  const { stop } = await listen(server, ['127.0.0.1:0', `unix:${path}`])
  t.equal(process.listenerCount('SIGTERM'), before + 1)
  server.close()
  await once(server, 'close')
  await stop()
  t.notOk(existsSync(path))
  await new Promise(setImmediate)
  t.equal(process.listenerCount('SIGTERM'), before)
})

t.test('who closes the server waits for the requests of all its sides', async (t) => {
  const path = socketPath(t)
  const answers: (() => void)[] = []
  const server = createServer((_, response) => answers.push(() => response.end('hello')))
  const { close } = server
  const { addresses } = await listen(server, ['127.0.0.1:0', `unix:${path}`], { signals })
  const asked = ask(addresses[1] ?? '')
  await eventually(() => answers.length === 1)
  let closed = false
  server.close(() => {
    closed = true
  })
  await eventually(() => !server.listening && !existsSync(path))
  await t.rejects(ask(addresses[0] ?? ''), /ECONNREFUSED/)
  t.notOk(closed)
  for (const answer of answers) answer()
  t.match(await asked, { body: 'hello' })
  await eventually(() => closed)
  t.equal(server.close, close)
  t.notOk(server.listening)
})

t.test(
  'a server that was stopped, or could not listen, listens again as if it were new',
  async (t) => {
    const unix = `unix:${socketPath(t)}`
    const trust = compileTrust({ forwardedAllowIps: [] })
    const server = createServer((request, response) => {
      // A client that has gone has no address: what is told of it is who listens.
      const { rawHeaders, httpVersion } = request
      const gone = { socket: { server }, rawHeaders, httpVersion }
      response.end(resolveContext(gone, trust).peer.node)
    })
    await t.rejects(listen(server, [unix, '192.0.2.1:0'], { signals }), { code: 'no-such-address' })
    for (const [bind, node] of [
      ['127.0.0.1:0', 'unknown'],
      [unix, 'unix:'],
      ['127.0.0.1:0', 'unknown'],
    ] as const) {
      const { addresses, stop } = await listen(server, bind, { signals })
      t.match(await ask(addresses[0] ?? ''), { body: node })
      await stop()
    }
  },
)

t.test('Fastify: its server, when it is ready; closed last', async (t) => {
  const app = fastify()
  await app.register(hopwiseForFastify, { forwardedAllowIps: ['127.0.0.1'] })
  app.get('/', async ({ forwarded }) => forwarded.client.address)
  let closed = false
  app.addHook('onClose', async () => {
    closed = true
  })
  await app.ready()
  const binds = ['127.0.0.1:0', `unix:${socketPath(t)}`]
  const { addresses, stop } = await listen(app.server, binds, { signals, closeAfter: [app] })
  for (const address of addresses) t.match(await ask(address), { body: '203.0.113.7' })
  await stop()
  t.ok(closed)
})

t.test('Express: a server of node:http around it', async (t) => {
  const app = express()
  app.use(hopwise({ forwardedAllowIps: ['127.0.0.1'] }))
  app.get('/', (request, response) => {
    response.send(request.forwarded.client.address)
  })
  const binds = ['127.0.0.1:0', `unix:${socketPath(t)}`]
  const { addresses, stop } = await listen(createServer(app), binds, { signals })
  for (const address of addresses) t.match(await ask(address), { body: '203.0.113.7' })
  await stop()
})

t.test('what is no server, or listens already, is refused', async (t) => {
  const app = express()
  for (const value of [app, fastify(), {}, null, undefined]) {
    await t.rejects(Reflect.apply(listen, undefined, [value, '127.0.0.1:0']), {
      code: 'wrong-type',
      option: 'server',
      message: /Express: createServer\(app\)\. Fastify: await app\.ready\(\), then app\.server/,
    })
  }
  const server = createServer().listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  await t.rejects(listen(server, '127.0.0.1:0'), { message: /Leave out its own listen\(\)/ })
})

t.test('a mistake in a bind or an option is told before anything is opened', async (t) => {
  const path = socketPath(t)
  await t.rejects(listen(createServer(), [`unix:${path}`, '8000']), { code: 'bad-bind' })
  const options = { group: 'no-such-group' }
  await t.rejects(listen(createServer(), `unix:${path}`, options), { code: 'no-such-group' })
  const wrong = Reflect.apply(listen, undefined, [createServer(), `unix:${path}`, { mode: '660' }])
  await t.rejects(wrong, { code: 'wrong-type', option: 'mode' })
  t.notOk(existsSync(path))
})

t.test('a command line says what is wrong, and ends with 2', async (t) => {
  const application = start(t, { bind: '127.0.0.1:http' })
  t.equal(await application.ended, 2)
  t.equal(
    application.complaints(),
    '127.0.0.1:http: "http" is no port. Write a number from 1 to 65535; 0 is any free port\n',
  )
})

for (const kind of ['TCP', 'a UNIX socket'] as const) {
  t.test(`fifty clients over ${kind} lose no request when it stops`, async (t) => {
    const bind = kind === 'TCP' ? '127.0.0.1:0' : `unix:${socketPath(t)}`
    const application = start(t, { bind })
    const { addresses } = await application.hear<Listened>('listening')
    const outcome = clients(addresses[0] ?? '', 50, '/slow/2')
    await sleep(1500)
    application.child.kill('SIGTERM')
    t.equal(await application.ended, 0)
    const { answered, refused, lost } = await outcome
    t.same(lost, [])
    t.equal(refused, 50)
    t.ok(answered > 500, `${answered} were answered`)
  })
}
