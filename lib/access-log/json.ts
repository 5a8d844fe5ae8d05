// The format `json`: a record as one JSON object (RFC 8259) that is one line for any reader.

import type { AccessLogFormat } from '../../types/access-log.ts'
import { needsEscape, rewrite, unicodeEscape } from './escape.ts'
import type { Field, FieldValue } from './structured.ts'

/** Compiles fields to an object with one member each; what is absent is left out. */
export function compileJson(fields: readonly Field[]): AccessLogFormat {
  const members = fields.map(({ name, read }) => ({ key: `${jsonText(name)}:`, read }))
  return (record) => {
    let line = ''
    for (const { key, read } of members) {
      const value = read(record)
      if (value !== undefined) line += `${line === '' ? '{' : ','}${key}${jsonValue(value)}`
    }
    return line === '' ? '{}' : `${line}}`
  }
}

function jsonValue(value: Exclude<FieldValue, undefined>): string {
  if (typeof value === 'string') return jsonText(value)
  return typeof value === 'number' ? String(value) : `[${value.map(jsonText).join(',')}]`
}

// Allowed in JSON as they are, but controls and line ends to some readers.
const LEFT_OVER = /[\x7f-\x9f\u2028\u2029]/

/** Text in quotes; besides what JSON escapes, DEL, C1, U+2028 and U+2029 are `\uhhhh`. */
export function jsonText(text: string): string {
  if (!needsEscape.test(text)) return `"${text}"`
  const json = JSON.stringify(text)
  return LEFT_OVER.test(json) ? rewrite(json, escapeLeftOver) : json
}

/** Those of DEL and the C1 controls, made once: an attacker may send thousands of them. */
const sequences: readonly (string | undefined)[] = Array.from({ length: 0xa0 }, (_, code) =>
  code < 0x7f ? undefined : unicodeEscape(code),
)

function escapeLeftOver(text: string, index: number): string | undefined {
  const code = text.charCodeAt(index)
  if (code < sequences.length) return sequences[code]
  return code === 0x2028 || code === 0x2029 ? unicodeEscape(code) : undefined
}
