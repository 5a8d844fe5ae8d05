// What an import costs: the CPU time of processes that import something and end, start and end included.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pick, processRounds } from '../measure/process-rounds.ts'
import type { Effort } from '../measure/rounds.ts'
import { judge } from '../report/judge.ts'
import type { Outcome } from '../report/result.ts'

const EMPTY = 'nothing'
const PEERS = 'proxy-addr, morgan and forwarded-parse'

/** Each is a module of its own, by what it imports. */
const modules: Readonly<Record<string, readonly string[]>> = {
  [EMPTY]: [],
  hopwise: ['hopwise'],
  'hopwise/express': ['hopwise/express'],
  'hopwise/fastify': ['hopwise/fastify'],
  'hopwise/destinations': ['hopwise/destinations'],
  'hopwise/listen': ['hopwise/listen'],
  'hopwise/networks': ['hopwise/networks'],
  [PEERS]: ['proxy-addr', 'morgan', 'forwarded-parse'],
  'pino-http': ['pino-http'],
  express: ['express'],
  fastify: ['fastify'],
}

const doors = Object.keys(modules).filter((name) => name.startsWith('hopwise'))

/** A process knows best: what others do on the machine costs it no time of its own. */
const REPORT = `import { writeSync } from 'node:fs'
const { user, system } = process.cpuUsage()
writeSync(1, String(user + system))
`

/** With 61 the interval is a sixth of the ratio. */
const ROUNDS = 151
const QUICK_ROUNDS = 7

export async function* startUps(effort: Effort, only: string): AsyncIterable<Outcome> {
  const name = 'CPU time that an import adds'
  if (!name.includes(only)) return
  // Below dist, so that `hopwise` is the package itself.
  const folder = join('dist', 'test', 'bench', 'start-up', 'modules')
  mkdirSync(folder, { recursive: true })
  const paths = new Map<string, string>()
  for (const [index, [name, imports]] of Object.entries(modules).entries()) {
    const path = join(folder, `${index}.mjs`)
    const lines = imports.map((specifier) => `import '${specifier}'`)
    writeFileSync(path, [...lines, REPORT].join('\n'))
    paths.set(name, path)
  }
  const ask = (name: string) => nanosOf(String(paths.get(name)))
  const rounds = effort.quick ? QUICK_ROUNDS : ROUNDS
  const answers = await processRounds(rounds, Object.keys(modules), ask)
  const empty = answers[EMPTY] ?? []
  const added = Object.entries(pick(answers, (nanos) => nanos))
    .filter(([name]) => name !== EMPTY)
    .map(([name, all]) => [name, all.map((nanos, round) => nanos - (empty[round] ?? Number.NaN))])
  yield judge({
    name,
    unit: 'ns',
    reference: PEERS,
    differences: true,
    targets: doors.map((door) => ({ of: door, against: PEERS, atMost: 1 / 2 })),
    values: Object.fromEntries(added),
  })
}

async function nanosOf(path: string): Promise<number> {
  const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [answer] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (child.exitCode !== 0) throw new Error(`${path} ended with ${child.exitCode}`)
  return Number(answer) * 1000
}
