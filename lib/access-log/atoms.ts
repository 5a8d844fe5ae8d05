// The atoms: one table of what a line can name. The table is the manual.

import type { AccessRecord, Variable } from '../../types/access-log.ts'
import type { RequestContext } from '../../types/context.ts'
import { nearest, OptionError, show } from '../errors.ts'
import { basicUser } from './basic-auth.ts'
import { compileClock } from './clock.ts'
import { fieldValues } from './fields.ts'
import { headerVariable, recordPath, recordQuery, variable } from './variables.ts'

/** One atom, ready to be read. */
export interface Atom {
  readonly kind: 'text' | 'number'
  /** No part of it can come from a client, so that nothing needs escaping. */
  readonly ours: boolean
  readonly read: (record: AccessRecord) => string | number
}

/** What gunicorn prints for an atom that has no value, or does not exist. */
const MISSING = '-'
export const missing: Atom = { kind: 'text', ours: true, read: () => MISSING }

const text = (read: (record: AccessRecord) => string): Atom => ({
  kind: 'text',
  ours: false,
  read,
})
const ours = (read: (record: AccessRecord) => string): Atom => ({
  kind: 'text',
  ours: true,
  read,
})
const number = (read: (record: AccessRecord) => number): Atom => ({
  kind: 'number',
  ours: true,
  read,
})

const MICROS = 1_000_000

/** gunicorn's atoms. Letters are case-sensitive; `t` stands below, since it needs a clock. */
const letters: Readonly<Record<string, Atom>> = {
  /** REMOTE_ADDR: the peer. */
  h: text(({ remoteAddr }) => remoteAddr),
  /** The remote log name of RFC 1413, which nobody asks for. */
  l: missing,
  /** The user of HTTP Basic authentication. */
  u: text(userOf),
  /** The request line. */
  r: text(({ method, target, protocol }) => `${method} ${target} ${protocol}`),
  m: text(({ method }) => method),
  /** The path, percent-decoded. */
  U: text(recordPath),
  q: text(recordQuery),
  H: text(({ protocol }) => protocol),
  s: text(({ status }) => String(status)),
  /** Body bytes, as text and as a number. */
  b: ours(({ bytes }) => String(bytes)),
  B: number(({ bytes }) => bytes),
  f: text(joinedHeader('referer')),
  a: text(joinedHeader('user-agent')),
  /** The duration in seconds, microseconds, milliseconds, and as seconds with a fraction. */
  T: number(({ durationMicros }) => Math.trunc(durationMicros / MICROS)),
  D: number(({ durationMicros }) => durationMicros),
  M: number(({ durationMicros }) => Math.trunc(durationMicros / 1000)),
  L: ours(
    ({ durationMicros }) =>
      `${Math.trunc(durationMicros / MICROS)}.${String(durationMicros % MICROS).padStart(6, '0')}`,
  ),
  p: ours(({ pid }) => `<${pid ?? process.pid}>`),
}

/** The keys of all atoms that are one letter. */
export const letterKeys: readonly string[] = [...Object.keys(letters), 't']

/** `%({name}i)s` and its kin; the name is lower case. */
const families: Readonly<Record<string, (name: string) => Atom>> = {
  /** A request header; of repeated lines the last. */
  i: (name) => text(({ requestHeaders }) => fieldValues(requestHeaders, name).at(-1) ?? MISSING),
  /** A response header that the application set. */
  o: (name) => text(({ responseHeaders }) => fieldValues(responseHeaders, name).at(-1) ?? MISSING),
  /** A variable of the environ. */
  e: (name) => text((record) => printVariable(variable(record, name))),
  /** A field of the context. */
  x: (name) => contextAtom(name),
}

/** `{field}x`: what the context knows. gunicorn has none of these. */
const fields: Readonly<Record<string, (context: RequestContext) => string | number | undefined>> = {
  'client.address': ({ client }) => client.address,
  'client.port': ({ client }) => client.port,
  /** The address, or `unknown` or the obfuscated name that stands for it. */
  'client.node': ({ client }) => client.node,
  'peer.address': ({ peer }) => peer.address,
  'peer.port': ({ peer }) => peer.port,
  scheme: ({ scheme }) => scheme,
  host: ({ host }) => host,
  hostname: ({ hostname }) => hostname,
  port: ({ port }) => port,
  prefix: ({ prefix }) => prefix,
  origin: ({ origin }) => origin,
  url: (context) => context.url().href,
  /** The chain, nearest first, separated by commas. */
  hops: ({ hops }) => hops.map(({ node }) => node).join(','),
  trusted: ({ trusted }) => trusted,
  /** The codes of all problems, separated by commas. */
  problems: ({ problems }) => problems.map(({ code }) => code).join(','),
}

/** How the request ended: a field of the record, not of the context. */
const OUTCOME = 'outcome'

/** The names that `{...}x` takes. */
export const contextFields: readonly string[] = [...Object.keys(fields), OUTCOME]

/**
 * Compiles the atom for a key. As in gunicorn, a key that is no atom is `-`, and a key in braces may be
 * written in any case.
 */
export function compileAtom(key: string, timezone: string | undefined): Atom {
  if (key === 't') return clockAtom(timezone)
  const [, name, family = ''] = /^\{(.*)\}(.*)$/s.exec(key) ?? []
  if (name === undefined) return Object.hasOwn(letters, key) ? (letters[key] ?? missing) : missing
  const letter = family.toLowerCase()
  const compile = Object.hasOwn(families, letter) ? families[letter] : undefined
  return compile?.(name.toLowerCase()) ?? missing
}

type Clock = (time: Date) => string

/** The zones that records bring along are remembered up to this many. */
const MAX_CLOCKS = 100

/** `[20/Nov/2026:11:29:06 +0000]`, brackets included. A zone of the record that is none is ignored. */
function clockAtom(timezone: string | undefined): Atom {
  const clock = compileClock(timezone)
  const clocks = new Map<string, Clock>()
  const clockOf = (zone: string): Clock => {
    const known = clocks.get(zone)
    if (known !== undefined) return known
    if (clocks.size >= MAX_CLOCKS) clocks.clear()
    const compiled = tryClock(zone) ?? clock
    clocks.set(zone, compiled)
    return compiled
  }
  return ours(({ time, timezone }) => (timezone === undefined ? clock : clockOf(timezone))(time))
}

function tryClock(zone: string): Clock | undefined {
  try {
    return compileClock(zone)
  } catch {
    return undefined
  }
}

function contextAtom(name: string): Atom {
  if (name === OUTCOME) return ours(({ outcome }) => outcome ?? MISSING)
  const read = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (read === undefined) {
    const near = nearest(name, contextFields)
    throw new OptionError(
      'bad-format',
      `${show(`{${name}}x`)} is no field of the context`,
      near === undefined ? `Known are ${contextFields.join(', ')}` : `Did you mean {${near}}x?`,
      { option: 'accessLog.format', input: name },
    )
  }
  return text(({ context }) => {
    const value = context === undefined ? undefined : read(context)
    return value === undefined || value === '' ? MISSING : String(value)
  })
}

function userOf(record: AccessRecord): string {
  return (record.user ?? basicUser(headerVariable(record, 'authorization'))) || MISSING
}

function joinedHeader(name: string): (record: AccessRecord) => string {
  return (record) => headerVariable(record, name) ?? MISSING
}

/** As in Python: None, True and False. */
function printVariable(value: Variable | undefined): string {
  if (value === undefined) return MISSING
  if (value === null) return 'None'
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value)
}
