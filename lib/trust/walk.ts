// The walk: from the peer outwards, nearest hop first, while trusted; it stops at the first doubt.

import type { Hop, Hops, Problem, ProblemCode } from '../../types/context.ts'
import type { Chain, ForwardedEntry, ForwardedNode } from '../../types/forwarded.ts'
import type { TrustPolicy } from '../../types/trust.ts'
import { trustsAddress } from './policy.ts'

/** How far the chain is believed. */
export interface Walk {
  /** Nearest first; the last is the client. */
  readonly hops: Hops
  /** How many leading hops are trusted. */
  readonly trusted: number
  /** The chain failed: nothing that it reports is believed. */
  readonly failed: boolean
  /** What the outermost trusted hop wrote about the client; undefined if it wrote nothing. */
  readonly entry: ForwardedEntry | undefined
  /** Why the client is not known. */
  readonly problem: Problem | undefined
}

/** The client, when nobody can say. */
export const unknownHop: Hop = Object.freeze({
  address: '',
  port: undefined,
  node: 'unknown',
  trusted: false,
  by: undefined,
})

/**
 * Follows the chain from `peer`. An untrusted peer stands alone. Otherwise each entry is a hop; the
 * first that is not trusted is the client, and if all are trusted the outermost is. Where hops are
 * counted, the walk ends at the n-th entry whatever it holds, and a shorter chain fails.
 */
export function walk(peer: Hop, chain: Chain, policy: TrustPolicy): Walk {
  const hops: [Hop, ...Hop[]] = [peer]
  if (!peer.trusted)
    return {
      hops,
      trusted: 0,
      failed: false,
      entry: undefined,
      problem: undefined,
    }
  let last: ForwardedEntry | undefined
  for (let distance = 1; ; distance++) {
    const entry = chain.next()
    if (entry === undefined) {
      return policy.hops === undefined
        ? {
            hops,
            trusted: hops.length,
            failed: false,
            entry: last,
            problem: undefined,
          }
        : fail(hops, 'short-chain', policy)
    }
    if (distance > policy.maxHops) return fail(hops, 'too-many-hops', policy)
    last = entry
    const hop = toHop(entry, trustsNode(entry.node, distance, policy))
    hops.push(hop)
    if (!hop.trusted) {
      const problem = clientProblem(entry.node, distance, policy)
      const failed = entry.node.kind === 'malformed'
      return { hops, trusted: distance, failed, entry, problem }
    }
  }
}

function fail(hops: [Hop, ...Hop[]], code: ProblemCode, { source }: TrustPolicy): Walk {
  const trusted = hops.length
  hops.push(unknownHop)
  const problem = { code, header: source.name, hop: trusted }
  return { hops, trusted, failed: true, entry: undefined, problem }
}

function trustsNode(node: ForwardedNode, distance: number, policy: TrustPolicy): boolean {
  if (policy.hops !== undefined) return distance < policy.hops
  if (node.kind === 'unix') return policy.unix
  return node.kind === 'ip' && trustsAddress(policy, node.ip, distance)
}

function toHop({ node, by }: ForwardedEntry, trusted: boolean): Hop {
  switch (node.kind) {
    case 'ip':
      return {
        address: node.ip.text,
        port: node.port,
        node: node.ip.text,
        trusted,
        by,
      }
    case 'unix':
      return { address: '', port: undefined, node: 'unix:', trusted, by }
    case 'obfuscated':
      return { address: '', port: undefined, node: node.name, trusted, by }
    default:
      return { address: '', port: undefined, node: 'unknown', trusted, by }
  }
}

/** Why the entry that stands where the client would is no address. */
function clientProblem(
  node: ForwardedNode,
  hop: number,
  { source }: TrustPolicy,
): Problem | undefined {
  const header = source.name
  switch (node.kind) {
    case 'ip':
      return undefined
    case 'unix':
    case 'unknown':
      return { code: 'unknown-client', header, hop }
    case 'obfuscated':
      return { code: 'obfuscated-client', header, hop, value: node.name }
    case 'garbage':
      return {
        code: 'bad-client',
        header,
        hop,
        value: node.text.slice(0, MAX_VALUE),
      }
    case 'malformed':
      return {
        code: 'bad-forwarded',
        header,
        hop,
        value: node.text.slice(0, MAX_VALUE),
      }
  }
}

/** A problem keeps no more than this of what was sent. */
const MAX_VALUE = 100
