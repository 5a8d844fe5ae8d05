// The time of a line, made anew only when it changes.

import { clfPattern, type Pattern } from './strftime.ts'
import { compileZone, localOffset, type Timezone } from './zone.ts'

/** Prints a time. */
export type Clock = (time: Date) => string

/** Printed for a Date that is none. */
const NO_TIME = '[-]'

/**
 * Compiles a time zone and a pattern to a function that never throws; a Date that is none prints
 * `none`. Its text is made anew when the second changes, or the offset (TZ may be set while the
 * process runs). Throws an `OptionError` 'bad-timezone' for a zone that this Node.js does not know.
 */
export function compileClock(
  timezone: Timezone = 'local',
  { parts, digits }: Pattern = clfPattern,
  none: string = NO_TIME,
): Clock {
  const wallTime = compileZone(timezone)
  const offsetOf = timezone === 'local' ? localOffset : () => 0
  const fraction = digits === 3 ? fractionOf : (millis: number) => `${fractionOf(millis)}000`
  let second = Number.NaN
  let offset = 0
  let texts: readonly string[] = []
  let whole = ''
  return (time) => {
    const millis = time.getTime()
    const now = Math.floor(millis / 1000)
    if (Number.isNaN(now)) return none
    const nowOffset = offsetOf(time)
    if (now !== second || nowOffset !== offset) {
      second = now
      offset = nowOffset
      const wall = wallTime(time)
      texts = parts.map((print) => print(wall))
      whole = texts.join('')
    }
    return parts.length === 1 ? whole : texts.join(fraction(millis - now * 1000))
  }
}

function fractionOf(millis: number): string {
  return String(millis).padStart(3, '0')
}
