// Runs a contest: once for its times and once for its allocations, each in a process of its own.

import { fileURLToPath } from 'node:url'
import { judge } from '../report/judge.ts'
import type { Outcome } from '../report/result.ts'
import { type Allocations, allocationFlags } from './allocation.ts'
import { askChild } from './child.ts'
import type { Contest } from './contest.ts'
import type { Effort, Times } from './rounds.ts'

const script = fileURLToPath(new URL('./contest-process.js', import.meta.url))

export async function runContest(
  group: string,
  { name, reference, targets = [] }: Contest,
  effort: Effort,
): Promise<Outcome> {
  const args = (mode: string) => [group, name, mode, JSON.stringify(effort)]
  const values: Times = await askChild(script, args('time'))
  const bytes: Allocations = await askChild(script, args('allocation'), allocationFlags)
  return judge({ name, unit: 'ns', reference, targets, values, bytes })
}
