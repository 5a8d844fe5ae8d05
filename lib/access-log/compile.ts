// Formats: from gunicorn's access_log_format to one function that makes a line of a record.

import type { AccessLogFormat, AccessRecord, FormatOptions } from '../../types/access-log.ts'
import { nearest, OptionError, show } from '../errors.ts'
import { type Atom, compileAtom, missing } from './atoms.ts'
import { compileConversion, conversionError, pad, type ValueKind } from './conversion.ts'
import { type Column, compileEscape } from './escape.ts'
import { namedFormats } from './formats.ts'
import { type Placeholder, parsePercent } from './percent.ts'

type Part = (record: AccessRecord) => string

/**
 * Compiles a named format (`gunicorn`, `common`, `combined`, `proxied`) or a gunicorn
 * `access_log_format`. Throws an `OptionError` 'bad-format' that shows the column of the mistake; the
 * compiled format never throws.
 */
export function compileAccessLog(format: string, options: FormatOptions = {}): AccessLogFormat {
  const source = readFormat(format)
  const exact = readEscape(options.escape) === 'exact'
  const parts: Part[] = []
  let column: Column = 'bare'
  for (const piece of parsePercent(source)) {
    if (typeof piece === 'string') {
      column = columnAfter(column, piece)
      parts.push(() => piece)
    } else {
      parts.push(compilePart(source, piece, options.timezone, exact ? undefined : column))
    }
  }
  return (record) => {
    let line = ''
    for (const part of parts) line += part(record)
    return line
  }
}

/** Leading and trailing blanks of a format are dropped, as gunicorn does. */
function readFormat(format: unknown): string {
  const source = typeof format === 'string' ? format.trim() : ''
  if (typeof format !== 'string' || source === '') {
    throw new OptionError(
      'wrong-type',
      `${show(format)} is no access log format`,
      `Write a name (${Object.keys(namedFormats).join(', ')}) or a format such as '%(h)s "%(r)s" %(s)s'`,
      { option: 'accessLog.format', input: format },
    )
  }
  if (Object.hasOwn(namedFormats, source)) return namedFormats[source] ?? source
  if (/^[\w-]+$/.test(source)) {
    const near = nearest(source, Object.keys(namedFormats))
    throw new OptionError(
      'bad-format',
      `${show(source)} is no named format, and names no value`,
      near === undefined ? 'Write a format with %(name)s in it' : `Did you mean '${near}'?`,
      { option: 'accessLog.format', input: source },
    )
  }
  return source
}

function readEscape(mode: unknown): 'safe' | 'exact' {
  if (mode === undefined || mode === 'safe') return 'safe'
  if (mode === 'exact') return 'exact'
  throw new OptionError(
    'wrong-type',
    `${show(mode)} is no way to escape`,
    "Write 'safe' or 'exact'",
    {
      option: 'accessLog.escape',
      input: mode,
    },
  )
}

/** What kind of column the next value stands in, behind this piece of literal text. */
function columnAfter(column: Column, literal: string): Column {
  let after = column
  for (const char of literal) {
    if (after === 'quoted') after = char === '"' ? 'bare' : 'quoted'
    else if (char === '"') after = 'quoted'
    else if (char === '[') after = 'bracketed'
    else if (char === ']') after = 'bare'
  }
  return after
}

/** One placeholder; `column` is undefined where nothing is made safe. */
function compilePart(
  format: string,
  placeholder: Placeholder,
  timezone: string | undefined,
  column: Column | undefined,
): Part {
  const atom = compileAtom(placeholder.key, timezone)
  const error = conversionError(placeholder, kindOf(atom))
  if (error !== undefined) {
    throw new OptionError('bad-format', error, `Write %(${placeholder.key})s`, {
      option: 'accessLog.format',
      input: format,
      index: placeholder.index,
    })
  }
  const read = column === undefined ? quoteEscaped(atom) : atom.read
  if (column === undefined || atom.ours) {
    const convert = compileConversion(placeholder)
    return (record) => convert(read(record))
  }
  // Cut first, then escape, then fill: a cut through an escape would let the value out of its column.
  const convert = compileConversion({ ...placeholder, width: undefined })
  const escapeText = compileEscape(column)
  const empty = placeholder.key === 'h' ? '-' : ''
  return (record) => {
    const value = read(record)
    return pad(escapeText(convert(value === '' ? empty : value)), placeholder)
  }
}

/** gunicorn escapes the quote, and nothing else, before it formats. */
function quoteEscaped({ read, ours }: Atom): Atom['read'] {
  if (ours) return read
  return (record) => {
    const value = read(record)
    return typeof value === 'string' ? value.replaceAll('"', '\\"') : value
  }
}

/** `l`, and whatever does not exist, are always the one character `-`. */
function kindOf(atom: Atom): ValueKind {
  return atom.kind === 'text' && atom === missing ? 'character' : atom.kind
}

/** A format per call is remembered up to this many; a program has a handful. */
const MAX_REMEMBERED = 100

const remembered = new Map<string, AccessLogFormat>()

/**
 * The line of a record, without a newline. The format is compiled on its first use and remembered; the
 * oldest of more than 100 is forgotten. Throws an `OptionError` for a wrong format.
 */
export function formatAccessLog(record: AccessRecord, format = 'gunicorn'): string {
  const known = remembered.get(format)
  if (known !== undefined) return known(record)
  const compiled = compileAccessLog(format)
  const [oldest] = remembered.keys()
  if (oldest !== undefined && remembered.size >= MAX_REMEMBERED) remembered.delete(oldest)
  remembered.set(format, compiled)
  return compiled(record)
}
