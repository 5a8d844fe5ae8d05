// The time of a line, the text of `%(t)s`: `[20/Nov/2026:11:29:26 +0000]`, in English everywhere.

import { OptionError, show } from '../errors.ts'

/** 'local' (the process's own, from TZ), 'UTC', or a name of the IANA time zone database. */
export type Timezone = string

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** Printed for a Date that is none. */
const NO_TIME = '[-]'

/**
 * Compiles a time zone to a function that never throws. Its text is made anew when the second
 * changes, or the offset (TZ may be set while the process runs). Throws an `OptionError`
 * 'bad-timezone' for a zone that this Node.js does not know.
 */
export function compileClock(timezone: Timezone = 'local'): (time: Date) => string {
  const print = compilePrint(timezone)
  const offsetOf = timezone === 'local' ? localOffset : () => 0
  let second = Number.NaN
  let offset = 0
  let text = NO_TIME
  return (time) => {
    const now = Math.floor(time.getTime() / 1000)
    if (Number.isNaN(now)) return NO_TIME
    const nowOffset = offsetOf(time)
    if (now !== second || nowOffset !== offset) {
      second = now
      offset = nowOffset
      text = print(time)
    }
    return text
  }
}

function compilePrint(timezone: Timezone): (time: Date) => string {
  if (timezone === 'local') return printLocal
  if (timezone === 'UTC') return printUtc
  const format = compileFormat(timezone)
  return (time) => {
    const parts: Record<string, string> = {}
    for (const { type, value } of format.formatToParts(time)) parts[type] = value
    const { day, month, year, hour, minute, second, timeZoneName } = parts
    // Older ICUs write `GMT` for `GMT+00:00`; a zone that once had seconds is `GMT-00:01:15`, and `%z`
    // leaves these out.
    const offset = String(timeZoneName)
      .replace(/^GMT$/, 'GMT+00:00')
      .replace(/^GMT([+-]\d\d):(\d\d).*/, '$1$2')
    return `[${day}/${month}/${year}:${hour}:${minute}:${second} ${offset}]`
  }
}

function compileFormat(timeZone: Timezone): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      day: '2-digit',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    })
  } catch {
    throw new OptionError(
      'bad-timezone',
      `${show(timeZone)} is no time zone that this Node.js knows`,
      "Write 'local', 'UTC' or an IANA name such as 'Europe/Berlin'",
      { option: 'timezone', input: timeZone },
    )
  }
}

function printLocal(time: Date): string {
  const day = two(time.getDate())
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
  const offset = localOffset(time)
  const size = Math.abs(offset)
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`
  return `[${day}/${MONTHS[time.getMonth()]}/${time.getFullYear()}:${clock} ${zone}]`
}

function printUtc(time: Date): string {
  const day = two(time.getUTCDate())
  const clock = time.toISOString().slice(-13, -5)
  return `[${day}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}:${clock} +0000]`
}

/** Minutes east of Greenwich. */
function localOffset(time: Date): number {
  return -time.getTimezoneOffset()
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
