// Networks as ranges of addresses: in order, and none overlaps or touches another.

import type { NetworkBits } from '../../types/ip.ts'
import { hostBits } from './network.ts'

/**
 * Of each range the first and the last address, and of each address its word (IPv4), or its four, the
 * high one first (IPv6). The words are flipped, see `flip`.
 */
export type Ranges = Int32Array

/** How many words an address has. */
type Width = 1 | 4

/** A word whose order as a signed number is the unsigned order of the bits. It stays a small integer. */
export function flip(bits: number): number {
  return bits ^ -0x80000000
}

export function at(table: Int32Array, index: number): number {
  return Number(table[index])
}

/** Negative, zero or positive as one number is below, equal to or above another. */
export function order(left: number, right: number): number {
  // Not a difference: that would leave 32 bits.
  return left < right ? -1 : left > right ? 1 : 0
}

/** The ranges of the IPv4 networks and of the IPv6 networks. Each is read before the next is asked for. */
export function mergeNetworks(networks: Iterable<Readonly<NetworkBits>>): {
  readonly ipv4: Ranges
  readonly ipv6: Ranges
} {
  const ipv4: number[] = []
  const ipv6: number[] = []
  for (const { base, prefixLength } of networks) {
    if (base.version === 4) ipv4.push(base.d, prefixLength)
    else ipv6.push(base.a, base.b, base.c, base.d, prefixLength)
  }
  return { ipv4: merge(sort(ipv4, 1), 1), ipv6: merge(sort(ipv6, 4), 4) }
}

/** Makes ranges of records in order, which are an address and a prefix length each. */
function merge(records: Int32Array, width: Width): Ranges {
  const size = width + 1
  const ranges = new Int32Array((records.length / size) * width * 2)
  /** Where the next range goes. The one before it may still grow. */
  let first = 0
  for (let record = 0; record < records.length; record += size) {
    const last = first + width
    const prefixLength = at(records, record + width)
    for (let word = 0; word < width; word++) {
      const bits = at(records, record + word)
      ranges[first + word] = flip(bits)
      ranges[last + word] = flip(bits | hostBits(prefixLength, word))
    }
    const before = first - width
    if (first === 0 || isApart(ranges, before, first, width)) first = last + width
    else if (compare(ranges, before, last, width) < 0) {
      for (let word = 0; word < width; word++) ranges[before + word] = at(ranges, last + word)
    }
  }
  return ranges.slice(0, first)
}

/** Whether the address at `behind` is above the one at `before`, and not the next one. */
function isApart(table: Int32Array, before: number, behind: number, width: Width): boolean {
  if (compare(table, before, behind, width) >= 0) return false
  let word = width - 1
  // Carried: the last bits that a word can have, and the first ones.
  while (at(table, before + word) === flip(-1) && at(table, behind + word) === flip(0)) word--
  return (
    at(table, before + word) + 1 !== at(table, behind + word) ||
    compare(table, before, behind, word) !== 0
  )
}

/** The order of the addresses at two places of a table, as far as the first `count` words tell. */
function compare(table: Int32Array, left: number, right: number, count: number): number {
  for (let word = 0; word < count; word++) {
    const sign = order(at(table, left + word), at(table, right + word))
    if (sign !== 0) return sign
  }
  return 0
}

/**
 * Records in the order of their addresses. They are dealt out by one byte after the other, the last byte
 * first, which takes a small part of the time of comparing them.
 */
function sort(values: readonly number[], width: Width): Int32Array {
  const size = width + 1
  let records = new Int32Array(values)
  let dealt = new Int32Array(records.length)
  const places = new Int32Array(256)
  for (let byte = width * 4 - 1; byte >= 0; byte--) {
    const word = byte >>> 2
    const shift = 24 - (byte & 3) * 8
    if (!findPlaces(places, records, size, word, shift)) continue
    for (let record = 0; record < records.length; record += size) {
      const value = (at(records, record + word) >>> shift) & 255
      const place = at(places, value)
      places[value] = place + size
      for (let index = 0; index < size; index++) dealt[place + index] = at(records, record + index)
    }
    ;[records, dealt] = [dealt, records]
  }
  return records
}

/** Finds where the records go that have each value of a byte; false if all have the same. */
function findPlaces(
  places: Int32Array,
  records: Int32Array,
  size: number,
  word: number,
  shift: number,
): boolean {
  places.fill(0)
  let last = 0
  for (let index = word; index < records.length; index += size) {
    last = (at(records, index) >>> shift) & 255
    places[last] = at(places, last) + size
  }
  if (at(places, last) === records.length) return false
  let place = 0
  for (let value = 0; value < 256; value++) {
    const length = at(places, value)
    places[value] = place
    place += length
  }
  return true
}
