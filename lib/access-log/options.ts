// How lines are made, as options: their names, and what is no option at all.

import { OptionError, show } from '../errors.ts'
import { checkOptions } from '../options.ts'

/** The options of a format. */
export const formatOptionNames: readonly string[] = [
  'escape',
  'timezone',
  'requestHeaders',
  'responseHeaders',
  'redact',
  'maskAddress',
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

/** A header's name is a token (RFC 9110 5.1). */
const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/

/** A list of header names in lower case, each once. */
export function readHeaderNames(option: string, names: unknown): readonly string[] {
  if (names === undefined) return []
  if (Array.isArray(names) && names.every(isToken)) {
    return [...new Set(names.map((name) => name.toLowerCase()))]
  }
  throw new OptionError(
    'wrong-type',
    `${show(names)} is no list of header names`,
    "Write a list such as ['referer', 'x-request-id']",
    { option, input: names },
  )
}

function isToken(name: unknown): name is string {
  return typeof name === 'string' && TOKEN.test(name)
}
