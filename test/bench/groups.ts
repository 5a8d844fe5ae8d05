// All that is measured, by the name of its group.

import { contests } from './contests.ts'
import { destinations } from './destination/destinations.ts'
import { endToEnd } from './end-to-end/end-to-end.ts'
import type { Effort } from './measure/rounds.ts'
import { runContest } from './measure/run-contest.ts'
import type { Outcome } from './report/result.ts'
import { sizes } from './size/sizes.ts'
import { startUps } from './start-up/start-up.ts'
import { listCosts } from './trust-list/cost.ts'

/** Measures what has `only` in its name. */
export type Group = (effort: Effort, only: string) => AsyncIterable<Outcome>

function groupOf(name: string): Group {
  return async function* (effort, only) {
    for (const contest of contests[name]?.() ?? []) {
      if (contest.name.includes(only)) yield await runContest(name, contest, effort)
    }
  }
}

export const groups: Readonly<Record<string, Group>> = {
  ...Object.fromEntries(Object.keys(contests).map((name) => [name, groupOf(name)])),
  'list cost': listCosts,
  destination: destinations,
  'end to end': endToEnd,
  'start-up': startUps,
  size: sizes,
}
