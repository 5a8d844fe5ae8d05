// A network from its text: strict CIDR, or the reason why it is none.

import type { Ip, IpBits, Network, NetworkBits } from '../../types/ip.ts'
import { emptyIp, ipFromWords, readIp } from './ip.ts'
import { formatIp } from './ip-text.ts'

/** Why a text is no network, for the message of whoever asked. */
export type NetworkFault =
  | { readonly kind: 'no-address' }
  | { readonly kind: 'bad-prefix'; readonly max: 32 | 128 }
  | { readonly kind: 'mapped-too-wide' }
  /** Bits are set behind the prefix; `network` is what they were probably meant to be. */
  | { readonly kind: 'host-bits'; readonly network: string }

/** How many bits of an IPv4-mapped IPv6 address stand before the IPv4 address. */
const MAPPED_BITS = 96

const SLASH = 0x2f
const COLON = 0x3a

/** An address, or an address, "/" and a prefix length; see `readNetwork`. */
export function parseNetwork(text: string): Network | NetworkFault {
  const network = emptyNetwork()
  const fault = readNetwork(network, text, 0, text.length)
  if (fault !== undefined) return fault
  return { base: withText(network.base), prefixLength: network.prefixLength }
}

export function isNetwork(parsed: Network | NetworkFault): parsed is Network {
  return 'base' in parsed
}

/** A network to read others into. */
export function emptyNetwork(): NetworkBits {
  return { base: emptyIp(), prefixLength: 0 }
}

/**
 * Reads an address, or an address, "/" and a prefix length in decimal (RFC 4632 3.1, RFC 4291 2.3), that
 * `text` holds between two indices; answers what is wrong with it, or nothing. A mapped network is the
 * IPv4 network inside it; one that is wider than IPv4 has no such meaning and is a fault.
 */
export function readNetwork(
  network: NetworkBits,
  text: string,
  start: number,
  end: number,
): NetworkFault | undefined {
  const { base } = network
  let slash = start
  let colons = false
  // Not indexOf: it would look through all that stands behind `end`.
  for (; slash < end; slash++) {
    const char = text.charCodeAt(slash)
    if (char === SLASH) break
    if (char === COLON) colons = true
  }
  if (!readIp(base, text, start, slash)) return { kind: 'no-address' }
  const max = colons ? 128 : 32
  const length = slash === end ? max : readLength(text, slash + 1, end)
  if (length === undefined || length > max) return { kind: 'bad-prefix', max }
  const mapped = colons && base.version === 4
  if (mapped && length < MAPPED_BITS) return { kind: 'mapped-too-wide' }
  network.prefixLength = mapped ? length - MAPPED_BITS : length
  if (!hasHostBits(network)) return undefined
  const { text: meant } = maskIp(base, network.prefixLength)
  return { kind: 'host-bits', network: `${meant}/${network.prefixLength}` }
}

/** One to three decimal digits, without leading zeros. */
function readLength(text: string, start: number, end: number): number | undefined {
  if (start === end || end - start > 3) return undefined
  let length = 0
  for (let index = start; index < end; index++) {
    const digit = text.charCodeAt(index) - 0x30
    if (digit < 0 || digit > 9 || (length === 0 && index > start)) return undefined
    length = length * 10 + digit
  }
  return length
}

/** The bits of the nth word (of IPv4: of its only one) that stand behind the prefix. */
export function hostBits(prefixLength: number, word: number): number {
  const kept = prefixLength - word * 32
  return kept <= 0 ? -1 : kept >= 32 ? 0 : -1 >>> kept
}

function hasHostBits({ base, prefixLength }: NetworkBits): boolean {
  if (base.version === 4) return (base.d & hostBits(prefixLength, 0)) !== 0
  return (
    (base.a & hostBits(prefixLength, 0)) !== 0 ||
    (base.b & hostBits(prefixLength, 1)) !== 0 ||
    (base.c & hostBits(prefixLength, 2)) !== 0 ||
    (base.d & hostBits(prefixLength, 3)) !== 0
  )
}

/** The address with every bit behind the prefix cleared. */
export function maskIp(ip: Readonly<IpBits>, prefixLength: number): Ip {
  const cut = (bits: number, word: number): number => bits & ~hostBits(prefixLength, word)
  return ip.version === 4
    ? ipFromWords(4, 0, 0, 0, cut(ip.d, 0))
    : ipFromWords(6, cut(ip.a, 0), cut(ip.b, 1), cut(ip.c, 2), cut(ip.d, 3))
}

function withText(ip: IpBits): Ip {
  return { ...ip, text: formatIp(ip) }
}
