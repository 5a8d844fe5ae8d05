// Which requests have a line at all: `skip` and `sample`.

import type { AccessLogOptions, AccessRecord, SampleOptions } from '../../types/access-log.ts'
import { OptionError, show } from '../errors.ts'
import { checkFunction, checkOptions } from '../options.ts'

/** Whether a record has its line. It never throws. */
export type Selection = (record: AccessRecord) => boolean

/** The options of a selection. */
export const selectionOptionNames: readonly string[] = ['skip', 'sample']

/** Compiles both; what `skip` leaves out is not counted by `sample`. Throws an `OptionError`. */
export function compileSelection({ skip, sample }: AccessLogOptions): Selection {
  const isSkipped = compileSkip(skip)
  const isSampled = compileSample(sample)
  return (record) => !isSkipped(record) && isSampled(record)
}

function compileSkip(skip: AccessLogOptions['skip']): Selection {
  const leavesOut = checkFunction('accessLog.skip', skip)
  if (leavesOut === undefined) return () => false
  let warned = false
  return (record) => {
    try {
      // Nothing else that is true: the promise of an async function would leave out every line.
      return leavesOut(record) === true
    } catch (error) {
      if (!warned) {
        warned = true
        process.emitWarning(
          `accessLog.skip threw, and will not be heard of again: ${reasonOf(error)}`,
          'HopwiseWarning',
        )
      }
      return false
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : show(error)
}

/** The first status that tells of an error (RFC 9110 15.5). */
const FIRST_ERROR = 400
const MICROS_PER_MILLI = 1000
const DEFAULT_SLOW_MILLIS = 1000

/**
 * Errors and slow requests, and of the others each the same distance from the last: counted, and not
 * drawn from anything that a client sends, or he could choose requests that are never logged.
 */
function compileSample(sample: SampleOptions | undefined): Selection {
  if (sample === undefined) return () => true
  const given = checkOptions(sample, ['ratio', 'slowMillis'], 'accessLog.sample')
  const ratio = readNumber('ratio', given.ratio, 1, '0.1')
  const slowMicros =
    MICROS_PER_MILLI *
    readNumber(
      'slowMillis',
      given.slowMillis === undefined ? DEFAULT_SLOW_MILLIS : given.slowMillis,
      Number.MAX_VALUE,
      '1000',
    )
  let owed = 0
  return ({ status, outcome, durationMicros }) => {
    if (!(Number(status) < FIRST_ERROR) || outcome !== 'complete') return true
    if (!(durationMicros < slowMicros)) return true
    owed += ratio
    if (owed < 1) return false
    owed -= 1
    return true
  }
}

/** A number from 0 to `max`. */
function readNumber(name: string, value: unknown, max: number, example: string): number {
  if (typeof value === 'number' && value >= 0 && value <= max) return value
  const range = max === Number.MAX_VALUE ? 'of at least 0' : `from 0 to ${max}`
  throw new OptionError(
    'wrong-type',
    `${show(value)} is no number ${range}`,
    `Write ${name}: ${example}`,
    { option: `accessLog.sample.${name}`, input: value },
  )
}
