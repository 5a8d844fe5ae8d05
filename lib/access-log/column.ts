// One value of a line that is read back: how its end is found, and why it may not be found.

import { show } from '../errors.ts'
import { compileEscapes } from './escape.ts'
import { isSource, type Slot } from './layout.ts'
import { type Stops, scanValue, unescapeSource, unescapeValue } from './unescape.ts'

/** A value as it stands in a line, without padding, and the index behind both. */
interface Found {
  readonly text: string
  readonly end: number
}

type Find = (line: string, start: number) => Found | undefined

/** Finds a value, and undoes its escapes; undefined in a line of another format. */
export interface ColumnReader {
  readonly find: Find
  readonly decode: (text: string) => string | undefined
}

/** Why a format cannot be read back, and what to write instead. */
export interface Unreadable {
  readonly reason: string
  readonly remedy: string
}

/** Compiles a column; `after` is the literal text behind it, `last` if the line ends with that. */
export function compileColumn(slot: Slot, after: string, last: boolean): ColumnReader | Unreadable {
  const { placeholder } = slot
  const { flags, width } = placeholder
  const lossy = lossOf(slot)
  if (lossy !== undefined) return lossy
  const decode = isSource(placeholder) ? unescapeSource : unescapeValue
  if (isTime(slot)) return { find: padded(compileFindTime(), placeholder), decode }
  const stops = compileStops(slot)
  const offset = stopOffset(after, last, stops)
  if (offset === undefined || (offset > 0 && width !== undefined && flags.includes('-'))) {
    return {
      reason: `${show(after)} behind "%(${placeholder.key})s" may be part of the value`,
      remedy: 'Put each value between blanks, or in quotes of its own',
    }
  }
  return { find: padded(compileFind(stops, offset), placeholder), decode }
}

/** What of a value cannot be told any more when it is printed like this. */
function lossOf(slot: Slot): Unreadable | undefined {
  const { key, conversion, flags, width, precision } = slot.placeholder
  const remedy = `Write %(${key})s`
  const textual = 'sra'.includes(conversion)
  if (textual && precision !== undefined) return { reason: 'a precision loses text', remedy }
  if (key === 't' && conversion !== 's') {
    return { reason: 'a time as Python source has a blank in it', remedy }
  }
  if (!textual && flags.includes(' ')) {
    return {
      reason: 'the flag " " prints a blank that no column is expected to begin with',
      remedy,
    }
  }
  if (width !== undefined && slot.column !== 'bare' && !isOurs(slot)) {
    const reason = 'blanks in quotes or brackets may be padding or the value itself'
    return { reason, remedy }
  }
  return undefined
}

/** `%(t)s` brings its own brackets along, wherever it stands. */
function isTime({ placeholder }: Slot): boolean {
  return placeholder.key === 't'
}

/** What no client has written: a number, or a word of ours. */
function isOurs({ atom, placeholder }: Slot): boolean {
  return atom.ours && placeholder.conversion !== 'c'
}

/** All that our own values are made of, be it `2026-11-20T11:29:06.216Z`, `<23162>` or `1e+06`. */
const OURS = /[\w.:<>+'-]/

function compileStops(slot: Slot): Stops {
  if (isOurs(slot)) return (line, index) => !OURS.test(line.charAt(index))
  const escapes = compileEscapes(slot.column, slot.separators)
  return (line, index) => escapes(line, index) !== undefined
}

/**
 * Where in the literal text behind a value the first character stands that the value cannot hold;
 * the end of the line is one too. Not behind a backslash, which would begin an escape.
 */
function stopOffset(after: string, last: boolean, stops: Stops): number | undefined {
  for (let index = 0; index < after.length; index++) {
    if (after.charAt(index) === '\\') return undefined
    if (stops(after, index)) return index
  }
  return last ? after.length : undefined
}

function compileFind(stops: Stops, offset: number): Find {
  return (line, start) => {
    const end = scanValue(line, start, stops) - offset
    return end < start ? undefined : { text: line.slice(start, end), end }
  }
}

function compileFindTime(): Find {
  const escapes = compileEscapes('bracketed')
  return (line, start) => {
    const stop = scanValue(line, start + 1, (text, index) => escapes(text, index) !== undefined)
    const text = line.slice(start, stop + 1)
    return text.startsWith('[') && text.endsWith(']') ? { text, end: stop + 1 } : undefined
  }
}

/** Blanks that fill up to the width are no part of the value, which begins and ends with none. */
function padded(find: Find, { width, flags }: Slot['placeholder']): Find {
  if (width === undefined) return find
  if (flags.includes('-')) {
    return (line, start) => {
      const found = find(line, start)
      if (found === undefined) return undefined
      const { text, end } = found
      const blanks = ' '.repeat(missingTo(width, text))
      return line.startsWith(blanks, end) ? { text, end: end + blanks.length } : undefined
    }
  }
  return (line, start) => {
    let index = start
    while (index - start < width && line.charAt(index) === ' ') index++
    if (index - start === width) return { text: '', end: index }
    const found = find(line, index)
    return found !== undefined && index - start === missingTo(width, found.text) ? found : undefined
  }
}

/** Counted in characters, as the width is: a surrogate pair is one. */
function missingTo(width: number, text: string): number {
  return Math.max(width - [...text].length, 0)
}
