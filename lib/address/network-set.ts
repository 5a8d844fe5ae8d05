// Many networks, and one question asked of them: is this address inside?

import type { IpBits, NetworkBits } from '../../types/ip.ts'
import { compileIpv4 } from './ipv4-set.ts'
import { compileIpv6 } from './ipv6-set.ts'
import { flip, mergeNetworks, type Ranges } from './ranges.ts'

/** Many networks, merged. */
export interface NetworkSet {
  /** Whether one of the networks holds this address. An IPv6 network never holds an IPv4 address. */
  contains(ip: Readonly<IpBits>): boolean
  /** The version of which every address is inside, if there is one. */
  readonly covers: 4 | 6 | undefined
}

/** Compiles networks; each is read before the next is asked for. */
export function compileNetworks(networks: Iterable<Readonly<NetworkBits>>): NetworkSet {
  const { ipv4, ipv6 } = mergeNetworks(networks)
  const holds4 = compileIpv4(ipv4)
  const holds6 = compileIpv6(ipv6)
  return {
    covers: coversAll(ipv4, 1) ? 4 : coversAll(ipv6, 4) ? 6 : undefined,
    contains: (ip) => (ip.version === 4 ? holds4(ip.d) : holds6(ip)),
  }
}

/** Whether one range goes from the first to the last address. */
function coversAll(ranges: Ranges, width: 1 | 4): boolean {
  const ends = (word: number, index: number) => word === flip(index < width ? 0 : -1)
  return ranges.length === width * 2 && ranges.every(ends)
}
