// What a list costs before the first question: the time to compile it from text, and its memory.

import { fileURLToPath } from 'node:url'
import { askChild } from '../measure/child.ts'
import { pick, processRounds } from '../measure/process-rounds.ts'
import type { Effort } from '../measure/rounds.ts'
import { judge } from '../report/judge.ts'
import type { Outcome, Target } from '../report/result.ts'
import { candidatesFor } from './candidates.ts'
import type { ListCost } from './cost-process.ts'
import { networksName, type Version } from './networks.ts'

const script = fileURLToPath(new URL('./cost-process.js', import.meta.url))

const BLOCK_LIST = 'net.BlockList'

/** A share of the time of BlockList, and bytes for each network. */
const limits = { 4: { time: 1 / 8, bytes: 8 }, 6: { time: 1 / 4, bytes: 48 } } as const

const ROUNDS = 5
const QUICK_ROUNDS = 1

export async function* listCosts(effort: Effort, only: string): AsyncIterable<Outcome> {
  for (const version of [4, 6] as const) {
    for (const size of [100_000, 1_000_000]) {
      const name = `IPv${version}, ${networksName(size)}`
      if (name.includes(only)) yield* costsOf(name, version, size, effort)
    }
  }
}

async function* costsOf(
  name: string,
  version: Version,
  size: number,
  { quick }: Effort,
): AsyncIterable<Outcome> {
  const { time, bytes } = limits[version]
  const ask = (contender: string) =>
    askChild<ListCost>(script, [contender, String(version), String(size)], ['--expose-gc'])
  const names = candidatesFor(version, size).map((candidate) => candidate.name)
  const answers = await processRounds(quick ? QUICK_ROUNDS : ROUNDS, names, ask)
  const targets: readonly Target[] =
    size === 1_000_000 ? [{ of: 'hopwise', against: BLOCK_LIST, atMost: time }] : []
  yield judge({
    name: `time to compile: ${name}`,
    unit: 'ns',
    reference: BLOCK_LIST,
    targets,
    values: pick(answers, ({ nanos }) => nanos),
  })
  yield judge({
    name: `memory for each network: ${name}`,
    unit: 'bytes',
    reference: BLOCK_LIST,
    targets: [{ of: 'hopwise', valueAtMost: bytes }],
    values: pick(answers, ({ bytesPerNetwork }) => bytesPerNetwork),
    remarks: { [BLOCK_LIST]: 'resident memory' },
  })
}
