// A format laid out: its literal text and its atoms, each with the kind of column it stands in.

import { nearest, OptionError, show } from '../errors.ts'
import { type Atom, missing } from './atom.ts'
import { compileAtom } from './atoms.ts'
import { conversionError, type ValueKind } from './conversion.ts'
import type { Column } from './escape.ts'
import { namedFormats, structuredFormats } from './formats.ts'
import { type Placeholder, parsePercent } from './percent.ts'
import { openPrivacy, type Privacy } from './privacy.ts'

/** One placeholder, its atom, and the column that the literal text before it makes. */
export interface Slot {
  readonly placeholder: Placeholder
  readonly atom: Atom
  readonly column: Column
  /** What bare values of this format must not hold besides white space, since it stands between them. */
  readonly separators: string
}

// What Python's `str.strip` takes for blank: not U+FEFF, as `trim` does, but x1c-x1f and x85.
const BLANK = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+`
const BLANKS_AROUND = new RegExp(`^${BLANK}|${BLANK}$`, 'g')

/**
 * The text of a format: a named one is looked up, a structured one keeps its name. Leading and
 * trailing blanks are dropped, as gunicorn does. Throws an `OptionError` for what cannot be a
 * format.
 */
export function readFormat(format: unknown): string {
  const source = typeof format === 'string' ? format.replace(BLANKS_AROUND, '') : ''
  const names = [...Object.keys(namedFormats), ...structuredFormats]
  if (source === '') {
    throw new OptionError(
      'wrong-type',
      `${show(format)} is no access log format`,
      `Write a name (${names.join(', ')}) or a format such as '%(h)s "%(r)s" %(s)s'`,
      { option: 'accessLog.format', input: format },
    )
  }
  if (Object.hasOwn(namedFormats, source)) return String(namedFormats[source])
  if (/^[\w-]+$/.test(source) && !structuredFormats.includes(source)) {
    const near = nearest(source, names)
    throw new OptionError(
      'bad-format',
      `${show(source)} is no named format, and names no value`,
      near === undefined ? 'Write a format with %(name)s in it' : `Did you mean '${near}'?`,
      { option: 'accessLog.format', input: source },
    )
  }
  return source
}

/** Throws an `OptionError` for a placeholder that would lose its line in gunicorn. */
export function layOut(
  format: string,
  timezone: string | undefined,
  privacy: Privacy = openPrivacy,
): readonly (string | Slot)[] {
  const pieces = parsePercent(format)
  const separators = separatorsOf(pieces)
  let column: Column = 'bare'
  return pieces.map((piece) => {
    if (typeof piece === 'string') {
      column = columnAfter(column, piece)
      return piece
    }
    const index = piece.index + KEY
    const atom = compileAtom(piece.key, timezone, privacy, { format, index })
    const error = conversionError(piece, kindOf(atom))
    if (error !== undefined) throw badPlaceholder(format, piece, error, `Write %(${piece.key})s`)
    return { placeholder: piece, atom, column, separators: column === 'bare' ? separators : '' }
  })
}

/**
 * What may separate values: not what words and numbers are made of, and no quote or backslash, which
 * have escapes of their own.
 */
const SEPARATOR = /[!#$%&()*+,/:;<=>?@^`{|}~]/
const CLOSE: Readonly<Record<Column, string>> = { quoted: '"', bracketed: ']', bare: '' }

/**
 * The first separator of each text between two values, unless there is white space in it, which does
 * it alone, or it stands inside quotes or brackets.
 */
function separatorsOf(pieces: readonly (string | Placeholder)[]): string {
  const found = new Set<string>()
  let column: Column = 'bare'
  for (const [index, piece] of pieces.entries()) {
    if (typeof piece !== 'string') continue
    const between = index > 0 && index < pieces.length - 1
    const separates = between && piece.includes(CLOSE[column]) && !/\s/.test(piece)
    const [separator] = separates ? (SEPARATOR.exec(piece) ?? []) : []
    if (separator !== undefined) found.add(separator)
    column = columnAfter(column, piece)
  }
  return [...found].join('')
}

/** The key stands behind `%(`. */
const KEY = 2

/** The error that shows the column of a placeholder. */
export function badPlaceholder(
  format: string,
  { index }: Placeholder,
  reason: string,
  remedy: string,
): OptionError {
  const place = { option: 'accessLog.format', input: format, index }
  return new OptionError('bad-format', reason, remedy, place)
}

/**
 * Whether a value is printed as Python source, so that its backslashes need no escaping. Cut short
 * it may end in the middle of an escape: then it is text like any other.
 */
export function isSource({ conversion, precision }: Placeholder): boolean {
  return (conversion === 'r' || conversion === 'a') && precision === undefined
}

/** `l`, and whatever does not exist, are always the one character `-`. */
function kindOf(atom: Atom): ValueKind {
  return atom === missing ? 'character' : atom.kind
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
