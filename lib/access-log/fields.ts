// Header fields of a record: the flat list or the object, read by name.

import type { HeaderFields } from '../../types/access-log.ts'

/** The values of all lines of a header, in order. `name` is lower case. */
export function fieldValues(fields: HeaderFields | undefined, name: string): readonly string[] {
  if (fields === undefined || fields === null) return []
  const values: string[] = []
  if (isFlat(fields)) {
    for (let index = 0; index + 1 < fields.length; index += 2) {
      const field = fields[index]
      const value = fields[index + 1]
      if (field?.length === name.length && value !== undefined && field.toLowerCase() === name) {
        values.push(String(value))
      }
    }
    return values
  }
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined && field.toLowerCase() === name) {
      values.push(...(typeof value === 'object' ? value.map(String) : [String(value)]))
    }
  }
  return values
}

function isFlat(fields: HeaderFields): fields is readonly string[] {
  return Array.isArray(fields)
}
