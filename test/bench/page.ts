// `npm run bench:page`: writes docs/performance.md and its plots.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pageOf } from './report/page.ts'
import { plotsOf } from './report/plots.ts'
import { readAllResults } from './report/results-file.ts'

const all = readAllResults()
const plots = all.slice(0, 1).flatMap(plotsOf)
const folder = join('docs', 'performance')
mkdirSync(folder, { recursive: true })
for (const { file, svg } of plots) writeFileSync(join(folder, file), svg)
writeFileSync(join('docs', 'performance.md'), pageOf(all, plots))
