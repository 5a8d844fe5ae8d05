// Prints one closing line for all TAP reports in a file: "N passed, N failed"; fails when nothing ran.

import { readFileSync } from 'node:fs'

const [, , path = ''] = process.argv
const totals = readFileSync(path, 'utf8').match(/^# \{ total: .*\}$/gm) ?? []
const count = (name) =>
  totals.reduce(
    (sum, line) => sum + Number(new RegExp(`\\b${name}: (\\d+)`).exec(line)?.[1] ?? 0),
    0,
  )

console.log(`${count('pass')} passed, ${count('fail')} failed`)
if (count('pass') === 0 || count('fail') > 0) process.exitCode = 1
