// The host: which of several names the client typed, and what is answered when none can be believed.

import type { Problem } from '../../types/context.ts'
import type { TrustPolicy } from '../../types/trust.ts'
import { type Authority, parseAuthority, parsePort } from '../address/authority.ts'
import { parseZonedIp } from '../address/ip.ts'
import { kept } from '../address/kept.ts'
import { problemValue } from '../errors.ts'
import { trim } from '../forwarded/syntax.ts'
import { nthFromRight } from '../forwarded/x-forwarded.ts'
import type { PickedHeaders } from './headers.ts'
import type { Connection, Facts } from './peer.ts'
import type { Scheme } from './scheme.ts'
import { targetAuthority } from './target.ts'

const SLASH = 0x2f

/** The host of a context. */
export interface Host {
  readonly host: string
  readonly hostname: string
  readonly port: number
}

/** What trusted hops reported about the host; undefined where they did not. */
export interface ReportedHost {
  readonly host: { readonly header: string; readonly value: string } | undefined
  readonly port: string | undefined
}

const NOTHING: ReportedHost = Object.freeze({
  host: undefined,
  port: undefined,
})

/** What X-Forwarded-Host and -Port say at the k-th place from the right. */
export function reportedHost(headers: PickedHeaders, policy: TrustPolicy, k: number): ReportedHost {
  if (!policy.host && !policy.port) return NOTHING
  const read = (name: string, listed: boolean): string | undefined => {
    const list = listed ? headers.get(name) : undefined
    return list === undefined ? undefined : kept(nthFromRight(list, k), list) || undefined
  }
  const value = read('x-forwarded-host', policy.host)
  return {
    host: value === undefined ? undefined : { header: 'x-forwarded-host', value },
    port: read('x-forwarded-port', policy.port),
  }
}

/**
 * The host: the reported one, else the authority of an absolute-form target, `:authority` or Host. The
 * first that is present counts; if it is malformed, or the policy does not allow it, the answer is the
 * local address, never the next in line.
 */
export function resolveHost(
  reported: ReportedHost,
  headers: PickedHeaders,
  facts: Facts,
  policy: TrustPolicy,
  scheme: Scheme,
  problems: Problem[],
): Host {
  const own = headers.get('host')
  const inPseudo = headers.get(':authority')
  // The same name again, and nothing that could speak against it: saves a third of a whole context.
  if (
    last !== undefined &&
    last.text === own &&
    inPseudo === undefined &&
    reported.host === undefined &&
    reported.port === undefined &&
    policy.allowsHost === undefined &&
    facts.target.charCodeAt(0) === SLASH
  ) {
    return last[scheme]
  }
  const typed = reported.host ?? requestHost(own, inPseudo, facts)
  if (typed === undefined) {
    if (!facts.unseen) problems.push({ code: 'no-host' })
    return localHost(facts.connection, scheme)
  }
  const doubt = findDoubt(own, inPseudo, typed)
  const sound = doubt === undefined ? readAuthority(typed.value) : undefined
  if (sound === undefined) {
    const { header, value } = doubt ?? typed
    problems.push({ code: 'bad-host', header, value: problemValue(value) })
    return localHost(facts.connection, scheme)
  }
  const { authority } = sound
  if (policy.allowsHost !== undefined && !policy.allowsHost(authority.hostname)) {
    const value = problemValue(authority.hostname)
    problems.push({ code: 'host-not-allowed', header: typed.header, value })
    return localHost(facts.connection, scheme)
  }
  const port = reportedPort(reported, authority, problems)
  return port === undefined ? sound[scheme] : withPort(authority, port, scheme)
}

/** An authority that was read, and the host that it makes under either scheme. */
interface Sound extends Readonly<Record<Scheme, Host>> {
  readonly text: string
  readonly authority: Authority
}

/** The last one: most applications have one name, and the text of a name is short. */
let last: Sound | undefined

function readAuthority(text: string): Sound | undefined {
  if (last?.text === text) return last
  const authority = parseAuthority(text)
  if (authority === undefined) return undefined
  const http = fromAuthority(authority, 'http')
  const https = fromAuthority(authority, 'https')
  last = { text, authority, http, https }
  return last
}

/** A name, and where it stands. */
type Typed = NonNullable<ReportedHost['host']>

/** In a target that has an authority. */
const IN_TARGET = 'request-target'

/** The name in the request itself. An empty one counts as missing. */
function requestHost(
  host: string | undefined,
  authority: string | undefined,
  { method, target }: Facts,
): Typed | undefined {
  const inTarget = targetAuthority(target, method)
  if (inTarget !== undefined) return { header: IN_TARGET, value: kept(inTarget, target) }
  const inPseudo = withoutBlanks(authority)
  if (inPseudo !== '') return { header: ':authority', value: inPseudo }
  const value = withoutBlanks(host)
  return value === '' ? undefined : { header: 'host', value }
}

/** RFC 9110 5.6.3: blanks and tabs, and no other white space. */
function withoutBlanks(text = ''): string {
  return trim(text, 0, text.length)
}

/**
 * What speaks against the name that counts: two Host lines, or beside a target with an authority one that is
 * malformed (RFC 9112 3.2); a Host or a target unlike `:authority` (RFC 9113 8.3.1).
 */
function findDoubt(
  host: string | undefined,
  authority: string | undefined,
  { header, value }: Typed,
): Typed | undefined {
  const inTarget = header === IN_TARGET
  const name = withoutBlanks(host)
  if (host !== undefined && name !== '') {
    const own = { header: 'host', value: host }
    if (host.includes(',')) return own
    if (authority !== undefined && !isSame(authority, host)) return own
    if (inTarget && parseAuthority(name) === undefined) return own
  }
  const isUnlike = inTarget && authority !== undefined && !isSame(authority, value)
  return isUnlike ? { header, value } : undefined
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase()
}

/** X-Forwarded-Port, unless the reported host has a port of its own. */
function reportedPort(
  reported: ReportedHost,
  authority: Authority,
  problems: Problem[],
): number | undefined {
  if (reported.port === undefined) return undefined
  if (reported.host !== undefined && authority.port !== undefined) return undefined
  const port = parsePort(reported.port)
  if (port === undefined) {
    const value = problemValue(reported.port)
    problems.push({ code: 'bad-port', header: 'x-forwarded-port', value })
  }
  return port
}

/** The host as it was typed: a port that was written stays written. */
function fromAuthority({ hostname, port }: Authority, scheme: Scheme): Host {
  return port === undefined
    ? { host: hostname, hostname, port: defaultPort(scheme) }
    : { host: `${hostname}:${port}`, hostname, port }
}

function withPort({ hostname }: Authority, port: number, scheme: Scheme): Host {
  return { host: hostname + portSuffix(port, scheme), hostname, port }
}

/** The address this connection came in at; 'localhost' when there is none, as on a UNIX socket. */
function localHost({ localAddress, localPort }: Connection, scheme: Scheme): Host {
  const ip = localAddress === undefined ? undefined : parseZonedIp(localAddress)
  const hostname = ip === undefined ? 'localhost' : ip.version === 6 ? `[${ip.text}]` : ip.text
  const port = ip === undefined ? undefined : parsePort(String(localPort))
  return withPort({ hostname, port }, port ?? defaultPort(scheme), scheme)
}

function defaultPort(scheme: Scheme): number {
  return scheme === 'https' ? 443 : 80
}

/** ':8443', or '' for the scheme's default port (RFC 6454 6.2). */
export function portSuffix(port: number, scheme: Scheme): string {
  return port === defaultPort(scheme) ? '' : `:${port}`
}
