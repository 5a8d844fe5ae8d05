// What an atom is: one value that a line can name, ready to be read from a record.

import type { AccessRecord } from '../../types/access-log.ts'

/** One atom, ready to be read. */
export interface Atom {
  readonly kind: 'text' | 'number'
  /** No part of it can come from a client, so that nothing needs escaping. */
  readonly ours: boolean
  /** The value of an atom of kind number is text only where there is no number: a dash. */
  readonly read: (record: AccessRecord) => string | number
}

/** What gunicorn prints for an atom that has no value, or does not exist. */
export const MISSING = '-'
export const missing: Atom = { kind: 'text', ours: true, read: () => MISSING }

export function text(read: (record: AccessRecord) => string): Atom {
  return { kind: 'text', ours: false, read }
}

export function ours(read: (record: AccessRecord) => string): Atom {
  return { kind: 'text', ours: true, read }
}

export function number(read: (record: AccessRecord) => number): Atom {
  return { kind: 'number', ours: true, read }
}

/** A number that a record may lack. */
export function maybeNumber(read: (record: AccessRecord) => number | undefined): Atom {
  return { kind: 'number', ours: true, read: (record) => read(record) ?? MISSING }
}
