// One question to many IPv4 ranges, at any number of them: is this address inside?

import { at, flip, type Ranges } from './ranges.ts'

/** So many ranges are worth an index of 256 KiB. */
const MIN_INDEXED = 512

/** The answer for the word of an address. */
export type HoldsIpv4 = (bits: number) => boolean

export function compileIpv4(ranges: Ranges): HoldsIpv4 {
  return ranges.length / 2 < MIN_INDEXED ? inRanges(ranges) : betweenEdges(edgesOf(ranges))
}

// Each in a function of its own: the one must not keep what the other needs.
function inRanges(ranges: Ranges): HoldsIpv4 {
  return (bits) => isInRange(ranges, flip(bits))
}

function betweenEdges(edges: Edges): HoldsIpv4 {
  return (bits) => isInside(edges, bits)
}

/** By halving: the last range that begins at or before the address holds it, or none does. */
function isInRange(ranges: Ranges, bits: number): boolean {
  let from = 0
  let to = ranges.length >>> 1
  while (from < to) {
    const middle = (from + to) >>> 1
    if (at(ranges, middle * 2) <= bits) from = middle + 1
    else to = middle
  }
  return from > 0 && bits <= at(ranges, from * 2 - 1)
}

/**
 * Where ranges begin, and where what is outside begins again: an address is inside if the number of
 * edges up to it is odd. The edges with the same high half stand together, and only their low half is
 * kept, so that two of them take four bytes.
 */
interface Edges {
  /** For each high half, and for the end, how many edges stand before. */
  readonly before: Int32Array
  readonly lows: Uint16Array
}

const HALVES = 0x10000

function edgesOf(ranges: Ranges): Edges {
  const edges = ranges.map((word, index) => flip(word) + (index & 1))
  // Behind the last address of all nothing begins again.
  const count = edges.at(-1) === 0 ? edges.length - 1 : edges.length
  const before = new Int32Array(HALVES + 1)
  let half = 0
  for (let index = 0; index < count; index++) {
    while (half <= at(edges, index) >>> 16) before[half++] = index
  }
  before.fill(count, half)
  return { before, lows: new Uint16Array(edges.subarray(0, count)) }
}

function isInside({ before, lows }: Edges, bits: number): boolean {
  const half = bits >>> 16
  const low = bits & 0xffff
  let from = at(before, half)
  let to = at(before, half + 1)
  while (from < to) {
    const middle = (from + to) >>> 1
    if (Number(lows[middle]) <= low) from = middle + 1
    else to = middle
  }
  return (from & 1) === 1
}
