// The page about performance is what the generator makes of what was measured, and the statistics in it
// are those of the textbook.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { estimate, median, ratio, ratioOfMedians } from '../bench/measure/statistics.ts'
import { judge } from '../bench/report/judge.ts'
import { pageOf } from '../bench/report/page.ts'
import { plotsOf } from '../bench/report/plots.ts'
import { readAllResults } from '../bench/report/results-file.ts'

const docs = fileURLToPath(new URL('../../docs', import.meta.url))
const all = readAllResults()
const plots = all.slice(0, 1).flatMap(plotsOf)

t.test('docs/performance.md is what npm run bench:page makes of the results', (t) => {
  t.equal(readFileSync(join(docs, 'performance.md'), 'utf8'), pageOf(all, plots))
  t.end()
})

t.test('each plot in docs/performance is what it makes of them, and there is no other', (t) => {
  const files = plots.map(({ file }) => file)
  t.same(readdirSync(join(docs, 'performance')).sort(), [...files].sort())
  for (const { file, svg } of plots) {
    t.equal(readFileSync(join(docs, 'performance', file), 'utf8'), svg, file)
  }
  t.end()
})

t.test('a target is judged by the median of the ratios, round by round', (t) => {
  // The third round was slow for both.
  const values = { ours: [1, 2, 30], theirs: [10, 10, 100] }
  const target = { of: 'ours', against: 'theirs', atMost: 0.2 }
  const measured = { name: '', unit: 'ns', reference: 'theirs', values } as const
  const [missed, met] = [0.19, 0.2].map((atMost) => {
    const { verdicts } = judge({ ...measured, targets: [{ ...target, atMost }] })
    return verdicts[0]
  })
  t.match(missed, { actual: { value: 0.2 }, met: false })
  t.match(met, { met: true })
  t.end()
})

t.test('of ten values the second and the ninth bound the median with 95 %', (t) => {
  // The median lies outside with a probability of 2 * (1 + 10) / 2^10 (sign test): 2.1 %.
  t.same(estimate([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), { value: 5.5, low: 2, high: 9 })
  t.equal(median([3, 1, 2]), 2)
  t.end()
})

t.test('what slows a whole round down falls out of a ratio', (t) => {
  t.same(ratio([1, 2, 300], [2, 4, 600]), { value: 0.5, low: 0.5, high: 0.5 })
  t.end()
})

t.test('a ratio of medians has an interval around it', (t) => {
  const { value, low, high } = ratioOfMedians([1, 2, 3, 4, 5], [2, 4, 6, 8, 10])
  t.same([value, low, high], [0.5, 0.5, 0.5], 'where rounds go together it is a point')
  const scattered = ratioOfMedians([1, 2, 3, 4, 5], [10, 2, 6, 8, 4])
  t.ok(scattered.low < 0.5 && scattered.high > 0.5)
  t.end()
})
