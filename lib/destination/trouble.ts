// What an operator hears of a destination in trouble: each kind at most once a minute, and no request.

import type { DestinationError, DestinationOptions } from '../../types/destination.ts'
import { tellSafely } from '../tell.ts'

export interface Trouble {
  /** Tells of an error. */
  tell(error: unknown): void
  /** Counts lines that are given up, and tells when that begins. */
  drop(lines: number): void
  /** Lines are taken again: tells how many were given up meanwhile. */
  recovered(): void
  readonly dropped: number
}

const QUIET_MILLIS = 60_000

/** `name` says which destination it is. */
export function createTrouble(
  name: string,
  onError: DestinationOptions['onError'] = warn,
  quietMillis: number = QUIET_MILLIS,
): Trouble {
  const told = new Map<string, number>()
  let dropped = 0
  let before: number | undefined

  function tell(code: string, reason: string, cause?: unknown): void {
    const now = performance.now()
    const last = told.get(code)
    if (last !== undefined && now - last < quietMillis) return
    told.set(code, now)
    const error = Object.assign(new Error(`${name}: ${reason}`, { cause }), { code })
    tellSafely(onError, error, () => warn(error))
  }

  return {
    tell(error) {
      const code = codeOf(error)
      tell(code, reasonOf(error), error)
    },
    drop(lines) {
      if (lines === 0) return
      if (before === undefined) {
        before = dropped
        tell('DROPPING_LINES', 'lines are dropped from now on')
      }
      dropped += lines
    },
    recovered() {
      if (before === undefined) return
      const lines = dropped - before
      before = undefined
      tell('DROPPED_LINES', `${lines} lines were dropped, ${dropped} in all; now it takes lines`)
    },
    get dropped() {
      return dropped
    },
  }
}

/** What was caught, in words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The code of an error of the system. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'UNKNOWN'
}

function warn({ message, code }: DestinationError): void {
  process.emitWarning(message, { type: 'AccessLogWarning', code })
}
