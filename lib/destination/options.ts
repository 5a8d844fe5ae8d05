// How the options of a destination are checked.

import type { DestinationOptions } from '../../types/destination.ts'
import { OptionError, show } from '../errors.ts'

/** The names of `DestinationOptions`. */
export const destinationOptions: readonly string[] = ['maxBufferedBytes', 'onError']

/** About 40,000 lines: eight seconds of 5,000 requests a second. */
const DEFAULT_BUFFERED_BYTES = 8 * 1024 * 1024
/** The longest line that Node's header limit lets a client cause by itself fits several times. */
const MIN_BUFFERED_BYTES = 64 * 1024
const MAX_BUFFERED_BYTES = 1024 ** 3

export interface CheckedOptions {
  readonly maxBufferedBytes: number
  readonly onError: DestinationOptions['onError']
}

/** The options that all destinations have. */
export function readDestinationOptions(given: Readonly<Record<string, unknown>>): CheckedOptions {
  return {
    maxBufferedBytes: checkRange('maxBufferedBytes', given.maxBufferedBytes, {
      from: MIN_BUFFERED_BYTES,
      to: MAX_BUFFERED_BYTES,
      fallback: DEFAULT_BUFFERED_BYTES,
    }),
    onError: checkListener('onError', given.onError),
  }
}

/** A whole number in a range. */
export function checkRange(
  option: string,
  value: unknown,
  { from, to, fallback }: Readonly<Record<'from' | 'to' | 'fallback', number>>,
): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) {
    return value
  }
  throw new OptionError(
    'wrong-type',
    `${show(value)} is no whole number from ${from} to ${to}`,
    'Write a number, without quotes',
    { option, input: value },
  )
}

/** One of some words; those of lower case may be given in any. */
export function checkWord<const Word extends string>(
  option: string,
  value: unknown,
  words: readonly Word[],
): Word | undefined {
  if (value === undefined) return undefined
  const lower = typeof value === 'string' ? value.toLowerCase() : value
  const found = words.find((word) => word === value || word === lower)
  if (found !== undefined) return found
  throw new OptionError(
    'wrong-type',
    `${show(value)} is none of the known words`,
    `Write one of ${words.join(', ')}`,
    { option, input: value },
  )
}

/** Text with something in it. */
export function checkText(option: string, value: unknown, fallback: string): string {
  if (value === undefined) return fallback
  if (typeof value === 'string' && value !== '') return value
  throw new OptionError('wrong-type', `${show(value)} is no text`, 'Write a name in quotes', {
    option,
    input: value,
  })
}

function checkListener(option: string, value: unknown): DestinationOptions['onError'] {
  if (value === undefined) return undefined
  if (typeof value === 'function') return (error) => Reflect.apply(value, undefined, [error])
  throw new OptionError('wrong-type', `${show(value)} is no function`, 'Give (error) => { ... }', {
    option,
    input: value,
  })
}
