// Prints one closing line of a TAP report: "N passed, N failed"; fails when nothing was run.

import { readFileSync } from 'node:fs'

const [, , path = ''] = process.argv
const [totals] = readFileSync(path, 'utf8').match(/^# \{ total: .*\}$/m) ?? ['']
const count = (name) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(totals)?.[1] ?? 0)

console.log(`${count('pass')} passed, ${count('fail')} failed`)
if (count('pass') === 0 || count('fail') > 0) process.exitCode = 1
