// Compiles one list in this process: `<contender> <version> <size>`. Tells how long that took, and how
// much memory is held afterwards.

import { candidates } from './candidates.ts'
import { createList } from './networks.ts'

/** What it tells. */
export interface ListCost {
  readonly nanos: number
  readonly bytesPerNetwork: number
}

const WARM_UP_SIZE = 1000

const [, , name, version, size] = process.argv
const candidate = candidates.find((candidate) => candidate.name === name)
const family = version === '4' ? 4 : 6
const { networks, addresses } = createList(family, Number(size))
// What is loaded and compiled with the first list belongs to no list.
candidate?.compile(createList(family, WARM_UP_SIZE).networks, family)
const before = memory()
const start = process.hrtime.bigint()
const contains = candidate?.compile(networks, family)
const nanos = Number(process.hrtime.bigint() - start)
const bytes = memory() - before
if (contains?.(addresses[0] ?? '') !== true)
  throw new Error(`${name} does not find its own network`)
const cost: ListCost = { nanos, bytesPerNetwork: bytes / networks.length }
process.send?.(cost)

/** BlockList lives outside of the heap, where only the operating system sees it. */
function memory(): number {
  for (let times = 0; times < 3; times++) globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  return candidate?.native ? rss : heapUsed + external
}
