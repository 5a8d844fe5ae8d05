// Bytes that an operation allocates on the JavaScript heap. In a process of its own: it needs a young
// generation so large that none is collected while it looks.

import { getHeapStatistics } from 'node:v8'
import type { Runner } from './contest.ts'
import { median } from './statistics.ts'

/** Megabytes; a sample that does not fit into them is thrown away. */
export const allocationFlags: readonly string[] = [
  '--expose-gc',
  '--min-semi-space-size=128',
  '--max-semi-space-size=128',
]
const MOST_BYTES = 112 * 1024 * 1024

const SAMPLES = 5
/** Until the optimiser has had its say; the very slow are left at the second bound. */
const WARM_UP_BATCHES = 100
const MOST_WARM_UP_MILLIS = 2000

/** Bytes for each operation, by contender. */
export type Allocations = Readonly<Record<string, number>>

export function measureAllocations(runners: readonly Runner[]): Allocations {
  return Object.fromEntries(
    runners.flatMap((runner) => {
      const bytes = bytesOf(runner)
      return Number.isNaN(bytes) ? [] : [[runner.name, bytes]]
    }),
  )
}

function bytesOf(runner: Runner): number {
  const start = performance.now()
  for (let batch = 0; batch < WARM_UP_BATCHES; batch++) {
    runner.prepare()
    runner.batch()
    if (performance.now() - start > MOST_WARM_UP_MILLIS) break
  }
  const samples: number[] = []
  for (let tries = 0; samples.length < SAMPLES && tries < SAMPLES * 3; tries++) {
    runner.prepare()
    const bytes = growth(() => runner.batch()) - growth(() => undefined)
    // Less than nothing: it was collected after all.
    if (bytes >= 0 && bytes < MOST_BYTES) samples.push(bytes)
  }
  return Math.round(median(samples) / runner.size)
}

function growth(run: () => unknown): number {
  globalThis.gc?.()
  const before = getHeapStatistics().used_heap_size
  run()
  return getHeapStatistics().used_heap_size - before
}
