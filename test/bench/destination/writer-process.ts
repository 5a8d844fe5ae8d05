// Writes lines in this process: `<contender> <lines> <sink> [path]`, to descriptor 1 without a path. Tells
// what that cost. A sink that sleeps is not waited for.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileWriters, stdoutWriters } from './writers.ts'

/** What it tells. */
export interface WriterCost {
  readonly cpuNanosPerLine: number
  /** Of resident memory, at its highest since the start. */
  readonly grownBytes: number
  readonly dropped: number
}

const LINE_BYTES = 200
const LINES_IN_A_TURN = 32
/** A look at the memory takes 8 µs and more: in each turn it would be a third of what is measured. */
const LINES_BETWEEN_LOOKS = 4096
const WARM_UP_LINES = 200_000

const [, , name = '', count = '', sink = '', path] = process.argv
const lines = Number(count)
const writer = path === undefined ? stdoutWriters[name]?.() : fileWriters[name]?.(path)
if (writer === undefined) throw new Error(`no writer ${name}`)

// The heap grows by making lines alone: that belongs to nobody.
for (let line = 0; line < WARM_UP_LINES; line++) createLine(line)
const before = process.memoryUsage.rss()
let highest = before
const start = process.cpuUsage()
for (let line = 0; line < lines; line++) {
  writer.write(createLine(line))
  if (line % LINES_IN_A_TURN === 0) await nextTurn()
  if (line % LINES_BETWEEN_LOOKS === 0) highest = Math.max(highest, process.memoryUsage.rss())
}
highest = Math.max(highest, process.memoryUsage.rss())
if (sink !== 'asleep') await writer.close()
const { user, system } = process.cpuUsage(start)
const cost: WriterCost = {
  cpuNanosPerLine: ((user + system) * 1000) / lines,
  grownBytes: highest - before,
  dropped: writer.dropped ?? 0,
}
process.send?.(cost, () => process.exit())

/** A line as a formatter makes it: a rope of pieces. */
function createLine(number: number): string {
  const head = `203.0.113.7 - - [01/Aug/2026:12:00:00 +0000] "GET /cart?item=${number} HTTP/1.1" `
  return `${head}${'x'.repeat(LINE_BYTES - head.length - 1)}\n`
}
