// The format language: Python's `format % mapping`, read once, at start-up.

import { OptionError, show } from '../errors.ts'

// format      = *( literal / "%%" / placeholder )
// placeholder = "%(" key ")" *flag [ width ] [ "." [ precision ] ] [ "h" / "l" / "L" ] conversion
// key         = any text whose parentheses are balanced, even none
const FLAGS = '#0- +'
const DIGITS = '0123456789'
const MODIFIERS = 'hlL'

/**
 * The longest width and precision. Python takes any up to the size of its memory, but every line
 * pays for it: one `%(h)999999999s` would write a gigabyte of blanks for each request.
 */
export const MAX_WIDTH = 4096

/** The closed set of conversions, and what each makes of a value. */
const conversions = {
  s: 'text',
  r: 'text as Python source',
  a: 'text as Python source in ASCII',
  d: 'whole number, decimal',
  i: 'whole number, decimal',
  u: 'whole number, decimal',
  o: 'whole number, octal',
  x: 'whole number, hexadecimal',
  X: 'whole number, hexadecimal in capitals',
  e: 'number with an exponent',
  E: 'number with an exponent, in capitals',
  f: 'number with a point',
  F: 'number with a point, in capitals',
  g: 'number, the shorter of the two',
  G: 'number, the shorter of the two, in capitals',
  c: 'character, given itself or as its code point',
} as const

/** The letter that ends a placeholder. */
export type Conversion = keyof typeof conversions

/** One `%(key)...` of a format. */
export interface Placeholder {
  readonly key: string
  /** Some of `#`, `0`, `-`, `+` and the blank, as written. */
  readonly flags: string
  readonly width: number | undefined
  /** Written as a lone point it is 0. */
  readonly precision: number | undefined
  readonly conversion: Conversion
  /** Where its `%` stands in the format, counted from 0. */
  readonly index: number
}

interface Source {
  readonly format: string
  readonly option: string
}

/**
 * Takes a format apart: literal text (`%%` already a `%`) and placeholders, in their order. Refused
 * is whatever makes Python lose the line, and besides a placeholder without a name (Python prints
 * every value there is) and one wider than MAX_WIDTH. Throws an `OptionError` 'bad-format'.
 */
export function parsePercent(
  format: string,
  option = 'accessLog.format',
): readonly (string | Placeholder)[] {
  const source = { format, option }
  const parts: (string | Placeholder)[] = []
  let literal = ''
  let index = 0
  for (;;) {
    const start = format.indexOf('%', index)
    if (start === -1) break
    literal += format.slice(index, start)
    if (format.charAt(start + 1) === '%') {
      literal += '%'
      index = start + 2
    } else {
      const { placeholder, end } = parsePlaceholder(source, start)
      if (literal !== '') parts.push(literal)
      literal = ''
      parts.push(placeholder)
      index = end
    }
  }
  literal += format.slice(index)
  if (literal !== '') parts.push(literal)
  return parts
}

function parsePlaceholder(
  source: Source,
  index: number,
): { placeholder: Placeholder; end: number } {
  const { format } = source
  if (format.charAt(index + 1) !== '(') throw withoutKey(source, index)
  const keyEnd = skipKey(source, index + 1)
  const key = format.slice(index + 2, keyEnd - 1)
  const flagsEnd = skipAny(format, keyEnd, FLAGS)
  const widthEnd = skipAny(format, flagsEnd, DIGITS)
  const point = format.charAt(widthEnd) === '.' ? widthEnd + 1 : widthEnd
  const precisionEnd = point === widthEnd ? widthEnd : skipAny(format, point, DIGITS)
  // One modifier is C's and means nothing; of two, Python takes the second for the conversion.
  const letter = Math.min(skipAny(format, precisionEnd, MODIFIERS), precisionEnd + 1)
  const placeholder = {
    key,
    flags: format.slice(keyEnd, flagsEnd),
    width: widthEnd === flagsEnd ? undefined : parseNumber(source, flagsEnd, widthEnd),
    precision: point === widthEnd ? undefined : parseNumber(source, point, precisionEnd),
    conversion: parseConversion(source, letter, key),
    index,
  }
  return { placeholder, end: letter + 1 }
}

/** Behind the parenthesis that closes the one at `open`. */
function skipKey(source: Source, open: number): number {
  const { format } = source
  let depth = 0
  for (let index = open; index < format.length; index++) {
    const char = format.charAt(index)
    if (char === '(') depth++
    else if (char === ')' && --depth === 0) return index + 1
  }
  const remedy = 'Close the name and put a letter behind it, as in %(h)s'
  throw mistake(source, open, 'this parenthesis is never closed', remedy)
}

/** The first index from `start` on whose character is none of `chars`. */
function skipAny(format: string, start: number, chars: string): number {
  let index = start
  while (index < format.length && chars.includes(format.charAt(index))) index++
  return index
}

function parseNumber(source: Source, start: number, end: number): number {
  const digits = source.format.slice(start, end)
  const number = Number(digits)
  if (number <= MAX_WIDTH) return number
  const reason = `${show(digits)} characters are more than a log line can use`
  throw mistake(source, start, reason, `Write a number of at most ${MAX_WIDTH}`)
}

function parseConversion(source: Source, index: number, key: string): Conversion {
  const code = source.format.codePointAt(index)
  const remedy = `Write %(${key})s for plain text`
  if (code === undefined) {
    throw mistake(source, index, 'the letter that ends a placeholder is missing', remedy)
  }
  const letter = String.fromCodePoint(code)
  if (isConversion(letter)) return letter
  if (letter === '*') {
    const reason = '"*" takes a width from a list of values, and values with names are no list'
    throw mistake(source, index, reason, 'Write the width itself, as in %(h)20s')
  }
  const letters = Object.keys(conversions).join(' ')
  const reason = `${show(letter)} is none of the letters that end a placeholder (${letters})`
  throw mistake(source, index, reason, remedy)
}

function isConversion(letter: string): letter is Conversion {
  return Object.hasOwn(conversions, letter)
}

/** What to say of a `%` with no name behind it, by what the author may have had in mind. */
function withoutKey(source: Source, index: number): OptionError {
  const { format } = source
  const rest = format.slice(skipAny(format, index + 1, `${FLAGS}${DIGITS}.*`))
  const [field] = /^\{[^}]*\}[a-zA-Z]/.exec(rest) ?? []
  if (field !== undefined) {
    const remedy = `Write %(${field})s`
    return mistake(source, index, 'the name of a value stands in parentheses', remedy)
  }
  if (rest.startsWith('(')) {
    const remedy = 'Put the name first, then flags, width and letter, as in %(h)-20s'
    return mistake(source, index, 'flags and width come after the name', remedy)
  }
  const letter = rest.charAt(0)
  if (/[sra]/.test(letter)) {
    const reason = `"%${letter}" without a name prints every request header, credentials included`
    return mistake(source, index, reason, `Write %(${letter})s, or %% for a percent sign`)
  }
  if (/[a-zA-Z]/.test(letter)) {
    const remedy = `Write %(${letter})s, or %% for a percent sign`
    return mistake(source, index, 'the name of a value stands in parentheses', remedy)
  }
  const remedy = 'Write %% for a percent sign, or %(h)s for the value named h'
  return mistake(source, index, 'this percent sign begins no placeholder', remedy)
}

function mistake(source: Source, index: number, reason: string, remedy: string): OptionError {
  const place = { option: source.option, input: source.format, index }
  return new OptionError('bad-format', reason, remedy, place)
}
