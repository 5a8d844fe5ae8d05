// Interleaved rounds: in each, every contender runs once, in a random order.

import type { Runner } from './contest.ts'

/** How much time is spent. */
export interface Effort {
  /** Enough to see that it runs, not to believe it. */
  readonly quick: boolean
  readonly rounds: number
  readonly warmUpMillis: number
}

export const full: Effort = { quick: false, rounds: 61, warmUpMillis: 300 }
export const quick: Effort = { quick: true, rounds: 15, warmUpMillis: 100 }

/** Nanoseconds for each operation, by contender, one value a round. */
export type Times = Readonly<Record<string, readonly number[]>>

export function timeRounds(runners: readonly Runner[], effort: Effort): Times {
  for (const runner of runners) warmUp(runner, effort.warmUpMillis)
  const times: Record<string, number[]> = {}
  for (let round = 0; round < effort.rounds; round++) {
    for (const runner of shuffled(runners)) {
      const measured = times[runner.name] ?? []
      times[runner.name] = measured
      measured.push(timeBatch(runner))
    }
  }
  return times
}

/** Until the optimiser has had its say, and three times at least. */
function warmUp(runner: Runner, millis: number): void {
  const start = performance.now()
  for (let times = 0; times < 3 || performance.now() - start < millis; times++) {
    runner.prepare()
    runner.batch()
  }
}

function timeBatch(runner: Runner): number {
  runner.prepare()
  const start = process.hrtime.bigint()
  runner.batch()
  return Number(process.hrtime.bigint() - start) / runner.size
}

/** Fisher-Yates. */
export function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  const left = [...items]
  const order: Item[] = []
  while (left.length > 0) order.push(...left.splice(Math.floor(Math.random() * left.length), 1))
  return order
}
