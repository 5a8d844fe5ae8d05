// Several sides of one server: which one a peer came by, what connections have in common, and none left.

import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { createServer as createHttpsServer, get } from 'node:https'
import { createServer as createNetServer } from 'node:net'
import { dirname } from 'node:path'
import t, { type Test } from 'tap'
import { readFacts } from '../../lib/context/peer.ts'
import { resolveContext } from '../../lib/context/resolve.ts'
import { parseBinds } from '../../lib/listen/bind.ts'
import type { Side } from '../../lib/listen/open.ts'
import { closeSides, openSides } from '../../lib/listen/sides.ts'
import { compileTrust } from '../../lib/trust/policy.ts'
import { ask, dial, placeOf } from '../fixtures/listen/ask.ts'
import { certificate } from '../fixtures/listen/tls.ts'
import { aborted, socketPath } from '../fixtures/loopback.ts'

const rights = { mode: 0o600, group: -1 }
const trust = compileTrust({ forwardedAllowIps: ['127.0.0.1'] })

async function open(
  t: Test,
  server: Server | ReturnType<typeof createHttp2Server>,
  binds: string[],
) {
  const sides = await openSides(server, parseBinds(binds), rights)
  t.teardown(() => close(sides))
  return sides
}

function close(sides: readonly Side[]): void {
  for (const side of sides) {
    side.remove()
    side.server.close()
  }
}

/** Tells who asked. */
function telling(): Server {
  return createServer((request, response) => {
    const { peer, client, trusted } = resolveContext(request, trust)
    response.end(JSON.stringify([peer.address, client.address, trusted]))
  })
}

const overTcp = ['127.0.0.1', '203.0.113.7', 1]
const overUnix = ['', '203.0.113.7', 1]
const stranger = ['::1', '::1', 0]

t.test('a peer is known by the side it came by, in whatever order they were opened', async (t) => {
  for (const order of [
    ['unix', '127.0.0.1:0', '[::1]:0'],
    ['127.0.0.1:0', '[::1]:0', 'unix'],
    ['unix', 'unix', '127.0.0.1:0'],
  ]) {
    const binds = order.map((bind) => (bind === 'unix' ? `unix:${socketPath(t)}` : bind))
    const sides = await open(t, telling(), binds)
    t.same(
      sides.map(({ kind }) => kind),
      order.map((bind) => (bind === 'unix' ? 'unix' : 'tcp')),
    )
    for (const { kind, address } of sides) {
      const expected = kind === 'unix' ? overUnix : address.includes('::1') ? stranger : overTcp
      t.same(JSON.parse((await ask(address)).body), expected, address)
    }
  }
})

t.test(
  'a TCP client that has gone is not taken for a UNIX peer, beside a UNIX socket',
  async (t) => {
    const server = createServer()
    for (const binds of [
      [`unix:${socketPath(t)}`, '127.0.0.1:0'],
      ['127.0.0.1:0', `unix:${socketPath(t)}`],
    ]) {
      const sides = await openSides(server, parseBinds(binds), rights)
      const tcp = sides.find(({ kind }) => kind === 'tcp')
      const port = Number(new URL(tcp?.address ?? '').port)
      const text = 'GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n'
      const request = await aborted(t, server, { port, host: '127.0.0.1' }, text)
      t.equal(request.socket.remoteAddress, undefined)
      // Even where the operator says that the undecided is UNIX.
      t.equal(readFacts(request, true).connection.unix, false)
      close(sides)
      await once(server, 'close')
    }
  },
)

t.test('connections of every side have the settings of the server', async (t) => {
  const server = createServer({ noDelay: false, keepAlive: true, keepAliveInitialDelay: 7000 })
  server.maxConnections = 17
  const sides = await open(t, server, ['127.0.0.1:0', '[::1]:0'])
  const [own, beside] = sides.map((side) => side.server)
  t.equal(own, server)
  for (const name of ['allowHalfOpen', 'noDelay', 'keepAlive', 'keepAliveInitialDelay']) {
    t.equal(Reflect.get(beside ?? {}, name), Reflect.get(server, name), name)
  }
  t.equal(beside?.maxConnections, 17)
})

t.test('the timeouts of the server hold on every side', async (t) => {
  const server = createServer({ headersTimeout: 300, connectionsCheckingInterval: 50 })
  const sides = await open(t, server, ['127.0.0.1:0', '[::1]:0', `unix:${socketPath(t)}`])
  for (const { address } of sides) {
    const socket = dial(t, address)
    socket.write('GET / HTTP/1.1\r\n')
    const [answer] = await once(socket, 'data')
    t.match(answer, /^HTTP\/1\.1 408 /, address)
  }
})

t.test('so do upgrades, and idle connections can be closed', async (t) => {
  const server = telling()
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nhello'))
  const sides = await open(t, server, ['127.0.0.1:0', `unix:${socketPath(t)}`])
  for (const { address } of sides) {
    const socket = dial(t, address)
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: words\r\n\r\n')
    const [answer] = await once(socket, 'data')
    t.match(answer, /hello$/)
    const idle = dial(t, address)
    idle.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(idle, 'data')
    const closed = once(idle, 'close')
    server.closeIdleConnections()
    await closed
  }
})

t.test('over TLS and HTTP/2 there may be several sides of one kind', async (t) => {
  const secure = createHttpsServer(await certificate(), (request, response) => {
    response.end(resolveContext(request, trust).scheme)
  })
  const plain = createHttp2Server((_, response) => response.end())
  for (const [server, binds] of [
    [secure, ['127.0.0.1:0', '[::1]:0']],
    [plain, [`unix:${socketPath(t)}`, `unix:${socketPath(t)}`]],
  ] as const) {
    const sides = await openSides(server, parseBinds(binds), rights)
    t.teardown(() => close(sides))
    if (server !== secure) continue
    for (const { address } of sides) {
      const answer = await new Promise<string>((resolve, reject) => {
        const options = { ...placeOf(address), rejectUnauthorized: false, agent: false as const }
        get(options, (response) => {
          response.setEncoding('utf8').once('data', resolve)
        }).once('error', reject)
      })
      t.equal(answer, 'https')
    }
  }
})

t.test('UNIX beside TCP is refused there, since peers could not be told apart', async (t) => {
  const path = socketPath(t)
  for (const server of [createHttp2Server(), createHttpsServer(await certificate())]) {
    for (const binds of [
      [`unix:${path}`, '127.0.0.1:0'],
      ['127.0.0.1:0', `unix:${path}`],
    ]) {
      const opened = openSides(server, parseBinds(binds), rights)
      await t.rejects(opened, { code: 'mixed-binds', bind: binds[1] })
      t.notOk(existsSync(path))
      t.notOk(server.listening)
    }
  }
})

t.test('where one bind cannot be had, none is left open', async (t) => {
  const path = socketPath(t)
  const folder = dirname(path)
  const server = createServer()
  // RFC 5737: for documentation, so no machine has it.
  const binds = [`unix:${path}`, '127.0.0.1:0', '192.0.2.1:0']
  const opened = openSides(server, parseBinds(binds), rights)
  await t.rejects(opened, { code: 'no-such-address', bind: '192.0.2.1:0' })
  t.notOk(server.listening)
  t.same(readdirSync(folder), [])
  // It can listen again.
  const sides = await open(t, server, [`unix:${path}`])
  t.equal(sides.length, 1)
})

t.test('not even the one that has listened before its file could not be made', async (t) => {
  const path = socketPath(t)
  const server = createServer()
  const late = createNetServer()
  t.teardown(() => late.close())
  server.once('listening', () => late.listen(path))
  await t.rejects(openSides(server, parseBinds(`unix:${path}`), rights), { code: 'address-in-use' })
  t.notOk(server.listening)
  chmodSync(path, 0o700)
})

t.test('a side is closed without its connections, and what breaks on one is told', async (t) => {
  const server = telling()
  const sides = await open(t, server, ['127.0.0.1:0', '[::1]:0'])
  const [first, second] = sides
  const idle = dial(t, first?.address ?? '')
  idle.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(idle, 'data')
  const told = once(server, 'error')
  second?.server.emit('error', new Error('accept EMFILE'))
  t.match(await told, [{ message: 'accept EMFILE' }])
  const closed = closeSides(sides)
  t.notOk(server.listening)
  idle.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  const [answer] = await once(idle, 'data')
  t.match(answer, '127.0.0.1')
  await closed
  let again = 0
  server.on('close', () => again++)
  await closeSides(sides)
  t.equal(again, 0, 'a second time nothing happens')
})
