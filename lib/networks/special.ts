// Networks that are not on the public Internet, so that no provider connects from there.

import type { Network } from '../../types/ip.ts'
import { isNetwork, parseNetwork } from '../address/network.ts'
import { compileNetworks } from '../address/network-set.ts'

/** Somebody's own proxies may stand there. */
const own: readonly (readonly [network: string, means: string])[] = [
  ['10.0.0.0/8', 'private, RFC 1918'],
  ['172.16.0.0/12', 'private, RFC 1918'],
  ['192.168.0.0/16', 'private, RFC 1918'],
  ['100.64.0.0/10', "a carrier's own, RFC 6598"],
  ['fc00::/7', 'private, RFC 4193'],
]

/** IANA's registries of special-purpose addresses (RFC 6890), and what is not handed out at all. */
const nobodys: readonly (readonly [network: string, means: string])[] = [
  ['0.0.0.0/8', 'this network, RFC 791'],
  ['127.0.0.0/8', 'loopback, RFC 1122'],
  ['169.254.0.0/16', 'link-local, RFC 3927'],
  ['192.0.0.0/24', 'for protocols, RFC 6890'],
  ['192.0.2.0/24', 'for documentation, RFC 5737'],
  ['198.18.0.0/15', 'for benchmarks, RFC 2544'],
  ['198.51.100.0/24', 'for documentation, RFC 5737'],
  ['203.0.113.0/24', 'for documentation, RFC 5737'],
  ['224.0.0.0/3', 'multicast or reserved, RFC 1112'],
  ['2001::/23', 'for protocols, RFC 2928'],
  ['2001:db8::/32', 'for documentation, RFC 3849'],
  ['2002::/16', '6to4, RFC 3056'],
  ['3fff::/20', 'for documentation, RFC 9637'],
  // Of IPv6 only 2000::/3 is handed out (RFC 4291 2.4).
  ['::/3', 'no public IPv6, RFC 4291'],
  ['4000::/2', 'no public IPv6, RFC 4291'],
  ['8000::/1', 'no public IPv6, RFC 4291'],
]

const table = [...own, ...nobodys].flatMap(([text, means], index) =>
  [parseNetwork(text)].filter(isNetwork).map((network) => ({
    network,
    contains: compileNetworks([network]).contains,
    means,
    isOwn: index < own.length,
  })),
)

/**
 * What a network is, or has in it, that is not public; undefined for a public one. With `allowOwn`
 * private networks pass.
 */
export function specialIn(network: Network, allowOwn: boolean): string | undefined {
  for (const row of table) {
    // Two networks have nothing in common, or the narrower one is inside the wider one.
    if (network.prefixLength >= row.network.prefixLength) {
      if (row.contains(network.base)) return allowOwn && row.isOwn ? undefined : row.means
    } else if (compileNetworks([network]).contains(row.network.base)) return row.means
  }
  return undefined
}
