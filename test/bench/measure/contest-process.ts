// Runs one contest in this process, for `runContest`: `<group> <contest> <mode> <effort>`.

import { contests } from '../contests.ts'
import { measureAllocations } from './allocation.ts'
import { timeRounds } from './rounds.ts'

const [, , group = '', name = '', mode = '', effort = ''] = process.argv
const contest = contests[group]?.().find((contest) => contest.name === name)
if (contest === undefined) throw new Error(`no contest ${group}: ${name}`)

const field = await contest.begin()
const measured =
  mode === 'time'
    ? timeRounds(field.runners, JSON.parse(effort))
    : measureAllocations(field.runners)
process.send?.(measured)
await field.end()
