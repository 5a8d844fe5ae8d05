// What a line does not say: which rewriting each value needs, decided once, when a format is compiled.

import type { FormatOptions, MaskOptions, RedactOptions } from '../../types/access-log.ts'
import { decodePath } from '../context/target.ts'
import { OptionError, show } from '../errors.ts'
import { checkOptions } from '../options.ts'
import { addressHeaderNames } from '../trust/headers.ts'
import { compileMask, type Mask } from './mask.ts'
import { readHeaderNames } from './options.ts'
import { compileParameters } from './parameters.ts'
import { asIs, type Rewrite, redactAll } from './redacted.ts'
import { mayHoldUserInfo, redactUrlsWithin, redactUserInfo } from './user-info.ts'

/** How each kind of value is rewritten before it is printed. */
export interface Privacy {
  /** A URL, a request target or a path as sent. */
  readonly url: Rewrite
  /** A path that was decoded: no `?` in it begins a query. */
  readonly path: Rewrite
  /** A query without its `?`. */
  readonly query: Rewrite
  /** One address, or what stands in its place. */
  readonly address: Rewrite
  readonly userAgent: Rewrite
  /** A header of the request or the response, by its lower-case name. */
  readonly header: (name: string) => Rewrite
  /** A variable that the environ of a record adds, by its lower-case name. */
  readonly variable: (name: string) => Rewrite
  /** Whether credentials without a colon, perhaps a bare token, may be printed as the user. */
  readonly bareUser: boolean
}

/** Everything as it is. */
export const openPrivacy: Privacy = {
  url: asIs,
  path: asIs,
  query: asIs,
  address: asIs,
  userAgent: asIs,
  header: () => asIs,
  variable: () => asIs,
  bareUser: true,
}

/** Headers that hold nothing but a secret (RFC 9110 11, RFC 6265). */
const secretHeaders: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
]

/** Headers whose whole value is a URL, the target or the authority of one, or begins with it. */
const urlHeaders: ReadonlySet<string> = new Set([
  ...['referer', 'origin', 'host', ':authority', ':path', 'destination'],
  ...['location', 'content-location', 'refresh', 'link'],
  ...['x-forwarded-host', 'x-forwarded-uri', 'x-forwarded-url', 'x-original-host'],
  ...['x-original-uri', 'x-original-url', 'x-rewrite-url'],
])

/** Variables that hold the target or a part of it; all that begin with HTTP_ are headers. */
const urlVariables: ReadonlySet<string> = new Set(['raw_uri', 'request_uri'])
const pathVariables: ReadonlySet<string> = new Set(['path_info', 'path_translated', 'script_name'])
const addressVariables: ReadonlySet<string> = new Set(['remote_addr', 'remote_host'])

/** `exact` is for comparing two servers, and hides only what it is asked to. */
export function compilePrivacy(options: FormatOptions): Privacy {
  const { redact, maskAddress } = options
  const off = redact === false || (redact === undefined && options.escape === 'exact')
  const { names, parameters } = readRedact(redact === false ? {} : redact)
  const mask = readMask(maskAddress)
  const url = off ? asIs : compileUrl(parameters)
  const path: Rewrite = (text) =>
    mayHoldUserInfo(text) ? decodePath(url(text.replace(/[%?#]/g, encodeURIComponent))) : text
  const query: Rewrite = (text) =>
    mayHoldUserInfo(text) || parameters.length > 0 ? url(`?${text}`).slice(1) : text
  const header = (name: string): Rewrite => {
    const plain = dashed(name)
    if (!off && names.has(plain)) return redactAll
    const masked = mask?.headers.get(plain)
    if (masked !== undefined || off) return masked ?? asIs
    return urlHeaders.has(plain) ? url : redactUrlsWithin
  }
  const address = mask?.address ?? asIs
  return {
    url,
    path: off ? asIs : path,
    query: off ? asIs : query,
    address,
    userAgent: header('user-agent'),
    header,
    variable(name) {
      if (addressVariables.has(name)) return address
      if (name.startsWith('http_')) return header(name.slice('http_'.length))
      if (off) return asIs
      if (name === 'query_string') return query
      if (pathVariables.has(name)) return path
      return urlVariables.has(name) ? url : redactUrlsWithin
    },
    bareUser: off || !names.has('authorization'),
  }
}

/** User info goes first: it may hold what looks like a parameter, and no name of one holds an `@`. */
function compileUrl(parameters: readonly string[]): Rewrite {
  if (parameters.length === 0) return redactUserInfo
  const hideParameters = compileParameters(parameters)
  const redact = (text: string): string => hideParameters(redactUserInfo(text))
  // A parameter has a value behind its equals sign.
  const mayChange = (text: string): boolean => text.includes('=') || mayHoldUserInfo(text)
  return Object.assign(redact, { mayChange })
}

/** What a header is called as a variable tells no dash from an underscore. */
function dashed(name: string): string {
  return name.replaceAll('_', '-')
}

interface Redaction {
  readonly names: ReadonlySet<string>
  readonly parameters: readonly string[]
}

function readRedact(redact: RedactOptions | undefined): Redaction {
  checkOptions(redact, ['headers', 'query', 'keep'], 'accessLog.redact')
  const { headers, query, keep } = redact ?? {}
  const more = readHeaderNames('accessLog.redact.headers', headers)
  const kept = readHeaderNames('accessLog.redact.keep', keep)
  const odd = kept.find((name) => !secretHeaders.includes(name) || more.includes(name))
  if (odd !== undefined) {
    throw new OptionError(
      'contradiction',
      more.includes(odd) ? `${odd} is in headers too` : `${odd} is printed anyway`,
      `Keep some of ${secretHeaders.join(', ')}`,
      { option: 'accessLog.redact.keep', input: keep },
    )
  }
  const names = [...secretHeaders.filter((name) => !kept.includes(name)), ...more]
  return { names: new Set(names.map(dashed)), parameters: readParameters(query) }
}

function readParameters(query: unknown): readonly string[] {
  if (query === undefined) return []
  if (Array.isArray(query) && query.every((name) => typeof name === 'string' && name !== '')) {
    return query
  }
  throw new OptionError(
    'wrong-type',
    `${show(query)} is no list of parameter names`,
    "Write a list such as ['token', 'code']",
    { option: 'accessLog.redact.query', input: query },
  )
}

interface HeaderMask extends Mask {
  /** By name, dashes only. */
  readonly headers: ReadonlyMap<string, Rewrite>
}

/** What stays by default: the network of a provider's customer, more or less. */
const DEFAULT_IPV4 = 24
const DEFAULT_IPV6 = 48

function readMask(option: MaskOptions | boolean | undefined): HeaderMask | undefined {
  if (option === undefined || option === false) return undefined
  const given = option === true ? undefined : option
  checkOptions(given, ['ipv4', 'ipv6', 'headers'], 'accessLog.maskAddress')
  const mask = compileMask({
    ipv4: readBits('ipv4', given?.ipv4, 32, DEFAULT_IPV4),
    ipv6: readBits('ipv6', given?.ipv6, 128, DEFAULT_IPV6),
  })
  const more = readHeaderNames('accessLog.maskAddress.headers', given?.headers)
  const lists = ['x-forwarded-for', ...addressHeaderNames, ...more.map(dashed)]
  const headers = new Map(lists.map((name) => [name, mask.list]))
  return { ...mask, headers: headers.set('forwarded', mask.forwarded) }
}

function readBits(name: string, value: unknown, max: number, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) {
    return value
  }
  throw new OptionError(
    'wrong-type',
    `${show(value)} is no count of bits from 0 to ${max}`,
    `Write how many leading bits stay, such as ${fallback}`,
    { option: `accessLog.maskAddress.${name}`, input: value },
  )
}
