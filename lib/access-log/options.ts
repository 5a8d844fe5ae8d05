// How lines are made, as options: their names, and what is no option at all.

import { OptionError, show } from '../errors.ts'
import { checkOptions } from '../options.ts'

/** The options of a format. */
export const formatOptionNames: readonly string[] = [
  'escape',
  'timezone',
  'requestHeaders',
  'responseHeaders',
]

/** Throws an `OptionError` for what is no options object, and for an option that does not exist. */
export function checkFormatOptions(options: unknown): void {
  checkOptions(options, formatOptionNames, 'options')
}

export function readEscape(mode: unknown): 'safe' | 'exact' {
  if (mode === undefined || mode === 'safe') return 'safe'
  if (mode === 'exact') return 'exact'
  throw new OptionError(
    'wrong-type',
    `${show(mode)} is no way to escape`,
    "Write 'safe' or 'exact'",
    { option: 'accessLog.escape', input: mode },
  )
}
