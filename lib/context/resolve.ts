// The heart: from the facts of a request and a trust policy to who asked, under which scheme and host.

import type { Hop, Hops, Problem, RequestContext } from '../../types/context.ts'
import type { RequestFacts } from '../../types/facts.ts'
import type { Chain } from '../../types/forwarded.ts'
import type { Trust, TrustPolicy } from '../../types/trust.ts'
import { parseZonedIp } from '../address/ip.ts'
import { problemValue } from '../errors.ts'
import { forwardedChain } from '../forwarded/forwarded.ts'
import { addressChain, nthFromRight, xForwardedForChain } from '../forwarded/x-forwarded.ts'
import { trustsAddress } from '../trust/policy.ts'
import { unknownHop, type Walk, walk } from '../trust/walk.ts'
import { createContext } from './context.ts'
import { gunicornScheme, scriptName } from './gunicorn.ts'
import { type PickedHeaders, pickHeaders } from './headers.ts'
import { portSuffix, type ReportedHost, reportedHost, resolveHost } from './host.ts'
import { type Facts, readFacts, type ServerRequest } from './peer.ts'
import { parsePrefix } from './prefix.ts'
import { parseScheme, reportedScheme, type Scheme } from './scheme.ts'

/** How a request is resolved, beyond whom to trust. */
export interface ResolveOptions {
  /**
   * `unix`: a listener whose address Node.js does not know (an inherited descriptor, as in systemd
   * socket activation) is a UNIX socket. Without it such a peer is not trusted.
   */
  readonly listener?: 'unix' | undefined
}

/**
 * Who asked, under which scheme and host. `request` is what a server hands out, or plain facts. It
 * never throws: what cannot be believed is a problem of the context, with a safe value in its place.
 */
export function resolveContext(
  request: ServerRequest | RequestFacts,
  trust: Trust,
  options?: ResolveOptions,
): RequestContext {
  const { policy } = trust
  const facts = readFacts(request, options?.listener === 'unix')
  const headers = pickHeaders(facts.rawHeaders, policy.headerNames)
  const problems: Problem[] = []
  const walked = walkChain(facts, headers, policy, problems)
  const reported = readReports(walked, headers, facts, policy, problems)
  const scheme = reported.scheme ?? (facts.encrypted ? 'https' : 'http')
  const host = resolveHost(reported, headers, facts, policy, scheme, problems)
  return createContext(policy.gunicorn ? { ...facts, prefixInTarget: true } : facts, {
    hops: walked.hops,
    trusted: walked.trusted,
    scheme,
    ...host,
    prefix: reported.prefix,
    origin: `${scheme}://${host.hostname}${portSuffix(host.port, scheme)}`,
    problems,
  })
}

function walkChain(
  facts: Facts,
  headers: PickedHeaders,
  policy: TrustPolicy,
  problems: Problem[],
): Walk {
  const peer = peerHop(facts, policy)
  if (facts.truncated) {
    // What the proxy appended may be among the lines that were dropped.
    problems.push({ code: 'too-many-headers' })
    const hops: Hops = peer.trusted ? [peer, unknownHop] : [peer]
    return {
      hops,
      trusted: hops.length - 1,
      failed: true,
      entry: undefined,
      problem: undefined,
    }
  }
  if (facts.unseen && peer.trusted) {
    problems.push({ code: 'unknown-client', hop: 1 })
    return {
      hops: [peer, unknownHop],
      trusted: 1,
      failed: true,
      entry: undefined,
      problem: undefined,
    }
  }
  const walked = walk(peer, chainOf(headers, policy), policy)
  if (walked.problem !== undefined) problems.push(walked.problem)
  else if (isSilent(walked, policy)) {
    problems.push({ code: 'unknown-client', header: policy.source.name, hop: 0 })
  }
  return walked
}

/** A trusted UNIX peer that names no client: it has no address of its own to stand in for one. */
function isSilent({ hops, trusted }: Walk, { source }: TrustPolicy): boolean {
  return trusted === 1 && hops.length === 1 && hops[0].address === '' && source.kind !== 'peer'
}

/** The other end of the socket (RFC 3875 4.1.8 REMOTE_ADDR), and whether it is believed. */
function peerHop({ remoteAddress, remotePort, unix }: Facts, policy: TrustPolicy): Hop {
  if (unix) {
    return {
      address: '',
      port: undefined,
      node: 'unix:',
      trusted: policy.unix,
      by: undefined,
    }
  }
  const ip = remoteAddress === undefined ? undefined : parseZonedIp(remoteAddress)
  if (ip === undefined) return unknownHop
  const trusted = trustsAddress(policy, ip, 0)
  return {
    address: ip.text,
    port: remotePort,
    node: ip.text,
    trusted,
    by: undefined,
  }
}

const NO_CHAIN: Chain = Object.freeze({ next: () => undefined })

function chainOf(headers: PickedHeaders, { source }: TrustPolicy): Chain {
  const value = headers.get(source.name)
  if (value === undefined) return NO_CHAIN
  switch (source.kind) {
    case 'x-forwarded-for':
      return xForwardedForChain(value)
    case 'forwarded':
      return forwardedChain(value)
    case 'address':
      return addressChain(value)
    case 'peer':
      return NO_CHAIN
  }
}

/** What the outermost trusted hop reported beside the client: one hop speaks for all. */
interface Reports extends ReportedHost {
  readonly scheme: Scheme | undefined
  readonly prefix: string
}

const NO_REPORTS: Reports = Object.freeze({
  scheme: undefined,
  host: undefined,
  port: undefined,
  prefix: '',
})

function readReports(
  walked: Walk,
  headers: PickedHeaders,
  facts: Facts,
  policy: TrustPolicy,
  problems: Problem[],
): Reports {
  if (walked.failed || walked.trusted === 0) return NO_REPORTS
  if (policy.gunicorn) {
    const { rawHeaders, target } = facts
    const scheme = gunicornScheme(rawHeaders, policy.schemeHeaders, problems)
    return { ...NO_REPORTS, scheme, prefix: scriptName(rawHeaders, target, problems) }
  }
  if (policy.source.kind === 'forwarded') return forwardedReports(walked, problems)
  const k = Math.max(1, walked.hops.length - 1)
  return {
    scheme: reportedScheme(headers, policy.schemeHeaders, k, problems),
    ...reportedHost(headers, policy, k),
    prefix: policy.prefix ? reportedPrefix(headers, k, problems) : '',
  }
}

/** RFC 7239 4: all from the element that speaks of the client. */
function forwardedReports({ entry, hops }: Walk, problems: Problem[]): Reports {
  const header = 'forwarded'
  const { proto = '', host = '' } = entry ?? {}
  const scheme = proto === '' ? undefined : parseScheme(proto)
  if (proto !== '' && scheme === undefined) {
    const value = problemValue(proto)
    problems.push({ code: 'bad-scheme', header, hop: Math.max(0, hops.length - 2), value })
  }
  return {
    scheme,
    host: host === '' ? undefined : { header, value: host },
    port: undefined,
    prefix: '',
  }
}

function reportedPrefix(headers: PickedHeaders, k: number, problems: Problem[]): string {
  const header = 'x-forwarded-prefix'
  const value = nthFromRight(headers.get(header) ?? '', k)
  const prefix = parsePrefix(value)
  if (prefix === undefined) {
    problems.push({
      code: 'bad-prefix',
      header,
      hop: k - 1,
      value: problemValue(value),
    })
  }
  return prefix ?? ''
}
