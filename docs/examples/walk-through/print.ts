// Plain text in columns, no wider than a terminal; in colour only where a terminal shows it.

import { stripVTControlCharacters, styleText } from 'node:util'

export type Colour = 'bold' | 'dim' | 'green' | 'yellow' | 'red'

const WIDTH = 96

/** The labels at the left, such as "arrived". */
const LABEL_WIDTH = 10

/** https://no-color.org/: any value but the empty one means no. */
const colourful = process.stdout.isTTY === true && !process.env.NO_COLOR

export function paint(colour: Colour, text: string): string {
  return colourful ? styleText(colour, text) : text
}

export function print(...lines: readonly string[]): void {
  for (const line of lines) console.log(line)
}

/** A title with a line under it. */
export function printTitle(title: string): void {
  print('', paint('bold', title), paint('dim', '-'.repeat(WIDTH)))
}

/** Lines with a label before the first of them. */
export function printPart(label: string, lines: readonly string[]): void {
  for (const [index, line] of lines.entries()) {
    print(`  ${paint('dim', (index === 0 ? label : '').padEnd(LABEL_WIDTH))}${line}`)
  }
}

/** Rows of cells, with the columns aligned. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const width = (cell: string | undefined): number => stripVTControlCharacters(cell ?? '').length
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => width(row[column]))),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  )
}

/** Text broken between words, for `printPart`. */
export function paragraph(text: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.trim().split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > WIDTH - LABEL_WIDTH - 2) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
