// `npm run bench`: measures, prints, and keeps what was measured for the page.

import { parseArgs } from 'node:util'
import { groups } from './groups.ts'
import { full, quick } from './measure/rounds.ts'
import { printOutcome } from './report/print.ts'
import type { Outcome } from './report/result.ts'
import { describeMachine, keepGroup } from './report/results-file.ts'

const USAGE = `Usage: npm run bench -- [--quick] [--only TEXT] [GROUP...]

  GROUP        ${Object.keys(groups).join(', ')}; default: all
  --only TEXT  the contests with this in their names; nothing is kept
  --quick      few rounds; what is kept then stands in dist/test/bench/results

What is kept stands in test/bench/results; npm run bench:page makes docs/performance.md of it.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
})
const names = positionals.length > 0 ? positionals : Object.keys(groups)
if (names.some((name) => groups[name] === undefined)) {
  console.error(USAGE)
  process.exit(2)
}

for (const name of names) {
  const outcomes: Outcome[] = []
  console.log(`\n== ${name} (${describeMachine()})`)
  for await (const outcome of groups[name]?.(values.quick ? quick : full, values.only ?? '') ??
    []) {
    printOutcome(outcome)
    outcomes.push(outcome)
  }
  if (values.only === undefined) keepGroup(name, outcomes, values.quick)
}
