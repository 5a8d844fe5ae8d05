// What one request says about the configuration: the rules, from what arrived and what was made of it.

import type { ProblemCode, RequestContext } from '../../types/context.ts'
import type { TrustPolicy } from '../../types/trust.ts'
import type { WarningCode } from '../../types/warning.ts'
import { parseZonedIp } from '../address/ip.ts'
import { warningCodes } from '../errors.ts'
import { type Arrivals, CLIENT_LISTS, countValues, SCHEME_HEADERS } from './arrivals.ts'
import type { Evidence } from './evidence.ts'

/** Reason for a warning. */
export interface Finding {
  readonly code: WarningCode
  readonly header?: string
  readonly hop?: number
  /** What arrives in the place of the header. */
  readonly instead?: string | undefined
  /** The address in question, canonical. */
  readonly address?: string
}

/** Headers that every client sends. */
const OWN_HEADERS: readonly string[] = ['host', ':authority']

/** A peer that is not trusted and writes what a proxy would: a proxy that is not listed, or a forgery. */
export function* untrustedFindings(
  { peer }: RequestContext,
  { values, clientHeaders }: Arrivals,
  { headerNames }: TrustPolicy,
): Iterable<Finding> {
  const listed = headerNames.filter((name) => !OWN_HEADERS.includes(name))
  const header = [...listed, ...clientHeaders].find((name) => values.has(name))
  if (header === undefined) return
  yield { code: peer.node === 'unknown' ? 'unknown-peer' : 'unlisted-peer', header, hop: 0 }
}

/** What does not fit in a request of a trusted peer. */
export function* trustedFindings(
  context: RequestContext,
  arrived: Arrivals,
  policy: TrustPolicy,
  evidence: Evidence,
): Iterable<Finding> {
  yield* problemFindings(context)
  // Its rules are not these, and it does not want to know the client.
  if (policy.gunicorn) return
  yield* missingSource(arrived, policy, evidence)
  // A chain that ended in doubt says nothing about the rest, nor does a health check.
  if (context.client.address === '' || !isProxied(arrived, policy)) return
  yield* missingReports(arrived, policy, evidence)
  yield* extraValues(context, arrived, policy)
  yield* unlistedHop(context, arrived, policy, evidence)
  yield* unlistedHeaders(context, arrived, policy, evidence)
  yield* sharedNetwork(context, evidence)
}

/** The problems that a trusted hop is to blame for. */
function* problemFindings({ problems }: RequestContext): Iterable<Finding> {
  for (const { code, header, hop = 0 } of problems) {
    // A UNIX peer that sends no header at all is judged by missingSource.
    const silent = code === 'unknown-client' && hop === 0
    if (header !== undefined && !silent && isWarning(code)) yield { code, header, hop }
  }
}

function isWarning(code: ProblemCode): code is ProblemCode & WarningCode {
  return Object.hasOwn(warningCodes, code)
}

/**
 * Health checks and developers ask for such a host, and nobody else; but a proxy may make it. Via says
 * that one did (RFC 9110 7.6.3).
 */
const LOCAL_HOST = /^(?:(?:[^:]*\.)?localhost|[\d.]*|\[.*\])(?::\d*)?$/i

function asksForLocalHost({ values }: Arrivals): boolean {
  const host = values.get('host') ?? values.get(':authority') ?? ''
  return LOCAL_HOST.test(host) && !values.has('via')
}

/** Whether the trusted peer speaks for somebody else in this request, and not for itself. */
function isProxied(arrived: Arrivals, { source: { kind, name } }: TrustPolicy): boolean {
  return kind === 'peer' ? !asksForLocalHost(arrived) : arrived.values.has(name)
}

/**
 * The proxy does not say who the client is. Nor does a health check, or who connects directly: requests
 * for a local host count only as far as their User-Agents differ.
 */
function* missingSource(
  arrived: Arrivals,
  { source: { kind, name }, hops }: TrustPolicy,
  evidence: Evidence,
): Iterable<Finding> {
  const { values, clientHeaders } = arrived
  // Where hops are counted it is a short chain.
  if (kind === 'peer' || hops !== undefined) return
  const missing = !values.has(name)
  let weight = 1
  if (missing && asksForLocalHost(arrived)) {
    weight = evidence.isNewAgent(values.get('user-agent') ?? '') ? 2 : 0
  }
  const instead = missing ? steady(clientHeaders, name, values, evidence, weight) : undefined
  if (evidence.weigh(`no ${name}`, missing, weight)) {
    yield { code: 'missing-header', header: name, hop: 0, instead }
  }
}

/**
 * The first header that has come in the place of another one for as long as that was missing. One that a few
 * requests bring may be a client's, and whoever listed it would let all of them choose their address.
 */
function steady(
  others: readonly string[],
  missing: string,
  values: Arrivals['values'],
  evidence: Evidence,
  weight?: number,
): string | undefined {
  // Each is weighed, also behind the first that has enough.
  const [first] = others.filter((other) =>
    evidence.weigh(`${other} for ${missing}`, values.has(other), weight),
  )
  return first
}

/** Headers that are listed and do not come: the links are wrong, or a client may write them himself. */
function* missingReports(
  { values }: Arrivals,
  policy: TrustPolicy,
  evidence: Evidence,
): Iterable<Finding> {
  const names = listedReports(policy)
  const [scheme] = policy.schemeHeaders
  if (scheme !== undefined) {
    const told = policy.schemeHeaders.some(({ name }) => values.has(name))
    const instead = told ? undefined : steady(SCHEME_HEADERS, scheme.name, values, evidence)
    if (evidence.weigh(`no ${scheme.name}`, !told)) {
      yield { code: 'missing-header', header: scheme.name, hop: 0, instead }
    }
  }
  for (const header of names) {
    if (!evidence.weigh(`no ${header}`, !values.has(header))) continue
    yield { code: 'missing-header', header, hop: 0 }
  }
}

function listedReports({ host, port, prefix }: TrustPolicy): readonly string[] {
  return [
    ...(host ? ['x-forwarded-host'] : []),
    ...(port ? ['x-forwarded-port'] : []),
    ...(prefix ? ['x-forwarded-prefix'] : []),
  ]
}

/** The outermost trusted hop did not replace what it was sent. One request is proof. */
function* extraValues(
  { hops }: RequestContext,
  { values }: Arrivals,
  policy: TrustPolicy,
): Iterable<Finding> {
  const reporting = Math.max(1, hops.length - 1)
  for (const header of [
    ...policy.schemeHeaders.map(({ name }) => name),
    ...listedReports(policy),
  ]) {
    if (countValues(values.get(header) ?? '', reporting) <= reporting) continue
    yield { code: 'extra-values', header, hop: reporting - 1 }
  }
}

/** Honest clients send no forwarding header: where most chains go on behind the client, it is a proxy. */
function* unlistedHop(
  { hops, client, trusted }: RequestContext,
  { values }: Arrivals,
  { source: { kind, name } }: TrustPolicy,
  evidence: Evidence,
): Iterable<Finding> {
  const list = values.get(name)
  if (kind === 'address' || list === undefined) return
  const walked = hops.length - 1
  const goesOn = trusted <= walked && countValues(list, walked) > walked
  if (!evidence.weigh('unlisted-hop', goesOn)) return
  yield { code: 'unlisted-hop', header: name, hop: trusted, address: client.address }
}

/** Headers that are not read, and that say what nobody else says. Most requests must have them. */
function* unlistedHeaders(
  { hops, prefix }: RequestContext,
  { values, clientHeaders }: Arrivals,
  { headerNames, source }: TrustPolicy,
  evidence: Evidence,
): Iterable<Finding> {
  const said = new Set(hops.map(({ address }) => address))
  const isNews = (name: string): boolean => {
    const value = values.get(name)
    if (value === undefined) return false
    if (CLIENT_LISTS.includes(name)) return source.kind === 'peer'
    const ip = parseZonedIp(value.trim())
    return ip !== undefined && !said.has(ip.text)
  }
  const seen = (header: string, news: boolean): boolean =>
    !headerNames.includes(header) && evidence.weigh(header, news)
  for (const header of clientHeaders) {
    if (seen(header, isNews(header))) yield { code: 'unlisted-header', header, hop: 0 }
  }
  if (seen('x-forwarded-host', isOtherHost(values))) {
    yield { code: 'unlisted-header', header: 'x-forwarded-host', hop: 0 }
  }
  const path = values.get('x-forwarded-prefix') ?? ''
  if (seen('x-forwarded-prefix', prefix === '' && /[^/]/.test(path))) {
    yield { code: 'unlisted-header', header: 'x-forwarded-prefix', hop: 0 }
  }
}

/** Whether the nearest hop reports another name than the Host that it sends, ports aside. */
function isOtherHost(values: Arrivals['values']): boolean {
  const reported = values.get('x-forwarded-host')
  const host = values.get('host') ?? values.get(':authority') ?? ''
  return reported !== undefined && hostname(reported) !== hostname(host)
}

function hostname(list: string): string {
  const last = list.slice(list.lastIndexOf(',') + 1).trim()
  return last.replace(/:\d*$/, '').toLowerCase()
}

const LOOPBACK = /^(?:127\.|::1$)/

/** All hops are trusted, so the outermost was taken for the client: clients are in the list, it seems. */
function* sharedNetwork(
  { hops, client, trusted }: RequestContext,
  evidence: Evidence,
): Iterable<Finding> {
  const inside = hops.length > 1 && trusted === hops.length && !LOOPBACK.test(client.address)
  const many = inside && evidence.hasManyClients(client.address)
  if (!evidence.weigh('shared-network', inside) || !many) return
  yield { code: 'shared-network', hop: trusted - 1, address: client.address }
}
