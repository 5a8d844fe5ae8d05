// Header fields of a record: the flat list or the object, read by name.

import type { HeaderFields } from '../../types/access-log.ts'

/** The values of all lines of a header, in order. `name` is lower case. */
export function fieldValues(fields: HeaderFields | undefined, name: string): readonly string[] {
  if (fields === undefined) return []
  const values: string[] = []
  if (isFlat(fields)) {
    for (let index = 0; index + 1 < fields.length; index += 2) {
      const field = fields[index]
      if (field !== undefined && field.length === name.length && field.toLowerCase() === name) {
        values.push(fields[index + 1] ?? '')
      }
    }
    return values
  }
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined && field.toLowerCase() === name) {
      values.push(...(typeof value === 'object' ? value : [String(value)]))
    }
  }
  return values
}

function isFlat(fields: HeaderFields): fields is readonly string[] {
  return Array.isArray(fields)
}
