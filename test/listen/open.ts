// One listening side: where it is, of what kind, and what Node.js says of it.

import { linkSync } from 'node:fs'
import { Server as HttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type Server } from 'node:net'
import t, { type Test } from 'tap'
import { expandBind, openSide, type Place, type Side } from '../../lib/listen/open.ts'
import { ask } from '../fixtures/listen/ask.ts'
import { forkWorker } from '../fixtures/listen/cluster.ts'
import { freePort } from '../fixtures/listen/free-port.ts'
import { type Listened, start } from '../fixtures/listen/process.ts'
import { listen, socketPath } from '../fixtures/loopback.ts'

const rights = { mode: 0o600, group: -1 }

async function open(t: Test, place: Place, server: Server = new HttpServer()): Promise<Side> {
  const side = await openSide(server, place, rights)
  t.teardown(() => {
    side.remove()
    server.close()
  })
  return side
}

/** The descriptor of a server of this process. */
function descriptorOf(server: Server): number {
  const handle: unknown = Reflect.get(server, '_handle')
  return handle instanceof Object ? Number(Reflect.get(handle, 'fd')) : Number.NaN
}

t.test('a TCP side has its URL, with the port that it got', async (t) => {
  for (const [host, url] of [
    ['127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
    ['::1', /^http:\/\/\[::1\]:\d+$/],
  ] as const) {
    const side = await open(t, { kind: 'tcp', text: host, host, port: 0 })
    t.match(side, { kind: 'tcp', address: url })
    t.equal(new URL(side.address).port, String(Reflect.get(side.server.address() ?? {}, 'port')))
    t.doesNotThrow(side.remove)
  }
  const https = { kind: 'tcp', text: '', host: '127.0.0.1', port: 0 } as const
  t.match(await open(t, https, createHttpsServer()), { address: /^https:\/\/127\.0\.0\.1:\d+$/ })
})

t.test('a UNIX side has its path, and its file can be removed', async (t) => {
  const path = socketPath(t)
  const server = new HttpServer((_, response) => response.end('hello'))
  const side = await open(t, { kind: 'unix', text: `unix:${path}`, path }, server)
  t.match(side, { kind: 'unix', address: `unix:${path}` })
  t.match(await ask(side.address), { body: 'hello' })
  side.remove()
  await t.rejects(ask(side.address), /ENOENT/)
})

t.test('of a descriptor the kind is found out, and its peer is known by that', async (t) => {
  for (const path of [socketPath(t), undefined]) {
    const parent = createServer()
    const place = await listen(t, parent, path)
    const application = start(
      t,
      { bind: 'fd://3', options: { mode: 0o600 } },
      { descriptor: descriptorOf(parent) },
    )
    const { addresses } = await application.hear<Listened>('listening')
    if ('path' in place) {
      t.same(addresses, ['fd://3'])
      // Closing the parent's end would take the path away.
      linkSync(place.path, `${place.path}.kept`)
      parent.close()
      const { body } = await ask(`unix:${place.path}.kept`)
      t.same(JSON.parse(body), { peer: '', client: '203.0.113.7', trusted: 1 })
    } else {
      t.same(addresses, [`http://127.0.0.1:${place.port}`])
      parent.close()
      const { body } = await ask(addresses[0] ?? '')
      t.same(JSON.parse(body), { peer: '127.0.0.1', client: '203.0.113.7', trusted: 1 })
    }
    application.child.kill('SIGTERM')
    t.equal(await application.ended, 0)
  }
})

t.test('a descriptor that is none, or no socket, is named as the reason', async (t) => {
  for (const fd of [1_000_000, 0]) {
    const place = { kind: 'fd', text: `fd://${fd}`, fd } as const
    await t.rejects(openSide(new HttpServer(), place, rights), {
      code: 'no-descriptor',
      message: /Accept=no/,
    })
  }
})

t.test('what TCP refuses has the words for it', async (t) => {
  const { address } = await open(t, { kind: 'tcp', text: '', host: '127.0.0.1', port: 0 })
  const port = Number(new URL(address).port)
  const same = { kind: 'tcp', text: `127.0.0.1:${port}`, host: '127.0.0.1', port } as const
  await t.rejects(open(t, same), { code: 'address-in-use', bind: same.text })
})

t.test('without systemd a bind is one place, or none', (t) => {
  const place = { kind: 'fd', text: 'fd://3', fd: 3 } as const
  t.same(expandBind(place), [place])
  const systemd = { kind: 'systemd', text: 'systemd', name: undefined } as const
  t.throws(() => expandBind(systemd), { code: 'no-descriptor', bind: 'systemd' })
  t.end()
})

t.test('sockets that systemd passes are places, each of its own', (t) => {
  const { LISTEN_FDS, LISTEN_PID } = process.env
  t.teardown(() => Object.assign(process.env, LISTEN_FDS && { LISTEN_FDS, LISTEN_PID }))
  Object.assign(process.env, { LISTEN_FDS: '2', LISTEN_PID: String(process.pid) })
  t.same(expandBind({ kind: 'systemd', text: 'systemd', name: undefined }), [
    { kind: 'fd', text: 'systemd', fd: 3 },
    { kind: 'fd', text: 'systemd', fd: 4 },
  ])
  t.end()
})

t.test('workers of a cluster share a port, and can have nothing else', async (t) => {
  const port = await freePort()
  const workers = await Promise.all([1, 2].map(() => forkWorker(t, `127.0.0.1:${port}`)))
  const address = `http://127.0.0.1:${port}`
  t.same(
    workers.map(({ outcome }) => outcome),
    [address, address],
  )
  const refused = await forkWorker(t, 'fd://3')
  t.equal(refused.outcome, 'in-a-worker')
  t.same(await refused.exited, [0, null])
  const { body } = await ask(address)
  t.ok(workers.some(({ worker }) => String(worker.process.pid) === body))
  for (const { worker } of workers) worker.process.kill('SIGTERM')
  for (const { exited } of workers) t.same(await exited, [0, null])
})
