// Tables: for the terminal and for Markdown.

import type { Outcome, Target, Unit, Verdict } from './result.ts'
import { formatEstimate, formatNumber, formatValue } from './units.ts'

export type Cells = readonly string[]

/** A heading and rows, as they are printed for one outcome. */
export function outcomeTable({ rows, unit, reference }: Outcome): readonly Cells[] {
  const sorted = [...rows].sort((left, right) => left.value.value - right.value.value)
  const allocate = rows.some(({ bytes }) => bytes !== undefined)
  const remarks = rows.some(({ remark }) => remark !== undefined)
  return [
    [
      '',
      'median',
      `ratio to ${reference} [95 %]`,
      ...(allocate ? ['allocated'] : []),
      ...(remarks ? ['besides'] : []),
    ],
    ...sorted.map(({ name, value, ratio, bytes, remark }) => [
      name,
      formatValue(value.value, unit),
      ratio === undefined ? '' : formatEstimate(ratio),
      ...(allocate ? [bytes === undefined ? '' : formatValue(bytes, 'bytes')] : []),
      ...(remarks ? [remark ?? ''] : []),
    ]),
  ]
}

/** What is asked, in words. */
export function targetText(target: Target, unit: Unit): string {
  if ('against' in target) {
    return `${target.of}: at most ${formatShare(target.atMost)} of ${target.against}`
  }
  return 'bytesAtMost' in target
    ? `${target.of}: allocates at most ${target.bytesAtMost} B`
    : `${target.of}: at most ${formatValue(target.valueAtMost, unit)}`
}

export function verdictText({ target, actual, met }: Verdict, unit: Unit): string {
  const text =
    'against' in target
      ? formatEstimate(actual)
      : formatValue(actual.value, 'bytesAtMost' in target ? 'bytes' : unit)
  return `${text}, ${met ? 'met' : 'missed'}`
}

/** 1/15 is easier to read than 0.0667. */
function formatShare(share: number): string {
  const parts = 1 / share
  return share < 1 && Number.isInteger(Math.round(parts * 1e6) / 1e6)
    ? `1/${Math.round(parts)}`
    : formatNumber(share)
}

/** Columns side by side; the first to the left, the others to the right. */
export function alignColumns(table: readonly Cells[]): string {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((cells) => cells[column]?.length ?? 0)),
  )
  return table
    .map((cells) =>
      cells
        .map((cell, column) => {
          const width = widths[column] ?? 0
          return column === 0 ? cell.padEnd(width) : cell.padStart(width)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function markdownTable(table: readonly Cells[]): string {
  const [head = [], ...rows] = table.map((cells) => `| ${cells.join(' | ')} |`)
  const rule = `|${(table[0] ?? []).map((_, column) => (column === 0 ? '---|' : '---:|')).join('')}`
  return [head, rule, ...rows].join('\n')
}
