// What a line needs of a response that costs each request something to find out.

import type { AccessLogOptions } from '../../types/access-log.ts'
import { structuredFormats } from './formats.ts'
import { readFormat } from './layout.ts'
import { parsePercent } from './percent.ts'

/** What is to be found out of each response. */
export interface Wanted {
  /** The headers that the application sets. */
  readonly headers: boolean
  /** How long the response takes, and its first byte. */
  readonly times: boolean
}

/** `%({name}o)s` */
const HEADER = /^\{.*\}o$/is
/** The letters that print a duration. */
const durations: readonly string[] = ['T', 'D', 'M', 'L']

function isTime(key: string): boolean {
  return durations.includes(key) || key.toLowerCase() === '{first_byte}x'
}

/** What the lines of a log need, and what decides whether there is one. Throws as the format does. */
export function wantedBy(
  format: string,
  { skip, sample, responseHeaders }: AccessLogOptions = {},
): Wanted {
  // It may look at anything.
  if (skip !== undefined) return { headers: true, times: true }
  const source = readFormat(format)
  if (structuredFormats.includes(source)) {
    return { headers: responseHeaders !== undefined, times: true }
  }
  const keys = parsePercent(source).flatMap((piece) => (typeof piece === 'string' ? [] : piece.key))
  return {
    headers: keys.some((key) => HEADER.test(key)),
    times: sample !== undefined || keys.some(isTime),
  }
}
