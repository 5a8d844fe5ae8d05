// The groups that are made of contests, by name.

import { contextContests } from './context/contests.ts'
import type { Contest } from './measure/contest.ts'

export const contests: Readonly<Record<string, () => readonly Contest[]>> = {
  context: contextContests,
}
