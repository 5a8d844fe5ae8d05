// Lines read back: from a format to a function that takes its lines apart.

import type { AccessLogParser, FormatOptions } from '../../types/access-log.ts'
import { OptionError } from '../errors.ts'
import { type ColumnReader, compileColumn } from './column.ts'
import { structuredFormats } from './formats.ts'
import { badPlaceholder, layOut, readFormat, type Slot } from './layout.ts'
import { checkFormatOptions, readEscape } from './options.ts'

/** One value of a format, with the literal text before it. */
interface Column extends ColumnReader {
  readonly before: string
  readonly key: string
}

/**
 * Compiles a format to a function that reads the lines of `compileAccessLog` with the same format
 * and safe escaping: each value by its key, as it was before it was escaped and filled. It takes
 * time linear in the length of the line. Throws an `OptionError` 'bad-format' for a format whose
 * values cannot be told apart.
 */
export function parseAccessLog(format: string, options: FormatOptions = {}): AccessLogParser {
  checkFormatOptions(options)
  const source = readFormat(format)
  refuseStructured(source)
  refuseExact(options.escape)
  const pieces = layOut(source, options.timezone)
  const columns = compileColumns(source, pieces)
  const tail = literalAt(pieces, pieces.length - 1)
  return (line) => {
    if (typeof line !== 'string') return undefined
    const values: [string, string][] = []
    let index = 0
    for (const { before, key, find, decode } of columns) {
      if (!line.startsWith(before, index)) return undefined
      const found = find(line, index + before.length)
      const value = found && decode(found.text)
      if (found === undefined || value === undefined) return undefined
      values.push([key, value])
      index = found.end
    }
    return line.slice(index) === tail ? Object.fromEntries(values) : undefined
  }
}

function compileColumns(source: string, pieces: readonly (string | Slot)[]): readonly Column[] {
  const keys = new Set<string>()
  return pieces.flatMap((slot, index) => {
    if (typeof slot === 'string') return []
    const { placeholder } = slot
    const { key } = placeholder
    if (keys.has(key)) {
      throw badPlaceholder(source, placeholder, `"%(${key})s" stands here twice`, 'Take one out')
    }
    keys.add(key)
    if (typeof pieces[index - 1] === 'object') {
      const reason = 'nothing stands between this value and the one before'
      throw badPlaceholder(source, placeholder, reason, 'Put a blank between them')
    }
    const after = literalAt(pieces, index + 1)
    const last = index + 2 >= pieces.length
    const column = compileColumn(slot, after, last)
    if ('reason' in column) throw badPlaceholder(source, placeholder, column.reason, column.remedy)
    return [{ ...column, before: literalAt(pieces, index - 1), key }]
  })
}

/** The literal text at a place, '' where a value or nothing stands. */
function literalAt(pieces: readonly (string | Slot)[], index: number): string {
  const piece = pieces[index]
  return typeof piece === 'string' ? piece : ''
}

function refuseStructured(source: string): void {
  if (!structuredFormats.includes(source)) return
  const remedy = source === 'json' ? 'Read its lines with JSON.parse' : 'Use any reader of logfmt'
  throw new OptionError('bad-format', `${source} needs no parser of ours`, remedy, {
    option: 'accessLog.format',
    input: source,
    index: 0,
  })
}

function refuseExact(mode: unknown): void {
  if (readEscape(mode) === 'safe') return
  throw new OptionError(
    'bad-format',
    'exact lines cannot be read back: a value may hold what ends its column',
    'Log with safe escaping',
    { option: 'accessLog.escape', input: mode },
  )
}
