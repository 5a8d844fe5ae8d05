// Debian's logrotate moves the file under load: every line is in one file, once and whole.

import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { startLoad } from '../../fixtures/e2e/load.ts'
import { startLogging } from '../../fixtures/e2e/logging-process.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { logFolder } from '../../fixtures/log-file.ts'

const REQUESTS_A_SECOND = 5000
const ROTATIONS = 10

proveWith({ logrotate: 'logrotate' }, ({ logrotate }) => {
  t.test('a file that is rotated under load', (t) => rotatedUnderLoad(t, logrotate))
  t.test('a folder that vanishes takes nothing along', vanishedFolder)
})

/** The documented configuration, with the path of the test, and the signal that `ExecReload=` sends. */
function configure(folder: string, path: string, pid: number): string {
  const file = new URL('../../../docs/deploy/logrotate.conf', import.meta.url)
  const configuration = readFileSync(file, 'utf8')
    .replace('/var/log/shop/access.log', path)
    .replace('systemctl reload shop', `kill -USR1 ${pid}`)
  if (!configuration.includes(path) || !configuration.includes(`kill -USR1 ${pid}`)) {
    throw new Error('the documented configuration of logrotate has other paths')
  }
  writeFileSync(join(folder, 'logrotate.conf'), configuration, { mode: 0o600 })
  return join(folder, 'logrotate.conf')
}

/** The lines of the log and of all that was rotated away. */
function allLines(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith('access.log'))
    .flatMap((name) => {
      const bytes = readFileSync(join(folder, name))
      const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
      const lines = text.split('\n')
      return lines.at(-1) === '' ? lines.slice(0, -1) : lines
    })
}

const wholeLine = /^127\.0\.0\.1 - - \[[^\]]{26}\] "GET \/(\d+) HTTP\/1\.1" 200 5 "-" "-"$/

function numberOf(line: string): number {
  return Number(wholeLine.exec(line)?.[1] ?? Number.NaN)
}

async function rotatedUnderLoad(t: Test, logrotate: string) {
  const folder = logFolder(t)
  const path = join(folder, 'access.log')
  const to = { kind: 'file', path, options: { reopenOn: 'SIGUSR1' } } as const
  const application = await startLogging(t, { framework: 'fastify', format: 'combined', to })
  const configuration = configure(folder, path, application.pid)
  const load = await startLoad(t, application.port, REQUESTS_A_SECOND)

  for (let rotation = 0; rotation < ROTATIONS; rotation++) {
    await sleep(250)
    // On a busy machine the signal takes its time, and what is not there cannot be rotated.
    await eventually(() => existsSync(path) && statSync(path).size > 0)
    execFileSync(logrotate, ['-f', '-s', join(folder, 'state'), configuration])
  }
  await sleep(250)
  const { answered, seconds } = await load.stop()
  const { dropped, told } = await application.stop()

  t.comment(`${Math.round(answered / seconds)} requests a second`)
  t.equal(answered, load.sent())
  t.same([dropped, told], [0, []])
  const rotated = readdirSync(folder).filter((name) => /^access\.log\.\d/.test(name))
  t.equal(rotated.length, ROTATIONS)
  t.equal(statSync(path).mode & 0o777, 0o640)
  const numbers = allLines(folder).map(numberOf)
  t.notOk(numbers.some(Number.isNaN), 'no line is torn')
  t.equal(numbers.length, answered, 'as many lines as answers')
  t.equal(new Set(numbers).size, answered, 'each once')
}

async function vanishedFolder(t: Test) {
  const folder = join(logFolder(t), 'logs')
  mkdirSync(folder)
  const path = join(folder, 'access.log')
  const to = { kind: 'file', path, options: { reopenOn: 'SIGUSR1' } } as const
  const application = await startLogging(t, { framework: 'express', format: 'combined', to })
  const load = await startLoad(t, application.port, 1000)

  await sleep(200)
  renameSync(folder, `${folder}.gone`)
  process.kill(application.pid, 'SIGUSR1')
  // Long enough for a busy application to hear of it: only its last words could tell.
  await sleep(1500)
  mkdirSync(folder)
  process.kill(application.pid, 'SIGUSR1')
  await eventually(() => existsSync(path) && statSync(path).size > 0)
  const { answered } = await load.stop()
  const { dropped, told } = await application.stop()

  t.equal(answered, load.sent())
  t.same([dropped, told], [0, ['ENOENT']])
  const numbers = [...allLines(`${folder}.gone`), ...allLines(folder)].map(numberOf)
  t.same(
    numbers.sort((left, right) => left - right),
    Array.from({ length: answered }, (_, number) => number),
  )
}
