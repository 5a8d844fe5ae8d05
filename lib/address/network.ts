// Networks: strict CIDR text in, and one question asked of a list of them: is this address inside?

import type { Ip, IpBits, Network } from '../../types/ip.ts'
import { ipFromWords, parseIp, parseIpv6 } from './ip.ts'

/** Why a text is no network, for the message of whoever asked. */
export type NetworkFault =
  | { readonly kind: 'no-address' }
  | { readonly kind: 'bad-prefix'; readonly max: 32 | 128 }
  | { readonly kind: 'mapped-too-wide' }
  /** Bits are set behind the prefix; `network` is what they were probably meant to be. */
  | { readonly kind: 'host-bits'; readonly network: string }

/** How many bits of an IPv4-mapped IPv6 address stand before the IPv4 address. */
const MAPPED_BITS = 96

/**
 * An address, or an address, "/" and a prefix length in decimal (RFC 4632 3.1, RFC 4291 2.3). A mapped
 * network is the IPv4 network inside it; one that is wider than IPv4 has no such meaning and is a fault.
 */
export function parseNetwork(text: string): Network | NetworkFault {
  const slash = text.indexOf('/')
  const end = slash === -1 ? text.length : slash
  const base = parseIp(text, 0, end)
  if (base === undefined) return { kind: 'no-address' }
  const mapped = base.version === 4 && parseIpv6(text, 0, end) !== undefined
  const max = base.version === 4 && !mapped ? 32 : 128
  if (slash === -1) return { base, prefixLength: base.version === 4 ? 32 : 128 }

  const digits = text.slice(slash + 1)
  const length = /^(0|[1-9]\d{0,2})$/.test(digits) ? Number(digits) : Number.NaN
  if (!(length <= max)) return { kind: 'bad-prefix', max }
  if (mapped && length < MAPPED_BITS) return { kind: 'mapped-too-wide' }

  const prefixLength = mapped ? length - MAPPED_BITS : length
  const masked = maskIp(base, prefixLength)
  if (masked.text !== base.text) {
    return { kind: 'host-bits', network: `${masked.text}/${prefixLength}` }
  }
  return { base, prefixLength }
}

export function isNetwork(parsed: Network | NetworkFault): parsed is Network {
  return 'base' in parsed
}

/** The address with every bit behind the prefix cleared. */
export function maskIp(ip: Readonly<IpBits>, prefixLength: number): Ip {
  const spare = ip.version === 4 ? 96 : 0
  const cut = (bits: number, index: number): number => {
    const kept = Math.min(32, Math.max(0, prefixLength + spare - index * 32))
    return kept === 0 ? 0 : bits & (-1 << (32 - kept))
  }
  return ipFromWords(ip.version, cut(ip.a, 0), cut(ip.b, 1), cut(ip.c, 2), cut(ip.d, 3))
}

/** Many networks, merged. */
export interface NetworkSet {
  /** Whether one of the networks holds this address. An IPv6 network never holds an IPv4 address. */
  contains(ip: Readonly<IpBits>): boolean
  /** The version of which every address is inside, if there is one. */
  readonly covers: 4 | 6 | undefined
}

/** One question about many networks, asked in the time of a binary search. */
export function compileNetworks(networks: readonly Network[]): NetworkSet {
  const ipv4 = merge(networks, 4)
  const ipv6 = merge(networks, 6)
  const low4 = Int32Array.from(ipv4, (range) => flip(word(range.first, 0)))
  const high4 = Int32Array.from(ipv4, (range) => flip(word(range.last, 0)))
  const low6 = words6(ipv6.map((range) => range.first))
  const high6 = words6(ipv6.map((range) => range.last))
  return {
    covers: spans(ipv4, 32n) ? 4 : spans(ipv6, 128n) ? 6 : undefined,
    contains: (ip) => (ip.version === 4 ? holds4(low4, high4, ip) : holds6(low6, high6, ip)),
  }
}

/** All addresses from `first` to `last`, as unsigned numbers. */
interface Range {
  readonly first: bigint
  last: bigint
}

/** The networks of one version as sorted ranges; what overlaps or touches is one range. */
function merge(networks: readonly Network[], version: 4 | 6): readonly Range[] {
  const bits = version === 4 ? 32 : 128
  const ranges = networks
    .filter(({ base }) => base.version === version)
    .map(({ base, prefixLength }): Range => {
      const first = unsigned(base)
      return { first, last: first + (1n << BigInt(bits - prefixLength)) - 1n }
    })
    .sort((left, right) => (left.first < right.first ? -1 : left.first > right.first ? 1 : 0))
  const merged: Range[] = []
  for (const range of ranges) {
    const before = merged.at(-1)
    if (before === undefined || range.first > before.last + 1n) merged.push(range)
    else if (range.last > before.last) before.last = range.last
  }
  return merged
}

function unsigned(ip: Ip): bigint {
  const words = [ip.a, ip.b, ip.c, ip.d]
  return words.reduce((value, bits) => (value << 32n) | BigInt(bits >>> 0), 0n)
}

function spans(ranges: readonly Range[], bits: bigint): boolean {
  const [range] = ranges
  return range !== undefined && range.first === 0n && range.last === (1n << bits) - 1n
}

/** 32 bits of a number, the lowest first. */
function word(value: bigint, index: number): number {
  return Number((value >> BigInt(32 * index)) & 0xffffffffn) | 0
}

/** Unsigned order as signed order, so that words stay small integers. */
function flip(bits: number): number {
  return bits ^ -0x80000000
}

function words6(values: readonly bigint[]): Int32Array {
  return Int32Array.from(
    values.flatMap((value) => [3, 2, 1, 0].map((index) => flip(word(value, index)))),
  )
}

function holds4(low: Int32Array, high: Int32Array, ip: Readonly<IpBits>): boolean {
  const bits = flip(ip.d)
  let from = 0
  let to = low.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if (at(low, middle) <= bits) from = middle + 1
    else to = middle
  }
  return from > 0 && bits <= at(high, from - 1)
}

function holds6(low: Int32Array, high: Int32Array, ip: Readonly<IpBits>): boolean {
  let from = 0
  let to = low.length / 4
  while (from < to) {
    const middle = (from + to) >>> 1
    if (compare6(low, middle, ip) <= 0) from = middle + 1
    else to = middle
  }
  return from > 0 && compare6(high, from - 1, ip) >= 0
}

/** Negative, zero or positive as the address in the table is below, equal to or above `ip`. */
function compare6(table: Int32Array, index: number, ip: Readonly<IpBits>): number {
  const start = index * 4
  return (
    order(at(table, start), flip(ip.a)) ||
    order(at(table, start + 1), flip(ip.b)) ||
    order(at(table, start + 2), flip(ip.c)) ||
    order(at(table, start + 3), flip(ip.d))
  )
}

/** Not a difference: that would leave 32 bits. */
function order(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function at(table: Int32Array, index: number): number {
  return Number(table[index])
}
