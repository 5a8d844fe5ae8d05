// One question to many IPv6 ranges, at any number of them: is this address inside?

import type { IpBits } from '../../types/ip.ts'
import { at, flip, order, type Ranges } from './ranges.ts'

/** Of fewer ranges halving finds one as fast. */
const MIN_INDEXED = 64

/** A cell takes four bytes, a range 32. */
const CELLS_PER_RANGE = 2

/** Words of a range: four of its first and four of its last address. */
const SIZE = 8

export type HoldsIpv6 = (ip: Readonly<IpBits>) => boolean

export function compileIpv6(ranges: Ranges): HoldsIpv6 {
  const count = ranges.length / SIZE
  if (count < MIN_INDEXED) return (ip) => isInRange(ranges, 0, count, ip)
  const index = indexOf(ranges, count)
  return (ip) => {
    const cell = cellOf(index, flip(ip.a), flip(ip.b))
    return isInRange(ranges, at(index.cells, cell), at(index.cells, cell + 1), ip)
  }
}

/**
 * The part of the address space in which the ranges lie, cut into equal cells, and where in the table the
 * ranges of each cell begin. What lies outside that part is in the first or the last cell.
 */
interface Index {
  readonly first: number
  readonly cellsPerAddress: number
  readonly cells: Int32Array
}

function indexOf(ranges: Ranges, count: number): Index {
  // One range in 64 at both ends is left out: a few that lie far away, such as ::1 and fe80::/10, would
  // leave all others in one cell.
  const far = count >>> 6
  const first = keyAt(ranges, far)
  const span = keyAt(ranges, count - 1 - far) - first
  const cells = new Int32Array(count * CELLS_PER_RANGE + 1)
  const index = { first, cellsPerAddress: (cells.length - 2) / Math.max(1, span), cells }
  let next = 0
  for (let nth = 0; nth < count; nth++) {
    const cell = cellOf(index, at(ranges, nth * SIZE), at(ranges, nth * SIZE + 1))
    while (next <= cell) cells[next++] = nth
  }
  cells.fill(count, next)
  return index
}

function keyAt(ranges: Ranges, nth: number): number {
  return key(at(ranges, nth * SIZE), at(ranges, nth * SIZE + 1))
}

/** The first half of an address as a number: rounded, but never out of order. */
function key(a: number, b: number): number {
  return a * 0x1_0000_0000 + b
}

function cellOf({ first, cellsPerAddress, cells }: Index, a: number, b: number): number {
  const cell = (key(a, b) - first) * cellsPerAddress
  const last = cells.length - 2
  return cell <= 0 ? 0 : cell >= last ? last : Math.floor(cell)
}

/** By halving: the last range that begins at or before the address holds it, or none does. */
function isInRange(ranges: Ranges, start: number, end: number, ip: Readonly<IpBits>): boolean {
  let from = start
  let to = end
  while (from < to) {
    const middle = (from + to) >>> 1
    if (compare(ranges, middle * SIZE, ip) <= 0) from = middle + 1
    else to = middle
  }
  return from > 0 && compare(ranges, from * SIZE - 4, ip) >= 0
}

/** Negative, zero or positive as the address at this place is below, equal to or above another. */
function compare(ranges: Ranges, place: number, ip: Readonly<IpBits>): number {
  return (
    order(at(ranges, place), flip(ip.a)) ||
    order(at(ranges, place + 1), flip(ip.b)) ||
    order(at(ranges, place + 2), flip(ip.c)) ||
    order(at(ranges, place + 3), flip(ip.d))
  )
}
