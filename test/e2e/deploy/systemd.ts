// The units: judged by systemd's own tools, and started on a socket that is passed. No systemd runs.

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { logsRequests, stopsInOrder } from '../../fixtures/deploy/claims.ts'
import { ask, freePort, type Place } from '../../fixtures/deploy/place.ts'
import { recipe } from '../../fixtures/deploy/recipe.ts'
import { activate, shopService } from '../../fixtures/deploy/socket-activate.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { logFolder } from '../../fixtures/log-file.ts'

const names = ['shop.service', 'shop-logfile.service'] as const

/** From 0, safe, to 100. An unguarded unit has 96. */
const EXPOSURE = 25

const packages = {
  'systemd-socket-activate': 'systemd',
  'systemd-analyze': 'systemd',
  'systemd-notify': 'systemd',
} as const

proveWith(packages, (programs) => {
  const analyze = programs['systemd-analyze']
  const program = programs['systemd-socket-activate']
  t.test('systemd-analyze finds nothing to say', (t) => nothingToSay(t, analyze))
  t.test('they are guarded', (t) => guarded(t, analyze))
  t.test('on a TCP socket', async (t) => {
    await activated(t, program, { host: '127.0.0.1', port: await freePort() })
  })
  t.test('on a UNIX socket', (t) => {
    return activated(t, program, { socketPath: join(logFolder(t), 'shop.sock') })
  })
})

/** Runs it on the units in a folder. */
function verify(t: Test, analyze: string, service: string) {
  const folder = logFolder(t)
  const paths = ['shop.socket', 'shop.service'].map((name) => join(folder, name))
  const [socketPath = '', servicePath = ''] = paths
  writeFileSync(socketPath, recipe('systemd/shop.socket'))
  writeFileSync(servicePath, service)
  const { stdout, stderr, status } = spawnSync(analyze, ['verify', ...paths], { encoding: 'utf8' })
  return { said: stdout + stderr, status }
}

async function nothingToSay(t: Test, analyze: string) {
  for (const name of names) {
    t.same(verify(t, analyze, shopService(name)), { said: '', status: 0 }, name)
  }
  const misspelt = shopService().replace('Restart=', 'Restarts=')
  t.match(verify(t, analyze, misspelt).said, 'Restarts')
}

async function guarded(t: Test, analyze: string) {
  for (const name of names) {
    const path = join(logFolder(t), 'shop.service')
    writeFileSync(path, shopService(name))
    const args = ['security', '--offline=true', `--threshold=${EXPOSURE}`, '--no-pager', path]
    const { stdout, status } = spawnSync(analyze, args, { encoding: 'utf8' })
    t.comment(`${name}: ${/Overall exposure.*?: .*?(?= \S+$)/m.exec(stdout)?.[0]}`)
    t.equal(status, 0, name)
    t.notMatch(shopService(name), /^MemoryDenyWriteExecute/m)
  }
}

async function activated(t: Test, program: string, place: Place) {
  const managed = await activate(t, program, place, logFolder(t))
  const { body } = await ask(place, '/whoami')
  const { peer } = JSON.parse(body)
  const seen = 'port' in place ? '127.0.0.1' : ''
  t.match(peer, { address: seen, trusted: true }, 'the peer is known, and believed')
  await logsRequests(t, managed)
  await stopsInOrder(t, managed)
}
