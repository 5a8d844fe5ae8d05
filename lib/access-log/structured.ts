// The fields of the structured formats, by OpenTelemetry's names. The table is the manual.

import type { AccessRecord } from '../../types/access-log.ts'
import type { RequestContext } from '../../types/context.ts'
import { hasNoPath, splitTarget } from '../context/target.ts'
import { MISSING } from './atom.ts'
import { type Clock, compileClock } from './clock.ts'
import { compileValues } from './fields.ts'
import { readHeaderNames } from './options.ts'
import { openPrivacy, type Privacy } from './privacy.ts'
import { rewritePresent } from './redacted.ts'
import { isoPattern } from './strftime.ts'
import { timeOf } from './time.ts'
import { compileHeaderVariable, recordQuery } from './variables.ts'

/** What a field can be; undefined leaves it out. */
export type FieldValue = string | number | readonly string[] | undefined

/** One field of a structured line. */
export interface Field {
  readonly name: string
  readonly read: (record: AccessRecord) => FieldValue
}

type ReadField = (record: AccessRecord, privacy: Privacy) => FieldValue

const readUserAgent = compileHeaderVariable('user-agent')

const MICROS = 1_000_000

/**
 * The fields in their order: the attributes of an HTTP server span in OpenTelemetry's semantic
 * conventions, the time, the size, the duration, and what only we know as `hopwise.*`.
 */
const fields: Readonly<Record<string, ReadField>> = {
  /** ISO 8601 in UTC, with milliseconds. */
  timestamp,
  /** The client that trusted proxies vouch for. */
  'client.address': ofContext(({ client }, { address }) => address(client.address)),
  'client.port': ofContext(({ client }) => client.port),
  /** Who opened the connection. */
  'network.peer.address': ({ remoteAddr }, { address }) => filled(address(remoteAddr)),
  'network.peer.port': ofContext(({ peer }) => peer.port),
  /** A method of RFC 9110 or PATCH; any other is `_OTHER`, and stands in the field below. */
  'http.request.method': ({ method }) => (isKnown(method) ? method : filled(method) && OTHER),
  'http.request.method_original': ({ method }) => (isKnown(method) ? undefined : filled(method)),
  'url.scheme': ofContext(({ scheme }) => scheme),
  /** The host that the client asked for, an IPv6 address without brackets, and its port. */
  'server.address': ofContext(({ hostname }) => hostname.replace(/^\[(.*)\]$/, '$1')),
  'server.port': ofContext(({ port }) => port),
  /** As sent, not decoded. */
  'url.path': pathOf,
  'url.query': (record, privacy) => filled(recordQuery(record, privacy)),
  'network.protocol.name': ({ protocol }) => versionOf(protocol) && 'http',
  'network.protocol.version': ({ protocol }) => versionOf(protocol),
  'user_agent.original': (record, { userAgent }) =>
    rewritePresent(userAgent, readUserAgent(record)),
  /** A number, if a response was begun. */
  'http.response.status_code': ({ status }) =>
    /^\d{3}$/.test(String(status)) ? Number(status) : undefined,
  /** Bytes. */
  'http.response.body.size': ({ bytes }) => finite(bytes),
  /** Seconds. */
  'http.server.request.duration': ({ durationMicros }) => finite(durationMicros / MICROS),
  /** Seconds. */
  'hopwise.time_to_first_byte': ({ firstByteMicros = Number.NaN }) =>
    finite(firstByteMicros / MICROS),
  'hopwise.outcome': ({ outcome }) => outcome,
  /** The codes, if there are any. */
  'hopwise.problems': ofContext(({ problems }) => problems.map(({ code }) => code)),
}

/** The names of all fields but those of headers. */
export const fieldNames: readonly string[] = Object.keys(fields)

const headerFields = {
  requestHeaders: 'http.request.header.',
  responseHeaders: 'http.response.header.',
} as const

/** Which headers to print besides; both lists may be left out. */
export type HeaderOptions = Readonly<Partial<Record<keyof typeof headerFields, unknown>>>

/** The fields of the table, then those of the headers that were asked for: lists, a line each. */
export function compileFields(
  options: HeaderOptions,
  privacy: Privacy = openPrivacy,
): readonly Field[] {
  const all = Object.entries(fields).map(([name, read]) => ({
    name,
    read: (record: AccessRecord) => read(record, privacy),
  }))
  return [
    ...all,
    ...compileHeaders(options, 'requestHeaders', privacy),
    ...compileHeaders(options, 'responseHeaders', privacy),
  ].map(({ name, read }) => ({ name, read: guard(read) }))
}

/** A record may be made by hand: a value of another type is printed as text, or left out. */
function guard(read: (record: AccessRecord) => unknown): Field['read'] {
  return (record) => {
    try {
      return fieldValue(read(record))
    } catch {
      return undefined
    }
  }
}

function fieldValue(value: unknown): FieldValue {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') return finite(value)
  return Array.isArray(value) ? value.map(String) : String(value)
}

function compileHeaders(
  options: HeaderOptions,
  side: keyof typeof headerFields,
  { header }: Privacy,
): readonly Field[] {
  return readHeaderNames(`accessLog.${side}`, options[side]).map((name) => {
    const rewrite = header(name)
    const read = compileValues(name)
    return {
      name: headerFields[side] + name,
      read: (record) => present(read(record[side]).map(rewrite)),
    }
  })
}

/** RFC 9110 9.3 and RFC 5789. */
const methods: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH'.split(' '),
)
const OTHER = '_OTHER'

function isKnown(method: string): boolean {
  return methods.has(method)
}

const versions: Readonly<Record<string, string>> = {
  'HTTP/1.0': '1.0',
  'HTTP/1.1': '1.1',
  'HTTP/2': '2',
  'HTTP/2.0': '2',
  'HTTP/3': '3',
  'HTTP/3.0': '3',
}

function versionOf(protocol: string): string | undefined {
  return Object.hasOwn(versions, protocol) ? versions[protocol] : undefined
}

/** Made when it is first asked: few programs log this way, and all of them load it. */
let utc: Clock | undefined

function timestamp(record: AccessRecord): string | undefined {
  utc ??= compileClock('UTC', isoPattern(true), MISSING)
  const text = utc(timeOf(record))
  return text === MISSING ? undefined : text
}

/** A target that names no path (`*`, authority-form) has none; nor has an absolute one without. */
function pathOf({ path, target }: AccessRecord, privacy: Privacy): string | undefined {
  if (path === undefined && hasNoPath(target)) return undefined
  return filled(path === undefined ? splitTarget(privacy.url(target)).path : privacy.path(path))
}

function ofContext(read: (context: RequestContext, privacy: Privacy) => FieldValue): ReadField {
  return ({ context }, privacy) => {
    const value = context === undefined ? undefined : read(context, privacy)
    return typeof value === 'object' ? present(value) : value === '' ? undefined : value
  }
}

function filled(text: string): string | undefined {
  return text === '' ? undefined : text
}

function present(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : values
}

function finite(number: unknown): number | undefined {
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}
