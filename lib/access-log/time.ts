// The atoms that print a time: `t`, and `{...}t` with a name or a strftime pattern in its braces.

import { isDate } from 'node:util/types'
import type { AccessRecord } from '../../types/access-log.ts'
import { nearest, OptionError, type OptionErrorPlace, show } from '../errors.ts'
import { type Atom, MISSING, number, ours, text } from './atom.ts'
import { type Clock, compileClock } from './clock.ts'
import { compilePattern, isoPattern } from './strftime.ts'
import type { Timezone } from './zone.ts'

/** What may stand in `{...}t` instead of a pattern; case counts, since it does in a pattern. */
const named: Readonly<Record<string, (timezone: Timezone | undefined) => Atom>> = {
  /** ISO 8601 with milliseconds and the zone's offset; `Z` for UTC. */
  iso: (timezone) => {
    const compile = (zone?: Timezone): Clock =>
      compileClock(zone, isoPattern(zone === 'UTC'), MISSING)
    return ours(zoned(compile, timezone))
  },
  /** Seconds and milliseconds since 1970, numbers. */
  epoch: () => number((record) => whole(timeOf(record).getTime() / 1000)),
  epoch_ms: () => number((record) => whole(timeOf(record).getTime())),
}

/** The names that `{...}t` takes. */
export const timeNames: readonly string[] = Object.keys(named)

/** `t`: `[20/Nov/2026:11:29:06 +0000]`, brackets included. */
export function timeAtom(timezone: Timezone | undefined): Atom {
  return ours(zoned(compileClock, timezone))
}

/** `{name}t` or `{pattern}t`; `place` is that of the first character in the braces. */
export function patternAtom(
  name: string,
  timezone: Timezone | undefined,
  place: Required<OptionErrorPlace>,
): Atom {
  const compile = Object.hasOwn(named, name) ? named[name] : undefined
  if (compile !== undefined) return compile(timezone)
  if (!name.includes('%')) throw noPattern(name, place)
  const pattern = compilePattern(name, place)
  // What a pattern holds besides its letters is escaped for its column like any value.
  return text(zoned((zone) => compileClock(zone, pattern, MISSING), timezone))
}

/** The zones that records bring along are remembered up to this many. */
const MAX_CLOCKS = 100

/** A zone of the record wins over the format's; one that is none is ignored. */
function zoned(compile: (timezone?: Timezone) => Clock, timezone: Timezone | undefined) {
  const clock = compile(timezone)
  const clocks = new Map<string, Clock>()
  const clockOf = (zone: Timezone): Clock => {
    const known = clocks.get(zone)
    if (known !== undefined) return known
    if (clocks.size >= MAX_CLOCKS) clocks.clear()
    const compiled = tryCompile(compile, zone) ?? clock
    clocks.set(zone, compiled)
    return compiled
  }
  return (record: AccessRecord) =>
    (record.timezone === undefined ? clock : clockOf(record.timezone))(timeOf(record))
}

/** Out of JSON a time is text; what is no time at all is a Date that is none. */
export function timeOf({ time }: AccessRecord): Date {
  if (time instanceof Date || isDate(time)) return time
  return new Date(typeof time === 'number' || typeof time === 'string' ? time : Number.NaN)
}

function tryCompile(compile: (timezone: Timezone) => Clock, timezone: Timezone): Clock | undefined {
  try {
    return compile(timezone)
  } catch {
    return undefined
  }
}

function whole(number: number): number | undefined {
  return Number.isNaN(number) ? undefined : Math.floor(number)
}

function noPattern(name: string, place: OptionErrorPlace): OptionError {
  const near = nearest(name, timeNames)
  const reason = `${show(`{${name}}t`)} has no % in it, and is none of ${timeNames.join(', ')}`
  const remedy =
    near === undefined ? 'Write a pattern, as in {%Y-%m-%d}t' : `Did you mean {${near}}t?`
  return new OptionError('bad-format', reason, remedy, place)
}
