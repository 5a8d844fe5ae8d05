// A runner of Procfiles starts the application, prefixes its lines, and ends all when one ends.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { logsRequests, stopsInOrder } from '../../fixtures/deploy/claims.ts'
import { startGroup } from '../../fixtures/deploy/group.ts'
import { freePort, isOpen, pidAt, untilItAnswers } from '../../fixtures/deploy/place.ts'
import { recipe, recipePath } from '../../fixtures/deploy/recipe.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { logFolder } from '../../fixtures/log-file.ts'

/** The command `nf` of the package foreman. */
const nf = fileURLToPath(new URL('../../../node_modules/foreman/nf.js', import.meta.url))

proveWith({}, () => {
  t.test('Ctrl-C ends it in order', async (t) => {
    const { runner, ...managed } = await startRunner(t)
    await logsRequests(t, managed)
    await stopsInOrder(t, managed)
    t.equal(runner.exitCode, 0)
  })
  t.test('a crash of one ends all: whoever started the runner starts it again', async (t) => {
    const { runner, exited, place } = await startRunner(t)
    process.kill(await pidAt(place), 'SIGKILL')
    await exited
    t.equal(runner.signalCode, null)
    t.notOk(await isOpen(place))
  })
  t.test('SIGTERM ends the runner alone: give it SIGINT', async (t) => {
    const { runner, exited, place } = await startRunner(t)
    const pid = await pidAt(place)
    runner.kill('SIGTERM')
    await exited
    t.equal(await pidAt(place), pid, 'the application is still there')
    process.kill(pid, 'SIGTERM')
    await eventually(() => !isAlive(pid))
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function startRunner(t: Test) {
  const folder = logFolder(t)
  const port = await freePort()
  const place = { host: '127.0.0.1', port }
  writeFileSync(
    join(folder, 'Procfile'),
    recipe('Procfile', { 'server.js': recipePath('app/server.js') }),
  )
  const args = ['start', '--procfile', join(folder, 'Procfile'), '--port', String(port)]
  const { child: runner, exited } = startGroup(t, process.execPath, [nf, ...args, '--raw'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  runner.stdout?.setEncoding('utf8').on('data', (text) => {
    printed += text
  })
  await untilItAnswers(place)
  return {
    runner,
    exited,
    place,
    lines: () => printed.split('\n').slice(0, -1),
    async stop() {
      runner.kill('SIGINT')
      await exited
    },
  }
}
