// What may be believed of a list: public networks, not too wide, not too many, and at least one.

import { isNetwork, parseNetwork } from '../address/network.ts'
import { show } from '../errors.ts'
import { badList, type Entry } from './entry.ts'
import { specialIn } from './special.ts'

/** Fifty times the longest list of proxies that is known. */
const MAX_NETWORKS = 10_000

/**
 * IANA hands /8 and /12 to whole registries (RFC 7020), so that no provider has as much. It also lets no
 * prefix length pass of which the end was cut off: what is left of /9 to /32 is at most /3, and of /13 to
 * /128 at most /12.
 */
const WIDEST = { 4: 9, 6: 13 } as const

/** What is asked of the list. */
export interface Asked {
  readonly path: string
  /** Whether addresses without a prefix length, and private networks, may stand in it. */
  readonly addresses: boolean
  readonly private: boolean
}

/**
 * The networks in canonical text, each once. One that cannot be believed condemns the whole list: it is
 * not the one that was asked for, or somebody has tampered with it. Throws an `OptionError`.
 */
export function believe(entries: readonly Entry[], asked: Asked): readonly string[] {
  if (entries.length === 0) throw badList(asked.path, 'holds no network that was asked for')
  if (entries.length > MAX_NETWORKS) {
    throw badList(asked.path, `holds ${entries.length} networks, more than ${MAX_NETWORKS}`)
  }
  return [...new Set(entries.map((entry) => networkOf(entry, asked)))]
}

function networkOf(entry: Entry, asked: Asked): string {
  const network = parseNetwork(entry.text)
  if (!isNetwork(network)) throw entryError(entry, asked, 'is no network')
  const { base, prefixLength } = network
  if (!asked.addresses && !entry.text.includes('/')) {
    throw entryError(entry, asked, 'has no prefix length: the list may have been cut off')
  }
  if (prefixLength < WIDEST[base.version]) {
    throw entryError(entry, asked, 'is wider than any network of proxies')
  }
  const special = specialIn(network, asked.private)
  if (special !== undefined) throw entryError(entry, asked, `is not public (${special})`)
  return `${base.text}/${prefixLength}`
}

function entryError({ text, where }: Entry, { path }: Asked, reason: string) {
  return badList(path, `holds ${show(text)} at ${where}, which ${reason}`)
}
