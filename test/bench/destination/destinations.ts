// What a line costs on its way out: to a file, a pipe, a socket, and to a reader that sleeps.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pick, processRounds } from '../measure/process-rounds.ts'
import type { Effort } from '../measure/rounds.ts'
import { judge } from '../report/judge.ts'
import type { Outcome, Target } from '../report/result.ts'
import type { WriterCost } from './writer-process.ts'
import { fileWriters, stdoutWriters } from './writers.ts'

const script = fileURLToPath(new URL('./writer-process.js', import.meta.url))

const PINO = 'pino.destination'
const LINES = 1_000_000
const QUICK_LINES = 50_000
const ROUNDS = 5
const QUICK_ROUNDS = 1
/** On a busy machine no reader is quick always. */
const MOST_TRIES = 5

/** 60 MB, many times what a pipe and our buffer hold. */
const SLEEPING_LINES = 300_000
const MOST_GROWTH = 16 * 1024 * 1024
/** V8 doubles the space for young objects when it likes, which would stand in the sum: 10 MB or nothing. */
const FULL_NEW_SPACE = '--min-semi-space-size=16'
/** Who has not answered by then sleeps with the reader. */
const GIVE_UP_MILLIS = 60_000

/** Where a writer of descriptor 1 writes to. */
type Sink = 'pipe' | 'socket' | 'asleep'

export async function* destinations(effort: Effort, only: string): AsyncIterable<Outcome> {
  // In memory, so that no disk is measured.
  const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const folder = mkdtempSync(join(place, 'hopwise-bench-'))
  const lines = effort.quick ? QUICK_LINES : LINES
  const rounds = effort.quick ? QUICK_ROUNDS : ROUNDS
  try {
    yield* toFile(folder, lines, rounds, only)
    yield* toSink('pipe', folder, lines, rounds, only)
    yield* toSink('socket', folder, lines, rounds, only)
    yield* toSleeper(folder, only)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function* toFile(folder: string, lines: number, rounds: number, only: string) {
  const name = 'a file in memory'
  if (!name.includes(only)) return
  const path = join(folder, 'access.log')
  const ask = async (contender: string): Promise<WriterCost> => {
    const cost = await run([contender, String(lines), 'file', path], 'inherit')
    if (cost === undefined) throw new Error(`${contender} does not end`)
    const written = readFileSync(path).reduce((sum, byte) => sum + (byte === 0x0a ? 1 : 0), 0)
    rmSync(path)
    if (written !== lines) throw new Error(`${contender} wrote ${written} lines of ${lines}`)
    return cost
  }
  const answers = await processRounds(rounds, Object.keys(fileWriters), ask)
  yield judgeCpu(name, answers, [{ of: 'hopwise', against: PINO, atMost: 1 / 2 }])
}

async function* toSink(sink: Sink, folder: string, lines: number, rounds: number, only: string) {
  const name = `a ${sink} whose reader is quick`
  if (!name.includes(only)) return
  const ask = async (contender: string): Promise<WriterCost> => {
    for (let round = 0; round < MOST_TRIES; round++) {
      const cost = await writeTo(sink, folder, contender, lines)
      if (cost === undefined) throw new Error(`${contender} does not end`)
      if (cost.dropped === 0) return cost
      // The reader was not quick, then.
    }
    throw new Error(`${contender} drops lines every time`)
  }
  const answers = await processRounds(rounds, Object.keys(stdoutWriters), ask)
  yield judgeCpu(name, answers, [{ of: 'hopwise', against: PINO, atMost: 1 }])
}

function judgeCpu(
  name: string,
  answers: Readonly<Record<string, readonly WriterCost[]>>,
  targets: readonly Target[],
): Outcome {
  const values = pick(answers, ({ cpuNanosPerLine }) => cpuNanosPerLine)
  return judge({
    name: `CPU time for each line: ${name}`,
    unit: 'ns',
    reference: PINO,
    targets,
    values,
  })
}

async function* toSleeper(folder: string, only: string) {
  const name = 'memory that 60 MB of lines take: a pipe whose reader sleeps'
  if (!name.includes(only)) return
  const values: Record<string, readonly number[]> = {}
  const remarks: Record<string, string> = {}
  for (const contender of Object.keys(stdoutWriters)) {
    const cost = await writeTo('asleep', folder, contender, SLEEPING_LINES)
    values[contender] = [cost?.grownBytes ?? Number.NaN]
    remarks[contender] =
      cost === undefined ? 'event loop blocked' : cost.dropped > 0 ? `${cost.dropped} dropped` : ''
  }
  const targets = [{ of: 'hopwise', valueAtMost: MOST_GROWTH }]
  yield judge({ name, unit: 'bytes', reference: PINO, targets, values, remarks })
}

/** Undefined if the writer does not end. */
async function writeTo(sink: Sink, folder: string, contender: string, lines: number) {
  const args = [contender, String(lines), sink]
  const flags = sink === 'asleep' ? [FULL_NEW_SPACE] : []
  if (sink === 'socket') return run(args, 'pipe')
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  // Open for both, it waits for nobody.
  const pipe = openSync(path, constants.O_RDWR)
  const reader = sink === 'pipe' ? spawn('cat', [path], { stdio: 'ignore' }) : undefined
  try {
    return await run(args, pipe, flags)
  } finally {
    closeSync(pipe)
    rmSync(path)
    if (reader !== undefined) {
      reader.kill()
      await once(reader, 'exit')
    }
  }
}

/** What the writer told; undefined if it had to be ended. */
async function run(
  args: readonly string[],
  stdout: 'pipe' | 'inherit' | number,
  flags: readonly string[] = [],
): Promise<WriterCost | undefined> {
  const child = spawn(process.execPath, [...flags, script, ...args], {
    stdio: ['ignore', stdout, 'inherit', 'ipc'],
  })
  child.stdout?.resume()
  const exit = once(child, 'exit')
  const timer = setTimeout(() => child.kill('SIGKILL'), GIVE_UP_MILLIS)
  const [cost] = await Promise.race([once(child, 'message'), exit])
  await exit
  clearTimeout(timer)
  return typeof cost === 'object' && cost !== null ? cost : undefined
}
