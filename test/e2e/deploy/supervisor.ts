// supervisord starts the application as the recipe says.

import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { logsRequests, startsAgain, stopsInOrder } from '../../fixtures/deploy/claims.ts'
import { freePort, pidAt, untilItAnswers } from '../../fixtures/deploy/place.ts'
import { recipe, recipePath } from '../../fixtures/deploy/recipe.ts'
import { proveWith, startProgram } from '../../fixtures/e2e/program.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { linesOf, logFolder } from '../../fixtures/log-file.ts'

const run = promisify(execFile)

proveWith({ supervisord: 'supervisor', supervisorctl: 'supervisor' }, (programs) => {
  t.test('under supervisor', (t) => underSupervisor(t, programs))
})

/** What Debian's /etc/supervisor/supervisord.conf says, in the folder of the test. */
const main = (folder: string): string => `
[unix_http_server]
file=${folder}/supervisor.sock
[supervisord]
logfile=${folder}/supervisord.log
pidfile=${folder}/supervisord.pid
childlogdir=${folder}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://${folder}/supervisor.sock
[include]
files = ${folder}/shop.conf
`

async function underSupervisor(
  t: Test,
  { supervisord, supervisorctl }: Readonly<Record<'supervisord' | 'supervisorctl', string>>,
) {
  const folder = logFolder(t)
  const file = (name: string): string => join(folder, name)
  const place = { host: '127.0.0.1', port: await freePort() }
  writeFileSync(file('supervisord.conf'), main(folder))
  writeFileSync(
    file('shop.conf'),
    recipe('supervisor.conf', {
      '/usr/bin/node': process.execPath,
      '/srv/shop/server.js': recipePath('app/server.js'),
      'directory=/srv/shop': `directory=${recipePath('app')}`,
      'user=shop': `user=${userInfo().username}`,
      '127.0.0.1:8000': `127.0.0.1:${place.port}`,
      '/var/log/shop/': `${folder}/`,
    }),
  )
  startProgram(t, supervisord, ['-n', '-s', '-c', file('supervisord.conf')])
  const control = async (...words: readonly string[]): Promise<string> => {
    const { stdout } = await run(supervisorctl, ['-c', file('supervisord.conf'), ...words])
    return stdout
  }
  await untilItAnswers(place)
  const managed = {
    place,
    lines: () => linesOf(file('access.log')),
    stop: () => control('stop', 'shop'),
  }

  await logsRequests(t, managed)
  await startsAgain(t, managed)
  await t.test('supervisorctl says how it is', async (t) => {
    await eventually(() => existsSync(file('error.log')))
    const pid = await pidAt(place)
    let said = ''
    for (let tries = 0; tries < 50 && !said.includes('RUNNING'); tries++) {
      said = await control('status', 'shop')
    }
    t.match(said, new RegExp(`^shop +RUNNING +pid ${pid},`))
  })
  await stopsInOrder(t, managed)
}
