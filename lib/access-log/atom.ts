// What an atom is: one value that a line can name, ready to be read from a record.

import type { AccessRecord } from '../../types/access-log.ts'
import type { WantedHeader } from './lookup.ts'
import type { Rewrite } from './redacted.ts'

/** One atom, ready to be read. */
export interface Atom {
  readonly kind: 'text' | 'number'
  /** No part of it can come from a client, so that nothing needs escaping. */
  readonly ours: boolean
  /** The value of an atom of kind number is text only where there is no number: a dash. */
  readonly read: (record: AccessRecord) => string | number
  readonly raw?: Raw | undefined
}

/** What an atom is made of, which is its value too unless privacy changes it. */
export interface Raw {
  /** The request header that is found for `read`. */
  readonly header?: WantedHeader | undefined
  /** Text or a number is the value; where it is anything else, the atom itself must be read. */
  readonly read: (record: AccessRecord, header: string | undefined) => unknown
  readonly mayChange?: Rewrite['mayChange']
}

/** What gunicorn prints for an atom that has no value, or does not exist. */
export const MISSING = '-'
export const missing: Atom = { kind: 'text', ours: true, read: () => MISSING }

// Records may be made by hand, or come out of JSON: a value of another type is printed, or a dash.

export function text(read: (record: AccessRecord) => unknown, raw?: Raw): Atom {
  return { kind: 'text', ours: false, read: (record) => textOf(read(record)), raw }
}

export function ours(read: (record: AccessRecord) => string): Atom {
  return { kind: 'text', ours: true, read }
}

/** A dash where a record has no such number. */
export function number(read: (record: AccessRecord) => number | undefined): Atom {
  return { kind: 'number', ours: true, read: (record) => numberOf(read(record)) }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? MISSING : String(value)
}

export function numberOf(value: unknown): number | typeof MISSING {
  return typeof value === 'number' ? value : MISSING
}
