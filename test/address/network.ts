// Networks; the examples are of RFC 4291 2.3 and RFC 4632 3.1.

import t from 'tap'
import { parseIp } from '../../lib/address/ip.ts'
import { compileNetworks, isNetwork, parseNetwork } from '../../lib/address/network.ts'
import type { Ip, Network } from '../../types/ip.ts'

function network(text: string): Network {
  const parsed = parseNetwork(text)
  if (!isNetwork(parsed)) throw new Error(`${text} is no network`)
  return parsed
}

function ip(text: string): Ip {
  const parsed = parseIp(text)
  if (parsed === undefined) throw new Error(`${text} is no address`)
  return parsed
}

function set(...texts: readonly string[]): (text: string) => boolean {
  const compiled = compileNetworks(texts.map(network))
  return (text) => compiled.contains(ip(text))
}

function covers(...texts: readonly string[]): 4 | 6 | undefined {
  return compileNetworks(texts.map(network)).covers
}

t.test('a network is an address and how many bits its members share', (t) => {
  const rows = [
    ['10.0.0.0/8', '10.0.0.0', 8],
    ['192.168.99.0/24', '192.168.99.0', 24],
    ['10.0.0.2/32', '10.0.0.2', 32],
    ['0.0.0.0/0', '0.0.0.0', 0],
    ['128.0.0.0/1', '128.0.0.0', 1],
    ['2001:db8::/64', '2001:db8::', 64],
    ['::/0', '::', 0],
    ['8000::/1', '8000::', 1],
    ['2001:db8:0:0:1::/80', '2001:db8:0:0:1::', 80],
    ['2001:DB8::1/128', '2001:db8::1', 128],
  ] as const
  for (const [text, base, prefixLength] of rows) {
    t.strictSame(parseNetwork(text), { base: parseIp(base), prefixLength }, text)
  }
  t.end()
})

t.test('the spellings of one prefix in RFC 4291 2.3 are one network', (t) => {
  for (const text of [
    '2001:0DB8:0000:CD30:0000:0000:0000:0000/60',
    '2001:0DB8::CD30:0:0:0:0/60',
    '2001:0DB8:0:CD30::/60',
  ]) {
    t.strictSame(parseNetwork(text), { base: parseIp('2001:db8:0:cd30::'), prefixLength: 60 }, text)
  }
  t.end()
})

t.test('what RFC 4291 2.3 calls no legal prefix is a fault', (t) => {
  t.strictSame(parseNetwork('2001:0DB8:0:CD3/60'), { kind: 'no-address' })
  const elsewhere = { kind: 'host-bits', network: '2001:db8::/60' }
  t.strictSame(parseNetwork('2001:0DB8::CD30/60'), elsewhere)
  t.strictSame(parseNetwork('2001:0DB8::CD3/60'), elsewhere)
  t.end()
})

t.test('an address alone is the network that holds nothing else', (t) => {
  t.strictSame(parseNetwork('10.0.0.2'), { base: parseIp('10.0.0.2'), prefixLength: 32 })
  t.strictSame(parseNetwork('::1'), { base: parseIp('::1'), prefixLength: 128 })
  t.strictSame(parseNetwork('::ffff:10.0.0.2'), parseNetwork('10.0.0.2'))
  t.end()
})

t.test('CVE-2026-90711: a mapped network is the IPv4 network inside it', (t) => {
  t.strictSame(parseNetwork('::ffff:10.0.0.0/104'), parseNetwork('10.0.0.0/8'))
  t.strictSame(parseNetwork('::ffff:a00:0/104'), parseNetwork('10.0.0.0/8'))
  t.strictSame(parseNetwork('::ffff:0:0/96'), parseNetwork('0.0.0.0/0'))
  t.strictSame(parseNetwork('::ffff:10.0.0.2/128'), parseNetwork('10.0.0.2/32'))

  const holds = set('::ffff:10.0.0.0/104')
  t.ok(holds('10.255.255.255'))
  t.notOk(holds('11.0.0.0'))
  t.notOk(holds('9.255.255.255'))
  t.notOk(holds('2001:db8::3'))
  t.notOk(holds('::a00:2'))
  t.end()
})

t.test('CVE-2026-90711: a mapped network that is wider than IPv4 is a fault', (t) => {
  for (const text of ['::ffff:10.0.0.0/95', '::ffff:10.0.0.0/8', '::ffff:0:0/0']) {
    t.strictSame(parseNetwork(text), { kind: 'mapped-too-wide' }, text)
  }
  t.end()
})

t.test('CVE-2021-29921, CVE-2021-29923: a network of doubtful numbers is a fault', (t) => {
  for (const text of ['010.0.0.0/8', '10.0.0.02', '0177.0.0.1', '::ffff:010.0.0.0/104']) {
    t.strictSame(parseNetwork(text), { kind: 'no-address' }, text)
  }
  t.end()
})

t.test('what stands before the slash must be an address', (t) => {
  for (const text of ['', '/', '/8', '10', '10/8', '127.1/8', '[::1]', '[::1]/128', 'fe80::1%eth0'])
    t.strictSame(parseNetwork(text), { kind: 'no-address' }, text)
  for (const text of [' 10.0.0.0/8', '10.0.0.0 /8', '*', 'loopback', 'true', '10.0.0.0:80/8'])
    t.strictSame(parseNetwork(text), { kind: 'no-address' }, text)
  t.end()
})

t.test('the prefix length is decimal, without sign, blank or leading zero, and in range', (t) => {
  const bad = [
    '',
    '33',
    '128',
    '08',
    '+8',
    '-1',
    '8 ',
    ' 8',
    '8.0',
    '0x8',
    '1e1',
    '8/8',
    '٨',
    '8\n',
  ]
  for (const digits of [...bad, '255.0.0.0', '9999', '18446744073709551624']) {
    const fault = { kind: 'bad-prefix', max: 32 }
    t.strictSame(parseNetwork(`10.0.0.0/${digits}`), fault, JSON.stringify(digits))
  }
  for (const digits of ['129', '', '064', 'ffff::', '1000']) {
    const fault = { kind: 'bad-prefix', max: 128 }
    t.strictSame(parseNetwork(`2001:db8::/${digits}`), fault, JSON.stringify(digits))
    t.strictSame(parseNetwork(`::ffff:10.0.0.0/${digits}`), fault, JSON.stringify(digits))
  }
  t.end()
})

t.test('bits behind the prefix are a fault that names the network', (t) => {
  const rows = [
    ['10.0.0.2/8', '10.0.0.0/8'],
    ['255.255.255.255/0', '0.0.0.0/0'],
    ['192.0.2.129/25', '192.0.2.128/25'],
    ['255.255.255.255/31', '255.255.255.254/31'],
    ['::ffff:10.0.0.2/104', '10.0.0.0/8'],
    ['2001:db8::1/64', '2001:db8::/64'],
    ['2001:db8::1/127', '2001:db8::/127'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/33', 'ffff:ffff:8000::/33'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/65', 'ffff:ffff:ffff:ffff:8000::/65'],
    ['ffff::/0', '::/0'],
  ] as const
  for (const [text, meant] of rows) {
    t.strictSame(parseNetwork(text), { kind: 'host-bits', network: meant }, text)
  }
  t.end()
})

t.test('isNetwork tells a network from a fault', (t) => {
  t.ok(isNetwork(parseNetwork('10.0.0.0/8')))
  t.notOk(isNetwork(parseNetwork('10.0.0.2/8')))
  t.notOk(isNetwork(parseNetwork('10.0.0.0/33')))
  t.end()
})

t.test('an empty set holds nobody', (t) => {
  const holds = set()
  for (const text of ['0.0.0.0', '127.0.0.1', '255.255.255.255', '::', '::1']) t.notOk(holds(text))
  t.equal(covers(), undefined)
  t.end()
})

/** A network, its last address and its neighbours on both sides. */
const edges = [
  ['10.0.0.0/8', '9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0'],
  ['172.16.0.0/12', '172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0'],
  ['192.0.2.1/32', '192.0.2.0', '192.0.2.1', '192.0.2.1', '192.0.2.2'],
  ['64.0.0.0/2', '63.255.255.255', '64.0.0.0', '127.255.255.255', '128.0.0.0'],
  ['128.0.0.0/2', '127.255.255.255', '128.0.0.0', '191.255.255.255', '192.0.0.0'],
  ['fe80::/10', 'fe7f:ffff::', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'fec0::'],
  ['2001:db8::/32', '2001:db7:ffff::', '2001:db8::', '2001:db8:ffff::ffff', '2001:db9::'],
  ['4000::/2', '3fff:ffff::', '4000::', '7fff:ffff::', '8000::'],
  ['1:2:8000::/33', '1:2:7fff::', '1:2:8000::', '1:2:ffff:ffff::ffff', '1:3::'],
  ['1:2:3:4::/64', '1:2:3:3:ffff::', '1:2:3:4::', '1:2:3:4:ffff:ffff:ffff:ffff', '1:2:3:5::'],
  ['1:2:3:4:4000::/66', '1:2:3:4:3fff::', '1:2:3:4:4000::', '1:2:3:4:7fff::', '1:2:3:4:8000::'],
  ['1::8000:0/97', '1::7fff:ffff', '1::8000:0', '1::ffff:ffff', '1::1:0:0'],
  ['1::8:0/109', '1::7:ffff', '1::8:0', '1::f:ffff', '1::10:0'],
  ['::1/128', '::', '::1', '::1', '::2'],
] as const

for (const [text, before, first, last, behind] of edges) {
  t.test(`${text} holds its first and its last address, and not their neighbours`, (t) => {
    const holds = set(text)
    t.strictSame([before, first, last, behind].map(holds), [false, true, true, false])
    t.equal(covers(text), undefined)
    t.end()
  })
}

t.test('an IPv6 network never holds an IPv4 address', (t) => {
  for (const text of ['::/0', '::/64', '::/81', '::/1']) {
    const holds = set(text)
    for (const address of ['10.0.0.2', '0.0.0.0', '::ffff:10.0.0.2']) t.notOk(holds(address), text)
    t.ok(holds('::a00:2'), text)
  }
  t.end()
})

t.test('an IPv4 network never holds an IPv6 address', (t) => {
  const holds = set('0.0.0.0/0')
  t.ok(holds('::ffff:10.0.0.2'))
  for (const address of ['::', '::a00:2', '2001:db8::1']) t.notOk(holds(address), address)
  t.end()
})

t.test('a set holds what any of its networks holds, in any order, twice or nested', (t) => {
  const texts = ['10.1.0.0/16', '10.0.0.0/8', '10.1.2.3', '10.0.0.0/8', '192.0.2.1', '11.0.0.0/8']
  for (const list of [texts, texts.toReversed()]) {
    const holds = set(...list, '2001:db8::/32', 'fe80::/10', '2001:db8:1::/48', '::1')
    for (const address of ['10.0.0.0', '10.1.2.3', '10.255.255.255', '11.255.255.255', '192.0.2.1'])
      t.ok(holds(address), address)
    for (const address of [
      '9.255.255.255',
      '12.0.0.0',
      '192.0.2.0',
      '192.0.2.2',
      '255.255.255.255',
    ])
      t.notOk(holds(address), address)
    for (const address of ['::1', '2001:db8::', '2001:db8:1::', '2001:db8:2::', 'fe80::1'])
      t.ok(holds(address), address)
    for (const address of ['::', '::2', '2001:db9::', 'fec0::', 'ffff::'])
      t.notOk(holds(address), address)
  }
  t.end()
})

t.test('a network or several that leave out nobody cover their version', (t) => {
  t.equal(covers('0.0.0.0/0'), 4)
  t.equal(covers('::/0'), 6)
  t.equal(covers('::ffff:0:0/96'), 4)
  t.equal(covers('128.0.0.0/1', '0.0.0.0/1'), 4)
  t.equal(covers('8000::/1', '::/1'), 6)
  t.equal(covers('10.0.0.0/8', '::/0'), 6)
  t.equal(covers('0.0.0.0/1', '128.0.0.0/2', '10.0.0.0/8', '192.0.0.0/2'), 4)
  t.end()
})

t.test('a set that leaves out one address covers nothing', (t) => {
  const halves4 = Array.from({ length: 31 }, (_, index) => index + 1)
  const above4 = halves4.map((length) => `${formatQuad(2 ** (32 - length))}/${length}`)
  t.equal(covers(...above4, '0.0.0.1/32'), undefined)
  t.equal(covers(...above4, '0.0.0.0/31'), 4)
  t.equal(covers('0.0.0.0/1'), undefined)
  t.equal(covers('128.0.0.0/1'), undefined)
  t.equal(covers('::/1', '0.0.0.0/1'), undefined)
  t.equal(covers('8000::/1', '::/2'), undefined)
  t.end()
})

function formatQuad(bits: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.')
}

t.test('60 KB of anything are no network', (t) => {
  for (const piece of ['1', '/', '0', '/8', '10.0.0.0/8', ' ', '"', '\\', ',']) {
    const fault = parseNetwork(piece.repeat(60_000 / piece.length))
    t.ok(!isNetwork(fault), piece)
  }
  t.strictSame(parseNetwork(`10.0.0.0/${'8'.repeat(60_000)}`), { kind: 'bad-prefix', max: 32 })
  t.end()
})
