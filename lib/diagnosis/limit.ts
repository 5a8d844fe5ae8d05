// How often an operator is told: bounded in time and in memory, and no client uses up another's warning.

import { ipFromWords, parseIp } from '../address/ip.ts'

/**
 * Whether a warning may be given, asked once for each time there is reason for one.
 *
 * Told once, a network is quiet for that code until `quietMillis` have passed. Beyond that each code
 * has two allowances. The small one is for whoever comes: enough for all of a real site, and spent on
 * forgeries from ever other networks it costs an operator a few lines an hour. The large one is only
 * for networks that come again and again, as a proxy does. Which these are is counted as in Misra and
 * Gries, "Finding repeated elements" (1982): whoever has more than one part in `MAX_NETWORKS` + 1 of
 * all reasons is among them, however many others there are. So a flood delays the warning about a
 * proxy, by no more than its share of the traffic, and does not silence it.
 */
export interface WarningLimit {
  admits(code: string, network: string, now: number): boolean
  /** How many networks are remembered. */
  readonly size: number
}

/** More are not remembered. */
export const MAX_NETWORKS = 64

/** So often a network must come to have the large allowance. */
const AGAIN = 3

/** A network that comes no more is forgotten after as many reasons given by others. */
const MAX_SEEN = 100

const MINUTE = 60_000

/** For whoever comes: six at once, six an hour. */
const NEWCOMERS = { size: 6, refillMillis: 10 * MINUTE } as const

/** For those who come again: six at once, six a minute. */
const REGULARS = { size: 6, refillMillis: MINUTE / 6 } as const

interface Network {
  seen: number
  /** When it was told of, by code. */
  readonly told: Map<string, number>
}

export function createLimit(quietMillis: number): WarningLimit {
  const networks = new Map<string, Network>()
  const allowances = new Map<string, Allowances>()

  function remember(name: string): Network | undefined {
    const known = networks.get(name)
    if (known !== undefined) {
      known.seen = Math.min(known.seen + 1, MAX_SEEN)
      return known
    }
    if (networks.size < MAX_NETWORKS) {
      const network = { seen: 1, told: new Map() }
      networks.set(name, network)
      return network
    }
    for (const [other, network] of networks) if (--network.seen === 0) networks.delete(other)
    return undefined
  }

  return {
    admits(code, name, now) {
      const network = remember(name)
      const last = network?.told.get(code)
      if (last !== undefined && now - last < quietMillis) return false
      const { newcomers, regulars } = allowances.get(code) ?? allow(code, now)
      const regular = network !== undefined && network.seen >= AGAIN
      if (!(regular && regulars.take(now)) && !newcomers.take(now)) return false
      network?.told.set(code, now)
      return true
    },
    get size() {
      return networks.size
    },
  }

  function allow(code: string, now: number): Allowances {
    const both = { newcomers: allowance(NEWCOMERS, now), regulars: allowance(REGULARS, now) }
    allowances.set(code, both)
    return both
  }
}

interface Allowances {
  readonly newcomers: Allowance
  readonly regulars: Allowance
}

interface Allowance {
  /** Uses one up; false if there is none. */
  take(now: number): boolean
}

/** A token bucket: full at first, then one more each time. */
function allowance(
  { size, refillMillis }: typeof NEWCOMERS | typeof REGULARS,
  start: number,
): Allowance {
  let left: number = size
  let since = start
  return {
    take(now) {
      const more = Math.floor((now - since) / refillMillis)
      left = Math.min(size, left + more)
      since += more * refillMillis
      if (left === 0) return false
      left--
      return true
    },
  }
}

/**
 * The network that counts as one sender: what one customer of a provider usually has, a /24 of IPv4 or
 * a /48 of IPv6 (RFC 6177). What is no address stands for itself.
 */
export function networkOf(address: string): string {
  const ip = parseIp(address)
  if (ip === undefined) return address
  return ip.version === 4
    ? `${ipFromWords(4, 0, 0, 0, ip.d & ~0xff).text}/24`
    : `${ipFromWords(6, ip.a, ip.b & ~0xffff, 0, 0).text}/48`
}
