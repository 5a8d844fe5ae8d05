// The application itself: what it says of a mistake, and how it ends.

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { WebSocket } from 'ws'
import { freePort } from '../../fixtures/deploy/place.ts'
import { recipePath } from '../../fixtures/deploy/recipe.ts'
import { startShop } from '../../fixtures/deploy/shop.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { logFolder } from '../../fixtures/log-file.ts'

proveWith({}, () => {
  t.test('a mistake in its environment', mistakes)
  t.test('its socket', itsSocket)
  t.test('a guest of the chat is told that it goes', farewell)
})

interface Run {
  readonly code: number | null
  readonly said: string
}

function run(environment: Readonly<Record<string, string>>): Promise<Run> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH ?? '', ...environment }
    const options = { env, encoding: 'utf8', timeout: 10_000 } as const
    const child = execFile(
      process.execPath,
      [recipePath('app/server.js')],
      options,
      (_e, _o, said) => resolve({ code: child.exitCode, said }),
    )
  })
}

async function mistakes(t: Test) {
  const all: readonly (readonly [name: string, value: string, word: RegExp])[] = [
    ['BIND', '127.0.0.1:70000', /70000.* is no port/],
    ['BIND', '/run/shop.sock', /Write .*unix:/],
    ['BIND', 'systemd', /nobody passed a socket/],
    ['BIND', 'unix:/nowhere/shop.sock', /its folder does not exist/],
    ['SOCKET_GROUP', 'nobody-has-this', /does not exist/],
    ['ACCESS_LOG', '/nowhere/access.log', /nowhere/],
    ['FORWARDED_ALLOW_IPS', '10.0.0.0/33', /FORWARDED_ALLOW_IPS/],
  ]
  for (const [name, value, word] of all) {
    const BIND = `127.0.0.1:${await freePort()}`
    const { code, said } = await run({ BIND, [name]: value })
    t.equal(code, 2, `${name}=${value}`)
    t.match(said, word)
    t.notMatch(said, /^ +at /m, 'no stack')
  }
}

async function itsSocket(t: Test) {
  const folder = logFolder(t)
  const socketPath = join(folder, 'shop.sock')
  const shop = await startShop(t, { socketPath }, folder)
  await t.test('is open to its own user alone, where no group is named', async (t) => {
    t.equal(statSync(socketPath).mode & 0o777, 0o600)
  })
  await t.test('is not taken away by a second one, which ends with 1', async (t) => {
    const { code, said } = await run({ BIND: `unix:${socketPath}` })
    t.equal(code, 1)
    t.match(said, 'somebody else listens there')
  })
  await t.test('is gone when the application is', async (t) => {
    t.equal(await shop.stop(), 0)
    t.equal(lstatSync(socketPath, { throwIfNoEntry: false }), undefined)
  })
}

async function farewell(t: Test) {
  const port = await freePort()
  const shop = await startShop(t, { host: '127.0.0.1', port }, logFolder(t))
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`)
  t.teardown(() => socket.terminate())
  await once(socket, 'open')
  const closed = once(socket, 'close')
  const start = performance.now()
  t.equal(await shop.stop(), 0)
  // RFC 6455 7.4.1: going away.
  t.equal((await closed)[0], 1001)
  t.ok(performance.now() - start < 5000, 'nobody waited for the guest')
}
