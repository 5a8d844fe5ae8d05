// Header fields of a record: the flat list or the object, read by name.

import type { HeaderFields } from '../../types/access-log.ts'
import { type FieldName, fieldName, isNamed } from '../context/field-name.ts'

/** The values of all lines of a header, in order. `name` is lower case. */
export function fieldValues(fields: HeaderFields | undefined, name: string): readonly string[] {
  return compileValues(name)(fields)
}

/** The same for many records. */
export function compileValues(
  name: string,
): (fields: HeaderFields | undefined) => readonly string[] {
  const wanted = fieldName(name)
  return (fields) => {
    if (fields === undefined || fields === null) return []
    return isFlat(fields) ? listed(fields, wanted) : membersOf(fields, name)
  }
}

function listed(fields: readonly string[], wanted: FieldName): readonly string[] {
  const values: string[] = []
  for (let at = 1; at < fields.length; at += 2) {
    if (isNamed(fields[at - 1], wanted) && fields[at] !== undefined) values.push(String(fields[at]))
  }
  return values
}

function membersOf(
  fields: Exclude<HeaderFields, readonly string[]>,
  name: string,
): readonly string[] {
  const values: string[] = []
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined && field.toLowerCase() === name) {
      values.push(...(typeof value === 'object' ? value.map(String) : [String(value)]))
    }
  }
  return values
}

/** Reads a header; undefined where there is none. */
export type ReadField = (fields: HeaderFields | undefined) => string | undefined

/** All lines of a header, joined by commas without a blank. `name` is lower case. */
export function compileJoined(name: string): ReadField {
  return compileRead(name, (values) => (values.length > 1 ? values.join(',') : values[0]))
}

/** The last line of a header. `name` is lower case. */
export function compileLast(name: string): ReadField {
  return compileRead(name, (values) => values.at(-1))
}

/** Nearly every header has one line or none, and then there is no list of values. */
function compileRead(
  name: string,
  choose: (values: readonly string[]) => string | undefined,
): ReadField {
  const wanted = fieldName(name)
  return (fields) => {
    if (fields === undefined || fields === null) return undefined
    if (!isFlat(fields)) return choose(membersOf(fields, name))
    let only: string | undefined
    for (let at = 1; at < fields.length; at += 2) {
      if (!isNamed(fields[at - 1], wanted) || fields[at] === undefined) continue
      if (only !== undefined) return choose(listed(fields, wanted))
      only = String(fields[at])
    }
    return only
  }
}

export function isFlat(fields: HeaderFields): fields is readonly string[] {
  return Array.isArray(fields)
}
