// IPv6 ranges, few and many. Each is asked for at both ends, and next to them, where nothing is inside.

import t, { type Test } from 'tap'
import { compileIpv6 } from '../../lib/address/ipv6-set.ts'
import { flip } from '../../lib/address/ranges.ts'
import type { IpBits } from '../../types/ip.ts'

/** From and to, as unsigned numbers. No range touches the next. */
type Range = readonly [first: bigint, last: bigint]

const END = 1n << 128n

/** An address of this many zeros behind it: `at(0x2001n, 112n)` is 2001::. */
function at(bits: bigint, zeros: bigint): bigint {
  return bits << zeros
}

function words(bits: bigint): readonly number[] {
  return [96n, 64n, 32n, 0n].map((shift) => Number(BigInt.asIntN(32, bits >> shift)))
}

function ip(bits: bigint): IpBits {
  const [a = 0, b = 0, c = 0, d = 0] = words(bits)
  return { version: 6, a, b, c, d }
}

function compile(ranges: readonly Range[]): (bits: bigint) => boolean {
  const holds = compileIpv6(Int32Array.from(ranges.flat().flatMap(words), flip))
  return (bits) => holds(ip(bits))
}

function check(t: Test, ranges: readonly Range[], name: string): void {
  const holds = compile(ranges)
  const exists = (bits: bigint) => bits >= 0n && bits < END
  const outside = ranges.flatMap(([first, last]) => [first - 1n, last + 1n]).filter(exists)
  const inside = ranges.flatMap(([first, last]) => [first, last, (first + last) / 2n])
  t.strictSame(
    inside.filter((bits) => !holds(bits)),
    [],
    `inside ${name}`,
  )
  t.strictSame(
    outside.filter((bits) => holds(bits)),
    [],
    `outside ${name}`,
  )
}

/** So many ranges, from `start` on, each `size` long and `gap` from the next. */
function row(count: number, start: bigint, size: bigint, gap: bigint): readonly Range[] {
  return Array.from({ length: count }, (_, nth) => {
    const first = start + BigInt(nth) * (size + gap)
    return [first, first + size - 1n]
  })
}

t.test('no ranges hold nobody', (t) => {
  const holds = compile([])
  for (const bits of [0n, 1n, END / 2n, END - 1n]) t.notOk(holds(bits))
  t.end()
})

t.test('a range holds what lies in it, at any number of ranges', (t) => {
  for (const count of [1, 2, 3, 10, 63, 64, 65, 1000]) {
    const size = END / BigInt(count) / 2n
    const start = END - BigInt(count) * 2n * size
    check(t, row(count, 0n, size, size), `${count} ranges from the first address on`)
    check(t, row(count, start + size, size, size), `${count} to the last address`)
    check(t, row(count, at(0x2001n, 112n), at(1n, 64n), at(1n, 64n)), `${count} /64`)
  }
  t.end()
})

t.test('many ranges that differ in their last bits alone are told apart', (t) => {
  for (const start of [0n, at(0x20010db8n, 96n), at(0x7fffffffffffffffn, 64n), END - 2000n]) {
    check(t, row(1000, start, 1n, 1n), start.toString(16))
  }
  t.end()
})

t.test('many ranges in one place, and a few far away on both sides, are all found', (t) => {
  const far: readonly Range[] = row(3, 1n, 1n, 1n)
  const farther: readonly Range[] = [
    [at(0xfc00n, 112n), at(0xfe00n, 112n) - 1n],
    [at(0xfe80n, 112n), at(0xfec0n, 112n) - 1n],
    [END - 1n, END - 1n],
  ]
  const near = row(1000, at(0x20010db8n, 96n), at(1n, 64n), at(3n, 64n))
  check(t, [...far, ...near, ...farther], 'one place')
  const holds = compile([...far, ...near, ...farther])
  for (const bits of [0n, at(0x2000n, 112n), at(0x2002n, 112n), at(0xff00n, 112n)]) {
    t.notOk(holds(bits))
  }
  t.end()
})

t.test('among many, a range that is as wide as many networks holds all between its ends', (t) => {
  const ranges: readonly Range[] = [
    ...row(100, at(0x2001n, 112n), at(1n, 64n), at(1n, 64n)),
    [at(0x2002n, 112n) + 1n, at(0x2a00n, 112n) - 2n],
    ...row(100, at(0x2a00n, 112n), 1n, at(1n, 90n)),
    [at(0x2b00n, 112n), at(0x8000n, 112n)],
    ...row(100, at(0x9000n, 112n), at(1n, 100n), 1n),
  ]
  check(t, ranges, 'ranges of all sizes')
  const holds = compile(ranges)
  const halves = Array.from({ length: 0x5ffe }, (_, nth) => 0x2002n + BigInt(nth))
  t.strictSame(
    halves.filter((half) => !holds(at(half, 112n) + 1n)),
    halves.filter((half) => half >= 0x2a00n && half < 0x2b00n),
  )
  t.end()
})
