// Formats: from a name or gunicorn's access_log_format to a function that makes lines of records.

import type { AccessLogFormat, AccessRecord, FormatOptions } from '../../types/access-log.ts'
import { OptionError } from '../errors.ts'
import { MISSING, missing } from './atom.ts'
import { compileConversion, isPlain, pad } from './conversion.ts'
import { compileEscape, compileSourceEscape } from './escape.ts'
import { compileJson } from './json.ts'
import { isSource, layOut, readFormat, type Slot } from './layout.ts'
import { compileLine, gather, type Print, type Printer } from './line.ts'
import { compileLogfmt } from './logfmt.ts'
import { checkFormatOptions, readEscape } from './options.ts'
import { compilePrivacy } from './privacy.ts'
import { compileQuickLine } from './quick.ts'
import { compileFields, type Field } from './structured.ts'

/** What prints the fields of a structured format. */
const printers: Readonly<Record<string, (fields: readonly Field[]) => AccessLogFormat>> = {
  json: compileJson,
  logfmt: compileLogfmt,
}

/**
 * Compiles a named format (`gunicorn`, `common`, `combined`, `proxied`, `json`, `logfmt`) or a
 * gunicorn `access_log_format`. Throws an `OptionError`, for a mistake in the format 'bad-format' with its
 * column; the compiled format never throws.
 */
export function compileAccessLog(format: string, options: FormatOptions = {}): AccessLogFormat {
  checkFormatOptions(options)
  const source = readFormat(format)
  const exact = readEscape(options.escape) === 'exact'
  const privacy = compilePrivacy(options)
  const compile = Object.hasOwn(printers, source) ? printers[source] : undefined
  if (compile !== undefined) {
    if (exact) throw notExact(source)
    return compile(compileFields(options, privacy))
  }
  refuseHeaders(options)
  const line = gather(layOut(source, options.timezone, privacy), (slot) => {
    if (slot.atom === missing && isPlain(slot.placeholder)) return MISSING
    return exact ? compileExact(slot) : compileSafe(slot)
  })
  const sure = compileLine(line)
  if (exact) return sure
  const quick = compileQuickLine(line)
  return (record) => quick(record) ?? sure(record)
}

/** Byte for byte as gunicorn: the quote is escaped, and nothing else, before it formats. */
function compileExact({ placeholder, atom: { ours, read } }: Slot): Printer {
  const convert = compileConversion(placeholder)
  if (ours) return { print: (record) => convert(read(record)) }
  return { print: (record) => convert(String(read(record)).replaceAll('"', '\\"')) }
}

/**
 * Cut first, then escape, then fill: a cut through an escape would let the value out of its column.
 */
function compileSafe(slot: Slot): Printer {
  const {
    placeholder,
    atom: { ours, read },
  } = slot
  // A number that is printed as a character may be a newline.
  if (ours && placeholder.conversion !== 'c') {
    const convert = compileConversion(placeholder)
    return { print: (record) => convert(read(record)) }
  }
  const escapeText = isSource(placeholder)
    ? compileSourceEscape(slot.column, slot.separators)
    : compileEscape(slot.column, endsBesides(slot))
  const empty = placeholder.key === 'h' ? MISSING : ''
  const convert = compileConversion({ ...placeholder, width: undefined })
  const print: Print = (record) => {
    const value = read(record)
    return pad(escapeText(convert(value === '' ? empty : value)), placeholder)
  }
  return { print, escapeText: isPlain(placeholder) ? escapeText : undefined }
}

/** Readers take the first bracket of a line for the beginning of the time; the user stands before it. */
function endsBesides({ placeholder, column, separators }: Slot): string {
  return placeholder.key === 'u' && column === 'bare' ? `${separators}[` : separators
}

/** Headers are fields where a format has fields; elsewhere they are atoms. */
function refuseHeaders({ requestHeaders, responseHeaders }: FormatOptions): void {
  if (requestHeaders !== undefined) throw contradiction('requestHeaders', '%({name}i)s')
  if (responseHeaders !== undefined) throw contradiction('responseHeaders', '%({name}o)s')
}

function notExact(format: string): OptionError {
  return new OptionError(
    'contradiction',
    `gunicorn has no format ${format}`,
    `Leave escape out: ${format} escapes in its own way`,
    { option: 'accessLog.escape', input: 'exact' },
  )
}

function contradiction(option: string, atom: string): OptionError {
  return new OptionError(
    'contradiction',
    'the format has no fields to add headers to',
    `Write ${atom} in the format, or format: 'json'`,
    { option: `accessLog.${option}` },
  )
}

/** Formats are remembered up to this many for the same options; a program has a handful. */
const MAX_REMEMBERED = 100

/** By the options object itself: to compare what is in it would cost more than a line. */
const remembered = new WeakMap<FormatOptions, Map<string, AccessLogFormat>>()
const noOptions: FormatOptions = Object.freeze({})

/**
 * The line of a record, without a newline. The format is compiled on its first use and remembered for
 * as long as the options object is, so keep one; the oldest of more than 100 is forgotten. Throws an
 * `OptionError` for a wrong format or option.
 */
export function formatAccessLog(
  record: AccessRecord,
  format = 'gunicorn',
  options: FormatOptions = noOptions,
): string {
  const known = remembered.get(options)?.get(format)
  return (known ?? remember(format, options))(record)
}

function remember(format: string, options: FormatOptions): AccessLogFormat {
  const compiled = compileAccessLog(format, options)
  const formats = remembered.get(options) ?? new Map<string, AccessLogFormat>()
  remembered.set(options, formats)
  const [oldest] = formats.keys()
  if (oldest !== undefined && formats.size >= MAX_REMEMBERED) formats.delete(oldest)
  formats.set(format, compiled)
  return compiled
}
