// The groups that are made of contests, by name.

import { accessLogContests } from './access-log/contests.ts'
import { contextContests } from './context/contests.ts'
import { doorContests } from './door/contests.ts'
import { hostileContests } from './hostile/contests.ts'
import type { Contest } from './measure/contest.ts'
import { trustListContests } from './trust-list/contests.ts'
import { urlContests } from './url/contests.ts'

export const contests: Readonly<Record<string, () => readonly Contest[]>> = {
  context: contextContests,
  door: doorContests,
  'trust list': trustListContests,
  'hostile header': hostileContests,
  'access log': accessLogContests,
  url: urlContests,
}
