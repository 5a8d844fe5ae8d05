// What an operator hears of lists in trouble: each kind of each list at most once a minute.

import type { NetworksError } from '../../types/networks.ts'
import { OptionError } from '../errors.ts'
import { tellSafely } from '../tell.ts'

const QUIET_MILLIS = 60_000

/** A function that tells of a list, at its path. It never throws, whatever the listener does. */
export function createTell(
  onError: (error: NetworksError) => void = warn,
  quietMillis: number = QUIET_MILLIS,
): (path: string, error: NetworksError) => void {
  const told = new Map<string, number>()
  return (path, error) => {
    const kind = `${error.code} ${path}`
    const now = performance.now()
    const last = told.get(kind)
    if (last !== undefined && now - last < quietMillis) return
    told.set(kind, now)
    tellSafely(onError, error, () => warn(error))
  }
}

/** Whatever was thrown, as an error with a code. */
export function errorOf(thrown: unknown): NetworksError {
  if (thrown instanceof OptionError) return thrown
  return Object.assign(new Error(String(thrown), { cause: thrown }), { code: 'UNKNOWN' })
}

function warn({ message, code }: NetworksError): void {
  process.emitWarning(message, { type: 'NetworksWarning', code })
}
