// The live proof: both frameworks behind a real nginx with the documented configurations.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, statSync } from 'node:fs'
import t, { type Test } from 'tap'
import { compileTrust } from '../../lib/index.ts'
import {
  believesNobodyAround,
  keepsClientsApart,
  knowsTheClient,
  limitsEachClient,
  redirects,
  resolvesUpgrades,
  setsSecureCookies,
  survivesAFlood,
  upgradesToNothingElse,
  withstands,
  writesLines,
} from '../fixtures/e2e/claims.ts'
import { startExpress } from '../fixtures/e2e/express-application.ts'
import { startFastify } from '../fixtures/e2e/fastify-application.ts'
import { isRoot } from '../fixtures/e2e/listener.ts'
import { proveWith } from '../fixtures/e2e/program.ts'
import { ask } from '../fixtures/e2e/request.ts'
import { siteOverTcp, siteOverUnix } from '../fixtures/e2e/site.ts'

proveWith({ nginx: 'nginx-light' }, () => {
  t.test('Express behind nginx, over TCP', expressOverTcp)
  t.test('Express behind nginx, over a UNIX socket', expressOverUnix)
  t.test('Fastify behind nginx, over TCP', fastifyOverTcp)
  t.test('Fastify behind nginx, over a UNIX socket', fastifyOverUnix)
  t.test('Express without our getters, told whom to trust', expressByItself)
  t.test('Fastify without our getters, told whom to trust', fastifyByItself)
  t.test('allowedHosts refuses what server_name lets in', allowedHosts)
})

async function expressOverTcp(t: Test) {
  const options = { forwardedAllowIps: ['127.0.0.11'] }
  const door = { ...options, getters: true }
  const trust = compileTrust(options)
  const site = await siteOverTcp(t, (listen) => startExpress({ listen, door, trust }))

  await knowsTheClient(t, site)
  await redirects(t, site)
  await withstands(t, site, [site.nginx, site.careless])
  await believesNobodyAround(t, site)
  await resolvesUpgrades(t, site)
  await upgradesToNothingElse(t, site)
  await writesLines(t, site)
  await limitsEachClient(t, site)
  await setsSecureCookies(t, site)
  await keepsClientsApart(t, site)
  await survivesAFlood(t, site)
}

async function expressOverUnix(t: Test) {
  const options = { forwardedAllowIps: [] }
  const door = { ...options, getters: true }
  const trust = compileTrust(options)
  const site = await siteOverUnix(t, (listen) => startExpress({ listen, door, trust }))

  await knowsTheClient(t, site)
  await redirects(t, site)
  await withstands(t, site, [site.nginx, site.careless])
  await closedToOtherUsers(t, site.path)
  await resolvesUpgrades(t, site)
  await upgradesToNothingElse(t, site)
  await writesLines(t, site)
  await limitsEachClient(t, site)
  await setsSecureCookies(t, site)
  await keepsClientsApart(t, site)
  await survivesAFlood(t, site)
}

async function fastifyOverTcp(t: Test) {
  const options = { forwardedAllowIps: ['127.0.0.11'] }
  const door = { ...options, getters: true }
  const trust = compileTrust(options)
  const site = await siteOverTcp(t, (listen) => startFastify({ listen, door, trust }))

  await knowsTheClient(t, site)
  await redirects(t, site)
  await withstands(t, site, [site.nginx, site.careless])
  await believesNobodyAround(t, site)
  await resolvesUpgrades(t, site)
  await upgradesToNothingElse(t, site)
  await writesLines(t, site)
  await limitsEachClient(t, site)
  await keepsClientsApart(t, site)
  await survivesAFlood(t, site)
}

async function fastifyOverUnix(t: Test) {
  const options = { forwardedAllowIps: [] }
  const door = { ...options, getters: true }
  const trust = compileTrust(options)
  const site = await siteOverUnix(t, (listen) => startFastify({ listen, door, trust }))

  await knowsTheClient(t, site)
  await redirects(t, site)
  await withstands(t, site, [site.nginx, site.careless])
  await closedToOtherUsers(t, site.path)
  await resolvesUpgrades(t, site)
  await upgradesToNothingElse(t, site)
  await writesLines(t, site)
  await limitsEachClient(t, site)
  await keepsClientsApart(t, site)
  await survivesAFlood(t, site)
}

// Over TCP only: a framework cannot know a UNIX peer. And only behind the documented nginx: these two
// settings make the frameworks read X-Forwarded-Host.

async function expressByItself(t: Test) {
  const trust = compileTrust({ forwardedAllowIps: ['127.0.0.11'] })
  const site = await siteOverTcp(t, (listen) =>
    startExpress({ listen, door: { trust }, trust, frameworkTrusts: true }),
  )

  await knowsTheClient(t, site)
  await withstands(t, site, [site.nginx])
  await believesNobodyAround(t, site)
  await limitsEachClient(t, site)
  await setsSecureCookies(t, site)
}

async function fastifyByItself(t: Test) {
  const trust = compileTrust({ forwardedAllowIps: ['127.0.0.11'] })
  const site = await siteOverTcp(t, (listen) =>
    startFastify({ listen, door: { trust }, trust, frameworkTrusts: true }),
  )

  await knowsTheClient(t, site)
  await withstands(t, site, [site.nginx])
  await believesNobodyAround(t, site)
  await limitsEachClient(t, site)
}

async function allowedHosts(t: Test) {
  const options = { forwardedAllowIps: ['127.0.0.11'], allowedHosts: ['shop.example'] }
  const trust = compileTrust(options)
  const site = await siteOverTcp(t, (listen) => startExpress({ listen, door: options, trust }))
  const question = { from: '127.0.0.2', host: 'evil.example' }

  for (const path of ['/hello', 'http://shop.example/hello']) {
    const { status, body } = await ask(site.nginx.plain, { ...question, path })
    t.equal(status, 400, path)
    t.match(body, 'host-not-allowed')
  }
  t.equal((await ask(site.nginx.plain, { from: '127.0.0.2', path: '/hello' })).status, 200)
}

/** The user `nobody` of every Linux distribution: the kernel's overflow uid. */
const NOBODY = 65534

/** The mode of the file is the boundary of a UNIX site: whoever gets in is believed. */
async function closedToOtherUsers(t: Test, path: string) {
  await t.test('another user cannot connect to the socket', async (t) => {
    t.equal(statSync(path).mode & 0o777, 0o660)
    if (!isRoot) return t.comment('only root can try as another user: the mode alone was checked')
    t.equal(await connectAsNobody(path), 'EACCES')
    chmodSync(path, 0o600)
    t.equal(await connectAsNobody(path), 'EACCES')
    // Nothing but the mode keeps it out.
    chmodSync(path, 0o666)
    t.equal(await connectAsNobody(path), 'connected')
    chmodSync(path, 0o660)
  })
}

async function connectAsNobody(path: string): Promise<string> {
  const script = `require('node:net').connect(process.argv[1])
    .on('connect', function () { console.log('connected'); this.destroy() })
    .on('error', ({ code }) => console.log(code))`
  const child = spawn(process.execPath, ['-e', script, path], {
    uid: NOBODY,
    gid: NOBODY,
    cwd: '/',
    env: {},
    // What tap hooks into a child may not write as this user, and says so.
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  child.stdout.on('data', (text: Buffer) => {
    said += text
  })
  await once(child, 'close')
  return said.trim()
}
