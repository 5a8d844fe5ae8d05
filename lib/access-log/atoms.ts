// The atoms: one table of what a line can name. The table is the manual.

import type { AccessRecord, Outcome } from '../../types/access-log.ts'
import type { RequestContext } from '../../types/context.ts'
import { nearest, OptionError, type OptionErrorPlace, show } from '../errors.ts'
import { type Atom, MISSING, missing, number, numberOf, ours, type Raw, text } from './atom.ts'
import { basicUser } from './basic-auth.ts'
import { compileJoined, compileLast } from './fields.ts'
import type { WantedHeader } from './lookup.ts'
import { openPrivacy, type Privacy } from './privacy.ts'
import { asIs, type Rewrite, rewritePresent } from './redacted.ts'
import { patternAtom, timeAtom } from './time.ts'
import { compileHeaderVariable, compileVariable, recordPath, recordQuery } from './variables.ts'

const MICROS = 1_000_000

/** gunicorn's atoms. Letters are case-sensitive; `t` stands below, since it needs a clock. */
const letters: Readonly<Record<string, Atom>> = {
  /** The remote log name of RFC 1413, which nobody asks for. */
  l: missing,
  m: text(({ method }) => method),
  H: text(({ protocol }) => protocol),
  s: text(
    ({ status }) => status,
    rawOf(asIs, ({ status }) => status),
  ),
  /** Body bytes, as text and as a number. */
  b: ours(({ bytes }) => String(numberOf(bytes))),
  B: number(({ bytes }) => bytes),
  /** The duration in seconds, microseconds, milliseconds, and as seconds with a fraction. */
  T: number(({ durationMicros }) => Math.trunc(durationMicros / MICROS)),
  D: number(({ durationMicros }) => durationMicros),
  M: number(({ durationMicros }) => Math.trunc(durationMicros / 1000)),
  L: ours(
    ({ durationMicros }) =>
      `${Math.trunc(durationMicros / MICROS)}.${String(durationMicros % MICROS).padStart(6, '0')}`,
  ),
  p: ours(({ pid }) => `<${typeof pid === 'number' ? pid : process.pid}>`),
}

/** The letters that may show an address or a secret. */
const privateLetters: Readonly<Record<string, (privacy: Privacy) => Atom>> = {
  /** REMOTE_ADDR: the peer. */
  h: ({ address }) =>
    text(
      ({ remoteAddr }) => address(remoteAddr),
      rawOf(address, ({ remoteAddr }) => (remoteAddr === '' ? MISSING : remoteAddr)),
    ),
  /** The user of HTTP Basic authentication. */
  u: ({ bareUser }) =>
    text(
      (record) => userOf(record, readAuthorization(record), bareUser),
      rawOf(asIs, (record, header) => userOf(record, header, bareUser), joined('authorization')),
    ),
  /** The request line. */
  r: ({ url }) =>
    text(
      ({ method, target, protocol }) => `${method} ${url(target)} ${protocol}`,
      rawOf(url, ({ method, target, protocol }) =>
        typeof target === 'string' ? `${method} ${target} ${protocol}` : undefined,
      ),
    ),
  /** The path, percent-decoded. */
  U: (privacy) => text((record) => recordPath(record, privacy)),
  q: (privacy) => text((record) => recordQuery(record, privacy)),
  f: ({ header }) => joinedHeader('referer', header('referer')),
  a: ({ userAgent }) => joinedHeader('user-agent', userAgent),
}

/** The keys of all atoms that are one letter. */
export const letterKeys: readonly string[] = [
  ...Object.keys(letters),
  ...Object.keys(privateLetters),
  't',
]

/** `%({name}i)s` and its kin; the name is lower case. */
const families: Readonly<Record<string, (name: string, privacy: Privacy) => Atom>> = {
  /** A request header; of repeated lines the last. */
  i: (name, { header }) => lastHeader('requestHeaders', name, header(name)),
  /** A response header that the application set. */
  o: (name, { header }) => lastHeader('responseHeaders', name, header(name)),
  /** A variable of the environ. */
  e: (name, privacy) => {
    const read = compileVariable(name, privacy)
    return text((record) => read(record))
  },
}

type ReadField = (
  context: RequestContext,
  privacy: Privacy,
  record: AccessRecord,
) => string | number | undefined

/** `{field}x`: what the context knows. gunicorn has none of these. */
const fields: Readonly<Record<string, ReadField>> = {
  'client.address': ({ client }, { address }) => address(client.address),
  'client.port': ({ client }) => client.port,
  /** The address, or `unknown` or the obfuscated name that stands for it. */
  'client.node': ({ client }, { address }) => address(client.node),
  'peer.address': ({ peer }, { address }) => address(peer.address),
  'peer.port': ({ peer }) => peer.port,
  scheme: ({ scheme }) => scheme,
  host: ({ host }) => host,
  hostname: ({ hostname }) => hostname,
  port: ({ port }) => port,
  prefix: ({ prefix }) => prefix,
  origin: ({ origin }) => origin,
  url: urlOf,
  /** The chain, nearest first, separated by commas. */
  hops: ({ hops }, { address }) => hops.map(({ node }) => address(node)).join(','),
  trusted: ({ trusted }) => trusted,
  /** The codes of all problems, separated by commas. */
  problems: ({ problems }) => problems.map(({ code }) => code).join(','),
}

const outcomes: ReadonlySet<Outcome> = new Set(['complete', 'aborted', 'error'])

/** `{field}x` of the record, not of the context. */
const recordFields: Readonly<Record<string, Atom>> = {
  /** How the request ended. */
  outcome: ours(({ outcome }) => (outcome && outcomes.has(outcome) ? outcome : MISSING)),
  /** The time to the first byte of the response in microseconds, a number. */
  first_byte: number(({ firstByteMicros }) => firstByteMicros),
}

/** The names that `{...}x` takes. */
export const contextFields: readonly string[] = [
  ...Object.keys(fields),
  ...Object.keys(recordFields),
]

/**
 * Compiles the atom for a key; `format` and `index` say where it was read, for a mistake. As in
 * gunicorn, a key that is no atom is `-`, and a key in braces may be written in any case, but for
 * times.
 */
export function compileAtom(
  key: string,
  timezone: string | undefined,
  privacy: Privacy = openPrivacy,
  { format = key, index = 0 }: { readonly format?: string; readonly index?: number } = {},
): Atom {
  if (key === 't') return timeAtom(timezone)
  const [, name, family = ''] = /^\{(.*)\}(.*)$/s.exec(key) ?? []
  if (name === undefined) return own(letters, key) ?? own(privateLetters, key)?.(privacy) ?? missing
  const place = { option: 'accessLog.format', input: format, index: index + 1 }
  if (family === 't') return patternAtom(name, timezone, place)
  const letter = family.toLowerCase()
  if (letter === 'x') return fieldAtom(name.toLowerCase(), privacy, place)
  return own(families, letter)?.(name.toLowerCase(), privacy) ?? missing
}

function fieldAtom(name: string, privacy: Privacy, place: OptionErrorPlace): Atom {
  const known = own(recordFields, name)
  if (known !== undefined) return known
  const read = own(fields, name)
  if (read === undefined) {
    const near = nearest(name, contextFields)
    throw new OptionError(
      'bad-format',
      `${show(`{${name}}x`)} is no field of the context`,
      `${near === undefined ? '' : `Did you mean {${near}}x? `}Known are ${contextFields.join(', ')}`,
      place,
    )
  }
  return text((record) => {
    const { context } = record
    const value = context === undefined ? undefined : read(context, privacy, record)
    return value === '' ? MISSING : value
  })
}

/** Made of the target without its secrets, if it has any: in the path of a URL they may look harmless. */
function urlOf(context: RequestContext, { url }: Privacy, { target }: AccessRecord): string {
  // What `toJSON` made of a context has the text in the place of the function.
  const ready: unknown = context.url
  if (typeof ready === 'string') return url(ready)
  const clean = url(target)
  return url((clean === target ? context.url() : context.url(clean)).href)
}

/** What a table has under a key; not what every object has, such as `constructor`. */
function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}

const readAuthorization = compileHeaderVariable('authorization')

function userOf({ user }: AccessRecord, authorization: string | undefined, bare: boolean) {
  return (user ?? basicUser(authorization, bare)) || MISSING
}

function joinedHeader(name: string, rewrite: Rewrite): Atom {
  const read = compileHeaderVariable(name)
  return text(
    (record) => rewritePresent(rewrite, read(record)),
    rawOf(rewrite, (_, header) => header ?? MISSING, joined(name)),
  )
}

function lastHeader(
  side: 'requestHeaders' | 'responseHeaders',
  name: string,
  rewrite: Rewrite,
): Atom {
  const readLast = compileLast(name)
  const read = (record: AccessRecord): string | undefined => readLast(record[side])
  return text(
    (record) => rewritePresent(rewrite, read(record)),
    side === 'requestHeaders'
      ? rawOf(rewrite, (_, header) => header ?? MISSING, { name, read: readLast })
      : rawOf(rewrite, (record) => read(record) ?? MISSING),
  )
}

/** What stays as it is unless `rewrite` may change it. */
function rawOf(rewrite: Rewrite, read: Raw['read'], header?: WantedHeader): Raw | undefined {
  const { mayChange } = rewrite
  if (rewrite === asIs) return { header, read }
  return mayChange === undefined ? undefined : { header, read, mayChange }
}

function joined(name: string): WantedHeader {
  return { name, read: compileJoined(name) }
}
