// What a request costs the server process more, under load, than in the same server without.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Answers, processRounds } from '../measure/process-rounds.ts'
import type { Effort } from '../measure/rounds.ts'
import { judge } from '../report/judge.ts'
import type { Outcome } from '../report/result.ts'
import { type Comparison, comparisons } from './servers.ts'

const scripts = {
  server: fileURLToPath(new URL('./server-process.js', import.meta.url)),
  load: fileURLToPath(new URL('./load-process.js', import.meta.url)),
} as const

/** Two processes of one server may differ by a fifth for all their lives: so there are many of each. */
const GENERATIONS = 8
/** Below sixty in all the interval is wider than the effect. */
const ROUNDS_EACH = 8
const QUICK_GENERATIONS = 2
const QUICK_ROUNDS_EACH = 3
const SECONDS = 1
const WARM_UP_SECONDS = 2

export async function* endToEnd({ quick }: Effort, only: string): AsyncIterable<Outcome> {
  for (const comparison of comparisons) {
    if (comparison.name.includes(only)) yield await compare(comparison, quick)
  }
}

async function compare(comparison: Comparison, quick: boolean): Promise<Outcome> {
  const { name, bare, peer, ours, atMost, judged } = comparison
  const names = [peer, ...ours]
  const added: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  const generations = quick ? QUICK_GENERATIONS : GENERATIONS
  for (let generation = 0; generation < generations; generation++) {
    const nanos = await measure([bare, ...names], quick ? QUICK_ROUNDS_EACH : ROUNDS_EACH)
    const without = nanos[bare] ?? []
    for (const [server, all] of Object.entries(added)) {
      all.push(...without.map((least, round) => (nanos[server]?.[round] ?? Number.NaN) - least))
    }
  }
  return judge({
    name: `CPU time that a request costs more: ${name}`,
    unit: 'ns',
    reference: peer,
    differences: true,
    targets: judged.map((of) => ({ of, against: peer, atMost })),
    values: added,
  })
}

/** What a request costs each server, by rounds, with a process for each that is made for them. */
async function measure(names: readonly string[], rounds: number): Promise<Answers<number>> {
  const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const folder = mkdtempSync(join(place, 'hopwise-bench-'))
  const load = throwIfBroken(fork(scripts.load))
  const servers = new Map<string, Server>()
  try {
    for (const [index, name] of names.entries()) {
      servers.set(name, await startServer(name, join(folder, `${index}.log`)))
    }
    const ask = (name: string, seconds = SECONDS) =>
      nanosOfRequest(servers.get(name), load, seconds)
    for (const name of names) await ask(name, WARM_UP_SECONDS)
    return await processRounds(rounds, names, (name) => ask(name))
  } finally {
    const children = [...servers.values()].map(({ child }) => child)
    await Promise.all([...children, load].map(end))
    rmSync(folder, { recursive: true })
  }
}

interface Server {
  readonly child: ChildProcess
  readonly url: string
  readonly logPath: string
}

async function startServer(name: string, logPath: string): Promise<Server> {
  const log = openSync(logPath, 'a')
  const child = fork(scripts.server, [name, logPath], {
    stdio: ['ignore', log, 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  throwIfBroken(child)
  const port = await ask(child)
  return { child, url: `http://127.0.0.1:${port}/`, logPath }
}

async function nanosOfRequest(
  server: Server | undefined,
  load: ChildProcess,
  seconds: number,
): Promise<number> {
  if (server === undefined) throw new Error('no such server')
  const before = await ask(server.child, 'cpu')
  const requests = await ask(load, { url: server.url, seconds })
  const after = await ask(server.child, 'cpu')
  // All lines are appended: a file that is cut grows again from its beginning.
  truncateSync(server.logPath)
  if (requests === 0) throw new Error('a request was not answered with 200')
  return (after - before) / requests
}

/** The next number that a process tells; asks for it before. */
async function ask(child: ChildProcess, question?: string | object): Promise<number> {
  const answer = once(child, 'message')
  if (question !== undefined) child.send(question)
  const [number] = await answer
  return number
}

/** Without it, everybody would wait for ever: the others end with this process. */
function throwIfBroken(child: ChildProcess): ChildProcess {
  return child.once('exit', (code) => {
    if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`)
  })
}

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  child.disconnect()
  await exit
}
