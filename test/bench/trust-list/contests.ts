// Is this address in the list? By the size of the list, in one process each, and side by side.

import assert from 'node:assert/strict'
import { compileTrust } from 'hopwise'
import { type Contest, type Field, joinFields, openField } from '../measure/contest.ts'
import { freshList } from '../measure/strings.ts'
import type { Target } from '../report/result.ts'
import { candidatesFor } from './candidates.ts'
import { createList, networksName, sizes, type Version } from './networks.ts'

/** How many answers are compared before anything is measured; those of BlockList take long. */
const CHECKED = 64

/** All contenders on one list. */
async function openSize(version: Version, size: number): Promise<Field> {
  const { networks, addresses } = createList(version, size)
  const contenders = candidatesFor(version, size).map(({ name, compile }) => ({
    name,
    run: compile(networks, version),
  }))
  const [ours, theirs] = contenders
  for (const address of addresses.slice(0, CHECKED)) {
    assert.equal(ours?.run(address), theirs?.run(address), address)
  }
  return openField({ fresh: () => freshList(addresses), contenders })
}

/** Our own cost on all sizes, each with questions of its own. */
function openGrowth(version: Version): Promise<Field> {
  return joinFields(
    sizes.map((size) => {
      const { networks, addresses } = createList(version, size)
      const { trusts } = compileTrust({ forwardedAllowIps: networks })
      return openField<string>({
        fresh: () => freshList(addresses),
        contenders: [{ name: networksName(size), run: (address) => trusts(address) }],
      })
    }),
  )
}

const growthTargets: readonly Target[] = [
  { of: networksName(100_000), against: networksName(10), atMost: 2 },
  { of: networksName(1_000_000), against: networksName(10), atMost: 3 },
]

export function trustListContests(): readonly Contest[] {
  const versions = [4, 6] as const
  return [
    ...versions.map((version) => ({
      name: `IPv${version}, hopwise by size`,
      reference: networksName(10),
      targets: growthTargets,
      begin: () => openGrowth(version),
    })),
    ...versions.flatMap((version) =>
      sizes.map((size) => ({
        name: `IPv${version}, ${networksName(size)}`,
        reference: 'hopwise',
        begin: () => openSize(version, size),
      })),
    ),
  ]
}
