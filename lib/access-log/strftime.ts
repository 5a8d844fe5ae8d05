// The patterns of `%({...}t)s`: strftime (POSIX), in English everywhere, read once, at start-up.

import { OptionError, type OptionErrorPlace, show } from '../errors.ts'
import type { WallTime } from './zone.ts'

/** Prints a part of a time that changes with the second, not faster. */
export type Print = (time: WallTime) => string

/** A pattern, compiled. */
export interface Pattern {
  /** The parts between which the fraction of the second stands; without a fraction a single one. */
  readonly parts: readonly Print[]
  /** How many digits the fraction has. */
  readonly digits: 3 | 6
}

const MONTHS = words(
  'January February March April May June July August September October November December',
)
const DAYS = words('Sunday Monday Tuesday Wednesday Thursday Friday Saturday')

/** The fraction is apart from all others, since it alone changes within a second. */
const FRACTION = 'f'

/** What a letter prints, or the pattern that it is short for. */
const directives: Readonly<Record<string, Print | string>> = {
  /** The day of the week, `Fri` and `Friday`. */
  a: ({ weekday }) => short(DAYS, weekday),
  A: ({ weekday }) => long(DAYS, weekday),
  /** The month, `Nov` and `November`. */
  b: ({ month }) => short(MONTHS, month),
  B: ({ month }) => long(MONTHS, month),
  /** The day of the month, with a zero or a blank in front. */
  d: ({ day }) => two(day),
  e: ({ day }) => String(day).padStart(2, ' '),
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  /** Hours of 24 and of 12. */
  H: ({ hour }) => two(hour),
  I: ({ hour }) => two(hour % 12 || 12),
  /** The day of the year, from 001. */
  j: (time) => String(dayOfYear(time)).padStart(3, '0'),
  m: ({ month }) => two(month + 1),
  M: ({ minute }) => two(minute),
  p: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  R: '%H:%M',
  /** Seconds since 1970. */
  s: ({ epoch }) => String(epoch),
  S: ({ second }) => two(second),
  T: '%H:%M:%S',
  y: ({ year }) => two(((year % 100) + 100) % 100),
  Y: ({ year }) => String(year),
  /** `+0545` */
  z: ({ offset }) => printOffset(offset, ''),
  '%': () => '%',
}

/** All letters that a pattern may have behind a `%`. */
export const directiveLetters: readonly string[] = [...Object.keys(directives), FRACTION].sort()

/** What to write for letters that strftime has, and a line cannot have. */
const remedies: Readonly<Record<string, string>> = {
  n: 'A record is one line: write a blank',
  t: 'A value has no tab in it: write a blank',
  Z: 'Write %z, since names of zones are ambiguous',
}

/** `2026-11-20T12:29:06.216+01:00` (ISO 8601, RFC 3339); `Z` for UTC. */
export function isoPattern(utc: boolean): Pattern {
  const second = compileSecond('-%m-%dT%H:%M:%S.')
  const zone: Print = utc ? () => 'Z' : ({ offset }) => printOffset(offset, ':')
  return { parts: [(time) => isoYear(time.year) + second(time), zone], digits: 3 }
}

/** `[20/Nov/2026:11:29:26 +0000]`, the text of `%(t)s`. */
export function clfPattern(): Pattern {
  return { parts: [compileSecond('[%d/%b/%Y:%T %z]')], digits: 3 }
}

/**
 * Compiles a pattern; `place` says where it stands in the format. Throws an `OptionError`
 * 'bad-format' that shows the column of a letter that is none.
 */
export function compilePattern(pattern: string, place: Required<OptionErrorPlace>): Pattern {
  const parts: Print[] = []
  let prints: Print[] = []
  for (const { literal, letter, index } of tokensOf(pattern)) {
    if (letter === FRACTION) {
      parts.push(sequence(prints))
      prints = []
    } else if (letter === undefined) {
      prints.push(() => literal)
    } else if (Object.hasOwn(directives, letter)) {
      prints.push(compileDirective(letter))
    } else {
      throw unknownLetter(letter, { ...place, index: place.index + index })
    }
  }
  return { parts: [...parts, sequence(prints)], digits: 6 }
}

interface Token {
  readonly literal: string
  /** What stands behind a `%`, perhaps nothing. */
  readonly letter: string | undefined
  readonly index: number
}

function tokensOf(pattern: string): readonly Token[] {
  return [...pattern.matchAll(/[^%]+|%(.?)/gsu)].map((match) => ({
    literal: match[0],
    letter: match[1],
    index: match.index,
  }))
}

/** A pattern of ours, without a fraction. */
function compileSecond(pattern: string): Print {
  return sequence(
    tokensOf(pattern).map(({ literal, letter }) =>
      letter === undefined ? () => literal : compileDirective(letter),
    ),
  )
}

function compileDirective(letter: string): Print {
  const directive = directives[letter]
  return typeof directive === 'function' ? directive : compileSecond(String(directive))
}

function sequence(prints: readonly Print[]): Print {
  return (time) => prints.map((print) => print(time)).join('')
}

function unknownLetter(letter: string, place: OptionErrorPlace): OptionError {
  const reason =
    letter === '' ? '"%" ends the pattern' : `${show(`%${letter}`)} prints no time here`
  const known = `Known are % and one of ${directiveLetters.join(' ')}`
  return new OptionError('bad-format', reason, remedies[letter] ?? known, place)
}

/** Years outside 0000-9999 have a sign and six digits, as in ECMA-262 21.4.1.32. */
function isoYear(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, '0')
  return `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`
}

function printOffset(offset: number, colon: string): string {
  const size = Math.abs(offset)
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${colon}${two(size % 60)}`
}

const DAY_MS = 86_400_000

function dayOfYear({ year, month, day }: WallTime): number {
  // Date.UTC takes the years 0-99 for 1900-1999; the calendar repeats itself after 400 years.
  const like = 2000 + (((year % 400) + 400) % 400)
  return (Date.UTC(like, month, day) - Date.UTC(like, 0, 0)) / DAY_MS
}

function words(text: string): readonly string[] {
  return text.split(' ')
}

function long(names: readonly string[], index: number): string {
  return String(names[index])
}

function short(names: readonly string[], index: number): string {
  return long(names, index).slice(0, 3)
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
