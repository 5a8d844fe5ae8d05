// Safe escaping: whatever a client sent stays inside its column, and a record stays one line.

import { compileNarrow, NARROW } from './narrow.ts'

/** What a column ends with, and so what a value in it must not hold. */
export type Column = 'quoted' | 'bracketed' | 'bare'

// C0, DEL and C1 controls; U+2028 and U+2029, which some readers take for line ends; with the `u`
// flag the surrogate range matches lone surrogates only.
const CONTROL = String.raw`\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff`

const BEYOND: Readonly<Record<Column, string>> = {
  quoted: '',
  bracketed: String.raw`\]`,
  // Readers that split lines at blanks do it at any white space, a no-break space (xA0) included.
  bare: String.raw`\s`,
}

const NAMED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** Whether there is anything in a text that a line in quotes must not hold as it is. */
export const needsEscape: RegExp = new RegExp(String.raw`["\\${CONTROL}]`, 'u')

/**
 * How a value is escaped in a column: `\"` `\\` `\n` `\r` `\t`, else `\xhh` or `\uhhhh`; in a bare
 * column white space too, in a bracketed one the closing bracket, and the separators (ASCII) that are
 * given. All other characters stay.
 */
export function compileEscape(column: Column, separators = ''): (text: string) => string {
  const escapes = compileEscapes(column, separators)
  const escapeNarrow = compileNarrow(narrowSequences(column, separators))
  const dirty = compileDirty(column, separators)
  return (text) => (dirty.test(text) ? (escapeNarrow(text) ?? rewrite(text, escapes)) : text)
}

/**
 * The same for text that is Python source already (`%(a)r`): its backslashes begin escapes, so that
 * they stay, and controls it has none.
 */
export function compileSourceEscape(column: Column, separators = ''): (text: string) => string {
  const ends = column === 'bare' ? ` ${separators}` : column === 'bracketed' ? ']' : ''
  return (text) => {
    let quoted = text.replaceAll('"', '\\"')
    for (const end of ends) quoted = quoted.replaceAll(end, hexEscape(end))
    return quoted
  }
}

const PRINTABLE = Array.from({ length: 0x5f }, (_, index) => String.fromCharCode(0x20 + index))
const CAREFUL = '"\\'
const CAREFUL_OUTSIDE = `${CAREFUL} []`

/**
 * Compiles what tells a line of harmless values: printable ASCII without quote and backslash, and outside
 * quotes without blanks, brackets and separators too. The sample is such a line, or its literal text alone.
 * Compared is what is not harmless, in its order: where a line holds no more of it than its literal text
 * does, its values hold none.
 */
export function compileHarmless(sample: string, separators = ''): RegExp {
  const inside = new RegExp(classWithout(CAREFUL))
  const outside = new RegExp(classWithout(CAREFUL_OUTSIDE + separators))
  let pattern = '^'
  let harmless = outside
  for (let index = 0; index < sample.length; index++) {
    const unit = sample.charAt(index)
    if (harmless.test(unit)) continue
    pattern += `${harmless.source}*${unicodeEscape(unit.charCodeAt(0))}`
    if (unit === '"') harmless = harmless === inside ? outside : inside
  }
  return new RegExp(`${pattern}${harmless.source}*$`)
}

function classWithout(careful: string): string {
  return `[${PRINTABLE.filter((character) => !careful.includes(character))
    .map(hexEscape)
    .join('')}]`
}

/** What stands for a UTF-16 unit; undefined where it stays. */
export type Escapes = (text: string, index: number) => string | undefined

export function compileEscapes(column: Column, separators = ''): Escapes {
  const dirty = compileDirty(column, separators)
  const narrow = narrowSequences(column, separators)
  return (text, index) => {
    const code = text.charCodeAt(index)
    if (code < NARROW) return narrow[code]
    return dirty.test(wholeCharacter(text, index)) ? unicodeEscape(code) : undefined
  }
}

/** Those of the units that are looked up. */
function narrowSequences(column: Column, separators: string): readonly (string | undefined)[] {
  const dirty = compileDirty(column, separators)
  return Array.from({ length: NARROW }, (_, code) => {
    const character = String.fromCharCode(code)
    return dirty.test(character) ? (NAMED[character] ?? hexEscape(character)) : undefined
  })
}

function compileDirty(column: Column, separators: string): RegExp {
  return new RegExp(String.raw`["\\${CONTROL}${beyond(column, separators)}]`, 'u')
}

/** The part of a character class that a column adds. */
function beyond(column: Column, separators: string): string {
  return BEYOND[column] + [...separators].map(hexEscape).join('')
}

/** `\xhh` of a character below U+0100. */
function hexEscape(character: string): string {
  return `\\x${hex(character.charCodeAt(0), 2)}`
}

/** The character that the unit at `index` belongs to: half of a pair is not a lone surrogate. */
function wholeCharacter(text: string, index: number): string {
  const before = index > 0 ? Number(text.codePointAt(index - 1)) : 0
  return String.fromCodePoint(before > 0xffff ? before : Number(text.codePointAt(index)))
}

/** `\uhhhh` */
export function unicodeEscape(code: number): string {
  return `\\u${hex(code, 4)}`
}

/** One pass in a loop: a replacement by function costs five times as much on hostile text. */
export function rewrite(text: string, escapes: Escapes): string {
  let written = ''
  let start = 0
  for (let index = 0; index < text.length; index++) {
    const sequence = escapes(text, index)
    if (sequence === undefined) continue
    if (start < index) written += text.slice(start, index)
    written += sequence
    start = index + 1
  }
  return written + text.slice(start)
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
