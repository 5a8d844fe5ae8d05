// The walk: from the peer outwards, nearest hop first, while trusted; it stops at the first doubt.

import type { Hop, Problem, ProblemCode } from '../../types/context.ts'
import type { Chain, ForwardedEntry, ForwardedNode } from '../../types/forwarded.ts'
import type { TrustPolicy } from '../../types/trust.ts'
import { formatIp } from '../address/ip-text.ts'
import { problemValue } from '../errors.ts'
import { trustsAddress } from './policy.ts'

/** How far the chain is believed. */
export interface Walk {
  readonly client: Hop
  /** How many entries the walk took: the client is this many hops behind the peer. */
  readonly entries: number
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
 * counted, the walk ends at the n-th entry whatever it holds, and a shorter chain fails. `hops`, if it
 * is given, gets every hop: most requests ask for the client alone.
 */
export function walk(peer: Hop, chain: Chain, policy: TrustPolicy, hops?: Hop[]): Walk {
  hops?.push(peer)
  if (!peer.trusted) return arrive(peer, 0, 0, undefined, undefined)
  let last: ForwardedEntry | undefined
  let entries = 0
  for (let entry = chain.next(); entry !== undefined; entry = chain.next()) {
    const distance = ++entries
    const { node } = entry
    if (distance > policy.maxHops) return fail(distance, 'too-many-hops', policy, undefined, hops)
    // It may be several elements, run together by a quote that a client opened: where hops are counted
    // the count would be off.
    if (node.kind === 'malformed') return fail(distance, 'bad-forwarded', policy, node.text, hops)
    if (!trustsNode(node, distance, policy)) {
      const client = toHop(entry, false)
      hops?.push(client)
      const problem = node.kind === 'ip' ? undefined : clientProblem(node, distance, policy)
      return arrive(client, distance, distance, entry, problem)
    }
    hops?.push(toHop(entry, true))
    last = entry
  }
  if (policy.hops !== undefined) return fail(entries + 1, 'short-chain', policy, undefined, hops)
  const client = last === undefined ? peer : toHop(last, true)
  return arrive(client, entries, entries + 1, last, undefined)
}

function arrive(
  client: Hop,
  entries: number,
  trusted: number,
  entry: ForwardedEntry | undefined,
  problem: Problem | undefined,
): Walk {
  return { client, entries, trusted, failed: false, entry, problem }
}

function fail(
  hop: number,
  code: ProblemCode,
  { source }: TrustPolicy,
  value: string | undefined,
  hops: Hop[] | undefined,
): Walk {
  hops?.push(unknownHop)
  const about = value === undefined ? {} : { value: problemValue(value) }
  const problem = { code, header: source.name, hop, ...about }
  return { client: unknownHop, entries: hop, trusted: hop, failed: true, entry: undefined, problem }
}

function trustsNode(node: ForwardedNode, distance: number, policy: TrustPolicy): boolean {
  if (policy.hops !== undefined) return distance < policy.hops
  // Behind any peer (`*`) nobody but a network of the list is believed, and a socket is in none.
  if (node.kind === 'unix') return policy.unix && !policy.anyPeer
  return node.kind === 'ip' && trustsAddress(policy, node.ip, distance)
}

function toHop({ node, by }: ForwardedEntry, trusted: boolean): Hop {
  if (node.kind !== 'ip') return toNamelessHop(node, by, trusted)
  const { ip, text, port } = node
  const address = text ?? formatIp(ip)
  return { address, port, node: address, trusted, by }
}

/** What is no address. */
type Nameless = Exclude<ForwardedNode, { kind: 'ip' }>

function toNamelessHop(node: Nameless, by: string | undefined, trusted: boolean): Hop {
  const name = node.kind === 'unix' ? 'unix:' : node.kind === 'obfuscated' ? node.name : 'unknown'
  return { address: '', port: undefined, node: name, trusted, by }
}

/** Why the entry that stands where the client would is no address. */
function clientProblem(
  node: Exclude<Nameless, { kind: 'malformed' }>,
  hop: number,
  { source }: TrustPolicy,
): Problem {
  const header = source.name
  switch (node.kind) {
    case 'unix':
    case 'unknown':
      return { code: 'unknown-client', header, hop }
    case 'obfuscated':
      return { code: 'obfuscated-client', header, hop, value: problemValue(node.name) }
    case 'garbage':
      return {
        code: 'bad-client',
        header,
        hop,
        value: problemValue(node.text),
      }
  }
}
