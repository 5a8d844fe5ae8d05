// Networks become ranges: in order, merged where they overlap or touch. Expected are hexadecimal bits.

import t from 'tap'
import { isNetwork, parseNetwork } from '../../lib/address/network.ts'
import { at, flip, mergeNetworks, order, type Ranges } from '../../lib/address/ranges.ts'

/** The ranges as text: 'first-last' in hexadecimal. */
function hex(ranges: Ranges, width: 1 | 4): readonly string[] {
  const words = [...ranges].map((word) => (flip(word) >>> 0).toString(16).padStart(8, '0'))
  const addresses = Array.from({ length: words.length / width }, (_, nth) =>
    words.slice(nth * width, (nth + 1) * width).join(''),
  )
  return Array.from({ length: addresses.length / 2 }, (_, nth) =>
    addresses.slice(nth * 2, nth * 2 + 2).join('-'),
  )
}

function merge(...texts: readonly string[]): {
  ipv4: readonly string[]
  ipv6: readonly string[]
} {
  const { ipv4, ipv6 } = mergeNetworks(texts.map(parseNetwork).filter(isNetwork))
  return { ipv4: hex(ipv4, 1), ipv6: hex(ipv6, 4) }
}

t.test('no networks are no ranges', (t) => {
  t.strictSame(merge(), { ipv4: [], ipv6: [] })
  t.end()
})

t.test('a network is the range from its base to its last address, of its own version', (t) => {
  t.strictSame(merge('10.0.0.0/8'), { ipv4: ['0a000000-0affffff'], ipv6: [] })
  t.strictSame(merge('192.0.2.1'), { ipv4: ['c0000201-c0000201'], ipv6: [] })
  t.strictSame(merge('0.0.0.0/0'), { ipv4: ['00000000-ffffffff'], ipv6: [] })
  t.strictSame(merge('2001:db8::/33').ipv6, [
    '20010db8000000000000000000000000-20010db87fffffffffffffffffffffff',
  ])
  t.strictSame(merge('::1').ipv6, [`${'1'.padStart(32, '0')}-${'1'.padStart(32, '0')}`])
  t.strictSame(merge('::/0').ipv6, [`${'0'.repeat(32)}-${'f'.repeat(32)}`])
  t.end()
})

t.test('ranges are in unsigned order, whatever the order of the networks', (t) => {
  const texts = [
    '255.0.0.0/8',
    '127.0.0.0/8',
    '0.0.0.0/8',
    '129.0.0.0/8',
    '10.0.1.0/24',
    '10.0.0.1',
  ]
  const sorted = [
    ...['00000000-00ffffff', '0a000001-0a000001', '0a000100-0a0001ff'],
    ...['7f000000-7fffffff', '81000000-81ffffff', 'ff000000-ffffffff'],
  ]
  t.strictSame(merge(...texts).ipv4, sorted)
  t.strictSame(merge(...texts.toReversed()).ipv4, sorted)
  t.end()
})

t.test('IPv6 is ordered by its first different byte, wherever that is', (t) => {
  const texts = Array.from({ length: 16 }, (_, byte) => {
    const bytes = Array.from({ length: 16 }, (_, nth) => (nth === byte ? '80' : '01'))
    return bytes.join('').replace(/(.{4})(?!$)/g, '$1:')
  })
  const sorted = texts.toReversed().map((text) => text.replaceAll(':', ''))
  for (const list of [texts, texts.toReversed(), [...texts.slice(7), ...texts.slice(0, 7)]]) {
    t.strictSame(
      merge(...list).ipv6,
      sorted.map((bits) => `${bits}-${bits}`),
    )
  }
  t.end()
})

t.test('what is inside another, or there twice, is gone', (t) => {
  const wide = ['0a000000-0affffff']
  t.strictSame(merge('10.0.0.0/8', '10.1.0.0/16', '10.1.2.3', '10.0.0.0/8').ipv4, wide)
  t.strictSame(merge('10.0.0.0/16', '10.0.0.0', '10.255.255.255', '10.0.0.0/8').ipv4, wide)
  t.strictSame(merge('2001:db8:1::/48', '2001:db8::/32', '2001:db8::1').ipv6, [
    '20010db8000000000000000000000000-20010db8ffffffffffffffffffffffff',
  ])
  t.end()
})

t.test('what touches is one range, and one address between keeps apart', (t) => {
  t.strictSame(merge('10.0.1.0/24', '10.0.0.0/24').ipv4, ['0a000000-0a0001ff'])
  t.strictSame(merge('127.255.255.255', '128.0.0.0').ipv4, ['7fffffff-80000000'])
  t.strictSame(merge('10.0.0.1', '10.0.0.3').ipv4, ['0a000001-0a000001', '0a000003-0a000003'])
  t.strictSame(merge('0.0.0.0', '255.255.255.255').ipv4, ['00000000-00000000', 'ffffffff-ffffffff'])
  t.strictSame(merge('0.0.0.0/1', '128.0.0.0/1').ipv4, ['00000000-ffffffff'])
  t.end()
})

t.test('IPv6 touches over the edge of any word', (t) => {
  for (const [low, high, first, last] of [
    ['::1', '::2', '::1', '::2'],
    ['::ffff:ffff', '::1:0:0', '0:0:0:0:0:0:ffff:ffff', '0:0:0:0:0:1:0:0'],
    ['1:2:3:4::/64', '1:2:3:5::/64', '1:2:3:4:0:0:0:0', '1:2:3:5:ffff:ffff:ffff:ffff'],
    ['1:2:ffff:ffff::/64', '1:3::/64', '1:2:ffff:ffff:0:0:0:0', '1:3:0:0:ffff:ffff:ffff:ffff'],
    ['7fff::/16', '8000::/16', '7fff:0:0:0:0:0:0:0', '8000:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ] as const) {
    const bits = [first, last].map((text) =>
      text
        .replace('::', '0:0:0:0:0:0:0:')
        .split(':')
        .map((group) => group.padStart(4, '0'))
        .join(''),
    )
    t.strictSame(merge(high, low).ipv6, [bits.join('-')], `${low} ${high}`)
  }
  t.end()
})

t.test('IPv6 that is equal but for one word does not touch', (t) => {
  for (const [low, high] of [
    ['::1', '::3'],
    ['::ffff:ffff', '::2:0:0'],
    ['::ffff:ffff', '1::1:0:0'],
    ['1:2:ffff:ffff::/64', '1:4::/64'],
    ['1:2:ffff:ffff::/64', '2:3::/64'],
    ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ] as const) {
    t.equal(merge(low, high).ipv6.length, 2, `${low} ${high}`)
  }
  t.end()
})

t.test('flipped words have the order of unsigned bits', (t) => {
  const bits = [0, 1, 0x7fffffff, -0x80000000, -2, -1]
  const flipped = bits.map(flip)
  t.strictSame(
    flipped.toSorted((left, right) => left - right),
    flipped,
  )
  t.strictSame(flipped.map(flip), bits)
  t.end()
})

t.test('order is that of numbers, also where their difference leaves 32 bits', (t) => {
  t.equal(order(-0x80000000, 0x7fffffff), -1)
  t.equal(order(0x7fffffff, -0x80000000), 1)
  t.equal(order(-1, -1), 0)
  t.equal(at(new Int32Array([7, -8]), 1), -8)
  t.end()
})
