// The log of the application, moved by logrotate as the recipe says, with the signal that its unit sends.

import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { freePort } from '../../fixtures/deploy/place.ts'
import { recipe } from '../../fixtures/deploy/recipe.ts'
import { startShop } from '../../fixtures/deploy/shop.ts'
import { shopService, valuesOf } from '../../fixtures/deploy/socket-activate.ts'
import { startLoad } from '../../fixtures/e2e/load.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { linesOf, logFolder } from '../../fixtures/log-file.ts'

const ROTATIONS = 3

proveWith({ logrotate: 'logrotate' }, ({ logrotate }) => {
  t.test('logrotate and ExecReload= lose no line', (t) => rotatedUnderLoad(t, logrotate))
})

async function rotatedUnderLoad(t: Test, logrotate: string) {
  const folder = logFolder(t)
  const log = join(folder, 'access.log')
  const port = await freePort()
  const { child } = await startShop(t, { host: '127.0.0.1', port }, folder)
  const [reload = ''] = valuesOf(shopService('shop-logfile.service'), 'ExecReload')
  const configuration = recipe('logrotate.conf', {
    '/var/log/shop/access.log': log,
    'systemctl reload shop': reload.replace('$MAINPID', String(child.pid)),
    '    compress\n': '',
    '    delaycompress\n': '',
  })
  writeFileSync(join(folder, 'logrotate.conf'), configuration, { mode: 0o600 })
  const logs = () => readdirSync(folder).filter((name) => name.startsWith('access.log'))
  const lines = () =>
    logs()
      .flatMap((name) => linesOf(join(folder, name)))
      .filter((line) => /"GET \/\d+ /.test(line))

  const load = await startLoad(t, port, 1500)
  for (let rotation = 0; rotation < ROTATIONS; rotation++) {
    await sleep(400)
    execFileSync(logrotate, ['-f', '-s', join(folder, 'state'), join(folder, 'logrotate.conf')])
  }
  await sleep(400)
  const { answered } = await load.stop()

  t.ok(logs().length > 1, 'it was moved')
  await eventually(() => lines().length >= answered)
  t.equal(lines().length, answered)
  t.equal(
    new Set(lines().map((line) => /\/\d+/.exec(line.split('"')[1] ?? '')?.[0])).size,
    answered,
  )
}
