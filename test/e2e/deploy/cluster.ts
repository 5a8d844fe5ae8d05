// Four workers behind one port, appending to one log that is moved meanwhile.

import { existsSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { stopsInOrder } from '../../fixtures/deploy/claims.ts'
import { startGroup } from '../../fixtures/deploy/group.ts'
import { ask, freePort, pidAt, untilItAnswers } from '../../fixtures/deploy/place.ts'
import { recipePath } from '../../fixtures/deploy/recipe.ts'
import { environmentOf, readLine } from '../../fixtures/deploy/shop.ts'
import { startLoad } from '../../fixtures/e2e/load.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { linesOf, logFolder } from '../../fixtures/log-file.ts'

const WORKERS = 4
const REQUESTS_A_SECOND = 1500

proveWith({}, () => {
  t.test('a cluster', aCluster)
  t.test('a bind that cannot be read ends it with code 2', async (t) => {
    const env = { PATH: process.env.PATH ?? '', BIND: '127.0.0.1:70000', WORKERS: '2' }
    const { exited } = startGroup(t, process.execPath, [recipePath('app/cluster.js')], {
      env,
      stdio: 'ignore',
    })
    t.same(await exited, [2, null])
  })
})

async function aCluster(t: Test) {
  const folder = logFolder(t)
  const log = join(folder, 'access.log')
  const place = { host: '127.0.0.1', port: await freePort() }
  const { child, exited } = startGroup(t, process.execPath, [recipePath('app/cluster.js')], {
    env: { ...environmentOf(place, log), WORKERS: String(WORKERS) },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await untilItAnswers(place)
  // The first worker to listen would get every connection of the load.
  const listening = new Set<unknown>()
  for (let tries = 0; tries < 500 && listening.size < WORKERS; tries++) {
    listening.add(await pidAt(place))
    await sleep(20)
  }
  const lines = () => readdirSync(folder).flatMap((name) => linesOf(join(folder, name)))
  const writers = (path: string) => new Set(linesOf(path).map((line) => readLine(line).pid))
  const numbered = () => lines().filter((line) => /"GET \/\d+ /.test(line))

  await t.test('no line is torn, lost or doubled when the log is moved', async (t) => {
    const load = await startLoad(t, place.port, REQUESTS_A_SECOND)
    for (let time = 0; time < 3; time++) {
      await sleep(400)
      renameSync(log, `${log}.${time}`)
      child.kill('SIGUSR1')
      // On a busy machine a signal takes its time, and there is nothing to move before.
      await eventually(() => existsSync(log) && writers(log).size === WORKERS)
    }
    const { answered } = await load.stop()
    await eventually(() => numbered().length >= answered)
    const read = numbered().map(readLine)
    t.equal(new Set(read.map(({ path }) => path)).size, answered)
    t.equal(read.length, answered)
    t.equal(writers(log).size, WORKERS, 'each worker has opened it anew')
    t.ok(
      read.every(({ client }) => client === '127.0.0.1'),
      'a worker knows the peer',
    )
    t.same(lines().map(readLine).length, lines().length, 'not one is torn')
  })
  await t.test('a worker that crashes is replaced', async (t) => {
    const pid = await pidAt(place)
    process.kill(pid, 'SIGKILL')
    const seen = new Set<number>()
    for (let tries = 0; tries < 200 && seen.size < WORKERS; tries++) {
      const next = await pidAt(place)
      if (next !== pid) seen.add(next)
      await sleep(20)
    }
    t.equal(seen.size, WORKERS)
  })
  await stopsInOrder(t, {
    place,
    lines,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  })
  t.equal(child.exitCode, 0)
  await t.rejects(ask(place, '/'))
}
