// IPv4 ranges, few and many. Each is asked for at both ends, and next to them, where nothing is inside.

import t, { type Test } from 'tap'
import { compileIpv4 } from '../../lib/address/ipv4-set.ts'
import { flip } from '../../lib/address/ranges.ts'

/** From and to, as unsigned numbers. No range touches the next. */
type Range = readonly [first: number, last: number]

const END = 2 ** 32

function check(t: Test, ranges: readonly Range[], name: string): void {
  const holds = compileIpv4(Int32Array.from(ranges.flat(), flip))
  const exists = (bits: number) => bits >= 0 && bits < END
  const outside = ranges.flatMap(([first, last]) => [first - 1, last + 1]).filter(exists)
  const inside = ranges.flatMap(([first, last]) => [first, last, Math.floor((first + last) / 2)])
  t.strictSame(
    inside.filter((bits) => !holds(bits | 0)),
    [],
    `inside ${name}`,
  )
  t.strictSame(
    outside.filter((bits) => holds(bits | 0)),
    [],
    `outside ${name}`,
  )
}

/** So many ranges, from `start` on, each `size` long and `gap` from the next. */
function row(count: number, start: number, size: number, gap: number): readonly Range[] {
  return Array.from({ length: count }, (_, nth) => {
    const first = start + nth * (size + gap)
    return [first, first + size - 1]
  })
}

t.test('no ranges hold nobody', (t) => {
  const holds = compileIpv4(new Int32Array(0))
  for (const bits of [0, 1, 0x7fffffff, -0x80000000, -1]) t.notOk(holds(bits))
  t.end()
})

t.test('a range holds what lies in it, at any number of ranges', (t) => {
  for (const count of [1, 2, 3, 10, 511, 512, 513, 5000]) {
    const size = Math.floor(END / count / 2)
    check(t, row(count, 0, size, size), `${count} ranges from the first address on`)
    check(t, row(count, END - count * 2 * size, size, size), `${count} ranges`)
    check(t, row(count, END - count * 2 * size + size, size, size), `${count} to the last address`)
    check(t, row(count, 0x0a000000, 1, 1), `${count} single addresses`)
  }
  t.end()
})

t.test('many ranges in one network of 65,536 addresses are found there, and nowhere else', (t) => {
  const ranges = row(0x8000, 0xc0a80000, 1, 1)
  check(t, ranges, 'each second address')
  const holds = compileIpv4(Int32Array.from(ranges.flat(), flip))
  for (const bits of [0x0a000000, 0xc0a70000, 0xc0a90000, 0xffff0000]) t.notOk(holds(bits | 0))
  t.end()
})

t.test('among many, a range that is as wide as many networks holds all between its ends', (t) => {
  const ranges: readonly Range[] = [
    ...row(600, 0x01000000, 1, 255),
    [0x0a000001, 0x7ffffffe],
    [0x80000000, 0xc0000000],
    ...row(600, 0xd0000000, 256, 256),
    [0xff00ffff, 0xffffffff],
  ]
  check(t, ranges, 'ranges of all sizes')
  t.end()
})
