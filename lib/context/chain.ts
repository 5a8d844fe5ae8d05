// The chain of a request: its peer, and how far its headers are believed.

import type { Hop, Hops, Problem } from '../../types/context.ts'
import type { Chain } from '../../types/forwarded.ts'
import type { TrustPolicy } from '../../types/trust.ts'
import { parseZonedIp } from '../address/ip.ts'
import { forwardedChain } from '../forwarded/forwarded.ts'
import { addressChain, xForwardedForChain } from '../forwarded/x-forwarded.ts'
import { trustsAddress } from '../trust/policy.ts'
import { unknownHop, type Walk, walk } from '../trust/walk.ts'
import { type PickedHeaders, pickHeaders } from './headers.ts'
import type { Connection, Facts } from './peer.ts'

/** Walks the chain; what is wrong goes to `problems`, and every hop to `hops` if it is given. */
export function walkChain(
  peer: Hop,
  facts: Facts,
  headers: PickedHeaders,
  policy: TrustPolicy,
  problems: Problem[],
  hops?: Hop[],
): Walk {
  if (facts.truncated) {
    // What the proxy appended may be among the lines that were dropped.
    problems.push({ code: 'too-many-headers' })
    return failedAt(peer, hops)
  }
  if (facts.unseen && peer.trusted) {
    problems.push({ code: 'unknown-client', hop: 1 })
    return failedAt(peer, hops)
  }
  const walked = walk(peer, chainOf(headers, policy), policy, hops)
  if (walked.problem !== undefined) problems.push(walked.problem)
  else if (isSilent(walked, policy)) {
    problems.push({ code: 'unknown-client', header: policy.source.name, hop: walked.entries })
  }
  return walked
}

/** Every hop, nearest first: the same walk once more, since few ask for more than its end. */
export function collectHops(peer: Hop, client: Hop, facts: Facts, policy: TrustPolicy): Hops {
  const hops: Hop[] = []
  walkChain(peer, facts, pickHeaders(facts.rawHeaders, policy.headerNames), policy, [], hops)
  return hops.length === 1 ? [peer] : [peer, ...hops.slice(1, -1), client]
}

/** Nothing behind the peer is known. */
function failedAt(peer: Hop, hops: Hop[] | undefined): Walk {
  const entries = peer.trusted ? 1 : 0
  const client = peer.trusted ? unknownHop : peer
  hops?.push(peer, ...(peer.trusted ? [unknownHop] : []))
  return { client, entries, trusted: entries, failed: true, entry: undefined, problem: undefined }
}

/**
 * The outermost trusted hop names no client and is on a UNIX socket: it has no address of its own to stand in
 * for one.
 */
function isSilent({ client, entries, trusted }: Walk, { source }: TrustPolicy): boolean {
  return trusted > entries && client.address === '' && source.kind !== 'peer'
}

/** The other end of the socket (RFC 3875 4.1.8 REMOTE_ADDR), and whether it is believed. */
export function peerOf(connection: Connection, policy: TrustPolicy): Hop {
  const { judged } = connection
  if (judged?.policy === policy) return judged.peer
  const peer = Object.freeze(judgePeer(connection, policy))
  connection.judged = { policy, peer }
  return peer
}

function judgePeer({ remoteAddress, remotePort, unix }: Connection, policy: TrustPolicy): Hop {
  if (unix) {
    return { address: '', port: undefined, node: 'unix:', trusted: policy.unix, by: undefined }
  }
  const ip = remoteAddress === undefined ? undefined : parseZonedIp(remoteAddress)
  if (ip === undefined) return unknownHop
  const trusted = trustsAddress(policy, ip, 0)
  return { address: ip.text, port: remotePort, node: ip.text, trusted, by: undefined }
}

const NO_CHAIN: Chain = Object.freeze({ next: () => undefined })

function chainOf(headers: PickedHeaders, { source }: TrustPolicy): Chain {
  const value = headers.get(source.name)
  if (value === undefined || source.kind === 'peer') return NO_CHAIN
  switch (source.kind) {
    case 'x-forwarded-for':
      return xForwardedForChain(value)
    case 'forwarded':
      return forwardedChain(value)
    case 'address':
      return addressChain(value)
  }
}
