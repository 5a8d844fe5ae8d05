// The heart: from the facts of a request and a trust policy to who asked, under which scheme and host.

import type { Problem, RequestContext } from '../../types/context.ts'
import type { RequestFacts } from '../../types/facts.ts'
import type { Trust, TrustPolicy } from '../../types/trust.ts'
import { kept } from '../address/kept.ts'
import { problemValue } from '../errors.ts'
import { nthFromRight } from '../forwarded/x-forwarded.ts'
import { noTrust } from '../trust/policy.ts'
import type { Walk } from '../trust/walk.ts'
import { peerOf, walkChain } from './chain.ts'
import { Context } from './context.ts'
import { gunicornScheme, scriptName } from './gunicorn.ts'
import { type PickedHeaders, pickHeaders } from './headers.ts'
import { type ReportedHost, reportedHost, resolveHost } from './host.ts'
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
 * never throws for a request: what cannot be believed is a problem of the context, with a safe value in its
 * place. Throws an `OptionError` for options in the place of a `trust`.
 */
export function resolveContext(
  request: ServerRequest | RequestFacts,
  trust: Trust,
  options?: ResolveOptions,
): RequestContext {
  const policy = trust?.policy
  if (policy === undefined) throw noTrust(trust, REMEDY)
  const facts = readFacts(request, options?.listener === 'unix')
  const headers = pickHeaders(facts.rawHeaders, policy.headerNames)
  const peer = peerOf(facts.connection, policy)
  const problems = found
  // To set it costs a quarter of a context, even to what it is.
  if (problems.length > 0) problems.length = 0
  const walked = walkChain(peer, facts, headers, policy, problems)
  const reported = readReports(walked, headers, facts, policy, problems)
  const scheme = reported.scheme ?? (facts.connection.encrypted ? 'https' : 'http')
  const host = resolveHost(reported, headers, facts, policy, scheme, problems)
  const context = new Context(
    policy.gunicorn ? { ...facts, prefixInTarget: true } : facts,
    policy,
    peer,
    walked,
    scheme,
    host,
    reported.prefix,
    problems.length === 0 ? NONE : problems.slice(),
  )
  if (trust.diagnosis.isDue()) trust.diagnosis.examine(context, facts.rawHeaders, policy)
  return context
}

const REMEDY =
  'Write once: const trust = compileTrust({ ... }), then resolveContext(request, trust)'

/** What is wrong with the request that is being resolved: nearly always nothing. */
const found: Problem[] = []
const NONE: readonly Problem[] = Object.freeze([])

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

/** What most requests report, made once. */
const only: Readonly<Record<Scheme, Reports>> = {
  http: Object.freeze({ ...NO_REPORTS, scheme: 'http' }),
  https: Object.freeze({ ...NO_REPORTS, scheme: 'https' }),
}

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
  const k = Math.max(1, walked.entries)
  const scheme = reportedScheme(headers, policy.schemeHeaders, k, problems)
  if (scheme !== undefined && !policy.host && !policy.port && !policy.prefix) return only[scheme]
  return {
    scheme,
    ...reportedHost(headers, policy, k),
    prefix: policy.prefix ? reportedPrefix(headers, k, problems) : '',
  }
}

/** RFC 7239 4: all from the element that speaks of the client. */
function forwardedReports({ entry, entries }: Walk, problems: Problem[]): Reports {
  const header = 'forwarded'
  const { proto = '', host = '' } = entry ?? {}
  const scheme = proto === '' ? undefined : parseScheme(proto)
  if (proto !== '' && scheme === undefined) {
    const value = problemValue(proto)
    problems.push({ code: 'bad-scheme', header, hop: Math.max(0, entries - 1), value })
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
  const list = headers.get(header) ?? ''
  const value = nthFromRight(list, k)
  const prefix = parsePrefix(kept(value, list))
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
