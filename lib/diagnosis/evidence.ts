// What is remembered of trusted peers, until it is enough to say that most of their requests are alike.

import { MAX_NETWORKS } from './limit.ts'

/** What was seen of the peers of one network. */
export interface Evidence {
  /**
   * Adds to what speaks for `sign`, or takes twice as much away; true once there is enough, and then it
   * begins anew. (A cumulative sum, Page 1954: what most requests show is enough within a few of them,
   * what few show is never enough.) So a client cannot make an operator doubt his proxy.
   */
  weigh(sign: string, found: boolean, weight?: number): boolean
  /** Whether this is one of the first few User-Agents; a peer that has many speaks for many. */
  isNewAgent(agent: string): boolean
  /** Whether so many clients were seen that are trusted themselves, with this one. */
  hasManyClients(address: string): boolean
}

/** So many requests in a row are enough. */
const ENOUGH = 8

/** So many User-Agents are remembered of a network, and so much of each. */
const MAX_AGENTS = 8
const MAX_AGENT_LENGTH = 64

/** Two or three may be load balancers that ask for the health of a site. */
const MANY_CLIENTS = 4

/** By network; the oldest gives way. */
export type EvidenceBook = (network: string) => Evidence

export function createEvidenceBook(): EvidenceBook {
  const book = new Map<string, Evidence>()
  return (network) => {
    const known = book.get(network)
    if (known !== undefined) return known
    for (const oldest of book.keys()) {
      if (book.size < MAX_NETWORKS) break
      book.delete(oldest)
    }
    const evidence = createEvidence()
    book.set(network, evidence)
    return evidence
  }
}

function createEvidence(): Evidence {
  const sums = new Map<string, number>()
  const agents = new Set<string>()
  const clients = new Set<string>()
  return {
    weigh(sign, found, weight = 1) {
      const sum = (sums.get(sign) ?? 0) + (found ? weight : -2 * weight)
      if (sum > 0 && sum < ENOUGH) sums.set(sign, sum)
      else sums.delete(sign)
      return sum >= ENOUGH
    },
    isNewAgent(agent) {
      const text = agent.slice(0, MAX_AGENT_LENGTH)
      if (agents.has(text) || agents.size === MAX_AGENTS) return false
      agents.add(text)
      return true
    },
    hasManyClients(address) {
      if (clients.size < MANY_CLIENTS) clients.add(address)
      return clients.size === MANY_CLIENTS
    },
  }
}
