// A time zone: from a Date to what a clock on the wall shows there.

import { OptionError, show } from '../errors.ts'

/** 'local' (the process's own, from TZ), 'UTC', or a name of the IANA time zone database. */
export type Timezone = string

/** One second as a clock on the wall shows it. */
export interface WallTime {
  readonly year: number
  /** From 0. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** From 0, Sunday. */
  readonly weekday: number
  /** Minutes east of Greenwich. */
  readonly offset: number
  /** Seconds since 1970. */
  readonly epoch: number
}

/** The last millisecond that a Date can hold, and with a minus the first. */
const END_OF_TIME = 8.64e15

/**
 * Compiles a time zone. The Date must be one. Throws an `OptionError` 'bad-timezone' for a zone
 * that this Node.js does not know.
 */
export function compileZone(timezone: Timezone): (time: Date) => WallTime {
  if (timezone === 'local') return readLocal
  if (timezone === 'UTC') return (time) => readUtc(time, 0, time)
  const format = compileFormat(timezone)
  return (time) => {
    const seconds = offsetSeconds(format, time)
    const there = time.getTime() + seconds * 1000
    const shifted = new Date(Math.max(-END_OF_TIME, Math.min(there, END_OF_TIME)))
    return readUtc(shifted, Math.trunc(seconds / 60), time)
  }
}

/** Minutes east of Greenwich. */
export function localOffset(time: Date): number {
  return -time.getTimezoneOffset()
}

function readLocal(time: Date): WallTime {
  return {
    year: time.getFullYear(),
    month: time.getMonth(),
    day: time.getDate(),
    hour: time.getHours(),
    minute: time.getMinutes(),
    second: time.getSeconds(),
    weekday: time.getDay(),
    offset: localOffset(time),
    epoch: epochOf(time),
  }
}

/** `shifted` is the time whose UTC looks like the zone's, `time` the real one. */
function readUtc(shifted: Date, offset: number, time: Date): WallTime {
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth(),
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: shifted.getUTCDay(),
    offset,
    epoch: epochOf(time),
  }
}

function epochOf(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}

/** From the zone's name: `GMT`, `GMT+05:45`, or, where a zone once had seconds, `GMT-00:01:15`. */
function offsetSeconds(format: Intl.DateTimeFormat, time: Date): number {
  const names = format.formatToParts(time).filter(({ type }) => type === 'timeZoneName')
  const name = names.map(({ value }) => value).join('')
  const digits = name.replace(/\D/g, '').padEnd(6, '0')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4))
  const size = minutes * 60 + Number(digits.slice(4))
  return name.includes('-') ? -size : size
}

function compileFormat(timeZone: Timezone): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    throw new OptionError(
      'bad-timezone',
      `${show(timeZone)} is no time zone that this Node.js knows`,
      "Write 'local', 'UTC' or an IANA name such as 'Europe/Berlin'",
      { option: 'timezone', input: timeZone },
    )
  }
}
