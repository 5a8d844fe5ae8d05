// One placeholder applied to one value, as Python does it; whether that can be is asked at start-up.

import { show } from '../errors.ts'
import type { Placeholder } from './percent.ts'
import { compileReal, compileWhole, numberText, type PythonNumber } from './python-number.ts'
import { pythonAscii, pythonRepr } from './python-text.ts'

/** What a placeholder is applied to. */
export type PythonValue = string | PythonNumber

/** What is known of a value before there is one; 'character' is text of length one, such as `-`. */
export type ValueKind = 'text' | 'character' | 'number'

/**
 * Why Python would lose the line if the placeholder met a value of this kind, or undefined. `%c` of
 * a number is let pass: most numbers are code points.
 */
export function conversionError(placeholder: Placeholder, kind: ValueKind): string | undefined {
  const { key, conversion } = placeholder
  if (kind === 'number' || isTextual(placeholder)) return undefined
  const written = show(`%(${key})${conversion}`)
  if (conversion !== 'c') return `${written} needs a number, and ${show(key)} is text`
  if (kind === 'character') return undefined
  return `${written} needs a single character, and ${show(key)} is text of any length`
}

/**
 * Compiles a placeholder to a function that never throws. Where Python would, it prints something
 * close: text as it is for a number (`conversionError` warns of it), U+FFFD for no code point.
 */
export function compileConversion(placeholder: Placeholder): (value: PythonValue) => string {
  const convert = isTextual(placeholder) ? compileText(placeholder) : compileOther(placeholder)
  if (placeholder.width === undefined) return convert
  return (value) => pad(convert(value), placeholder)
}

/** Whether a text is printed as it is. */
export function isPlain({ conversion, width, precision }: Placeholder): boolean {
  return conversion === 's' && width === undefined && precision === undefined
}

/** At most the first `precision` characters, counted as Python does: a surrogate pair is one. */
export function truncate(text: string, precision: number | undefined): string {
  if (precision === undefined || text.length <= precision) return text
  let end = 0
  for (let left = precision; left > 0 && end < text.length; left--) end += unitsAt(text, end)
  return text.slice(0, end)
}

/** Fills with blanks up to the width, on the left, or with the flag `-` on the right. */
export function pad(text: string, { width, flags }: Pick<Placeholder, 'width' | 'flags'>): string {
  if (width === undefined) return text
  let length = 0
  for (let index = 0; index < text.length; index += unitsAt(text, index)) length++
  const blanks = ' '.repeat(Math.max(width - length, 0))
  return flags.includes('-') ? text + blanks : blanks + text
}

/** How many UTF-16 units the character at `index` has. */
function unitsAt(text: string, index: number): number {
  return Number(text.codePointAt(index)) > 0xffff ? 2 : 1
}

function isTextual({ conversion }: Placeholder): boolean {
  return conversion === 's' || conversion === 'r' || conversion === 'a'
}

function compileText(placeholder: Placeholder): (value: PythonValue) => string {
  const { conversion, precision } = placeholder
  if (isPlain(placeholder))
    return (value) => (typeof value === 'string' ? value : numberText(value))
  const ofText = conversion === 's' ? String : conversion === 'r' ? pythonRepr : pythonAscii
  return (value) =>
    truncate(typeof value === 'string' ? ofText(value) : numberText(value), precision)
}

function compileOther(placeholder: Placeholder): (value: PythonValue) => string {
  const ofNumber = compileNumber(placeholder)
  return (value) => (typeof value === 'string' ? value : ofNumber(value))
}

function compileNumber(placeholder: Placeholder): (value: PythonNumber) => string {
  switch (placeholder.conversion) {
    case 'c':
      return character
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return compileReal(placeholder)
    default:
      return compileWhole(placeholder)
  }
}

function character(value: PythonNumber): string {
  const code = Number(value)
  return Number.isInteger(code) && code >= 0 && code <= 0x10ffff
    ? String.fromCodePoint(code)
    : REPLACEMENT
}

/** U+FFFD. Made, not written, as a bundle is to be ASCII. */
const REPLACEMENT = String.fromCharCode(0xfffd)
