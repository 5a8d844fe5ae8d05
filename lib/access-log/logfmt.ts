// The format `logfmt`: the fields of a record as key=value, separated by blanks.

import type { AccessLogFormat } from '../../types/access-log.ts'
import { jsonText } from './json.ts'
import type { Field, FieldValue } from './structured.ts'

// White space and controls of every kind, lone surrogates, and what means something to a reader.
const NEEDS_QUOTES = /[\s\x00-\x1f\x7f-\x9f"=\\\ud800-\udfff]/u

/** Compiles fields to a line; what is absent is left out. */
export function compileLogfmt(fields: readonly Field[]): AccessLogFormat {
  return (record) => {
    let line = ''
    for (const { name, read } of fields) {
      const value = read(record)
      if (value !== undefined) line += `${line === '' ? '' : ' '}${name}=${logfmtValue(value)}`
    }
    return line
  }
}

/**
 * A list is joined with commas. Readers of logfmt take quoted text for JSON's (go-logfmt and what
 * is built on it refuse a line with `\x1b` in it), so that here controls are `\u001b`.
 */
function logfmtValue(value: Exclude<FieldValue, undefined>): string {
  const text = typeof value === 'object' ? value.join(',') : String(value)
  return text === '' || NEEDS_QUOTES.test(text) ? jsonText(text) : text
}
