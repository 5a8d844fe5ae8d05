// runsv starts the application and its svlogd as the recipe says.

import { execFile } from 'node:child_process'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { logsRequests, startsAgain, stopsInOrder } from '../../fixtures/deploy/claims.ts'
import { startGroup } from '../../fixtures/deploy/group.ts'
import { pidAt, untilItAnswers } from '../../fixtures/deploy/place.ts'
import { type Changes, recipe, recipePath } from '../../fixtures/deploy/recipe.ts'
import { isRoot } from '../../fixtures/e2e/listener.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { linesOf, logFolder } from '../../fixtures/log-file.ts'

const run = promisify(execFile)

proveWith({ runsv: 'runit', sv: 'runit', svlogd: 'runit', chpst: 'runit' }, ({ runsv, sv }) => {
  t.test('under runit', (t) => underRunit(t, runsv, sv))
})

/** Without root nobody can be made the user or the group. */
function rights(): Changes {
  if (isRoot) {
    return { '-o shop -g www-data': '-g www-data', 'shop:shop:www-data': 'root:root:www-data' }
  }
  return {
    '-o shop -g www-data': '',
    'SOCKET_GROUP=www-data': '',
    'chpst -u shop:shop:www-data': '',
  }
}

async function underRunit(t: Test, runsv: string, sv: string) {
  const folder = logFolder(t)
  const service = join(folder, 'sv')
  const socketPath = join(folder, 'run', 'shop.sock')
  const log = join(folder, 'log')
  for (const name of ['sv/log', 'log']) mkdirSync(join(folder, name), { recursive: true })
  const write = (name: string, changes: Changes): void => {
    writeFileSync(join(service, name), recipe(`runit/${name}`, changes), { mode: 0o755 })
  }
  write('run', {
    ...rights(),
    'cd /srv/shop': `cd ${dirname(recipePath('app/server.js'))}`,
    '/run/shop': dirname(socketPath),
    '/usr/bin/node': process.execPath,
  })
  write('log/run', { '/var/log/shop': log, 'chpst -u shop': '' })
  startGroup(t, runsv, [service], { stdio: ['ignore', 'ignore', 'inherit'] })
  await untilItAnswers({ socketPath })
  const managed = {
    place: { socketPath },
    lines: () => linesOf(join(log, 'current')),
    stop: () => run(sv, ['-w', '15', 'down', service]),
  }

  t.equal(statSync(socketPath).mode & 0o777, isRoot ? 0o660 : 0o600)
  await logsRequests(t, managed)
  await startsAgain(t, managed)
  await t.test('SIGHUP ends it; SIGUSR1 neither ends it nor opens the inspector', async (t) => {
    const pid = await pidAt(managed.place)
    await run(sv, ['1', service])
    t.equal(await pidAt(managed.place), pid)
    t.notOk(managed.lines().some((line) => line.includes('Debugger')))
    await run(sv, ['hup', service])
    t.not(await untilItAnswers(managed.place, pid), pid)
  })
  await stopsInOrder(t, managed)
}
