// Several headers of a record, found in one pass over its fields.

import type { HeaderFields } from '../../types/access-log.ts'
import { type FieldName, fieldName, isNamed } from '../context/field-name.ts'
import { isFlat, type ReadField } from './fields.ts'

/** A header to be found: its name in lower case, and how it is read where it has more than one line. */
export interface WantedHeader {
  readonly name: string
  readonly read: ReadField
}

/** The values of all that are wanted, in their order. */
export type Found = readonly (string | undefined)[]

interface Candidate {
  readonly slot: number
  readonly name: FieldName
  /** Of the same length. */
  readonly next: Candidate | undefined
}

/** Compiles a list of headers to what finds their values. */
export function compileLookup(
  wanted: readonly WantedHeader[],
): (fields: HeaderFields | undefined) => Found {
  const none: Found = wanted.map(() => undefined)
  if (wanted.length === 0) return () => none
  // Few fields of a request have a name of the same length as one that is wanted.
  const byLength: (Candidate | undefined)[] = []
  const longest = Math.max(...wanted.map(({ name }) => name.length))
  for (let length = 0; length <= longest; length++) byLength.push(undefined)
  for (const [slot, { name }] of wanted.entries()) {
    const next = byLength[name.length]
    byLength[name.length] = { slot, name: fieldName(name), next }
  }
  return (fields) => {
    if (fields === undefined || fields === null || !isFlat(fields)) return readEach(wanted, fields)
    const found = none.slice()
    for (let at = 0; at < fields.length; at += 2) {
      const field = fields[at]
      if (field === undefined || field.length > longest) continue
      let candidate = byLength[field.length]
      for (; candidate !== undefined; candidate = candidate.next) {
        if (!isNamed(field, candidate.name)) continue
        const value = fields[at + 1]
        if (found[candidate.slot] !== undefined || typeof value !== 'string')
          return readEach(wanted, fields)
        found[candidate.slot] = value
      }
    }
    return found
  }
}

function readEach(wanted: readonly WantedHeader[], fields: HeaderFields | undefined): Found {
  return wanted.map(({ read }) => read(fields))
}
