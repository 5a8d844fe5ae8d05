// Networks; the examples are of RFC 4291 2.3 and RFC 4632 3.1.

import t from 'tap'
import { parseIp } from '../../lib/address/ip.ts'
import {
  emptyNetwork,
  hostBits,
  isNetwork,
  parseNetwork,
  readNetwork,
} from '../../lib/address/network.ts'
import type { Network } from '../../types/ip.ts'

function networkOf(text: string): Network {
  const parsed = parseNetwork(text)
  if (!isNetwork(parsed)) throw new Error(`${text} is no network`)
  return parsed
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

t.test('a network is read between two indices, and what stands around it is not', (t) => {
  for (const [before, text, behind] of [
    ['10.', '10.0.0.0/8', '8'],
    ['1', '192.0.2.1', '0/8'],
    [':', '2001:db8::/32', '/1'],
    ['::/0,', '10.0.0.2', ',::1/128'],
    ['2001:db8::/32 ', '::1', ':2'],
  ] as const) {
    const network = emptyNetwork()
    const whole = before + text + behind
    const fault = readNetwork(network, whole, before.length, before.length + text.length)
    t.equal(fault, undefined, text)
    const { text: canonical, ...bits } = networkOf(text).base
    t.strictSame(network, { base: bits, prefixLength: networkOf(text).prefixLength }, canonical)
  }
  t.end()
})

t.test('what was read before does not show in what is read after', (t) => {
  const network = emptyNetwork()
  for (const text of ['2001:db8:1:2:3:4:5:6', '10.0.0.0/8', '::/0', '::ffff:10.0.0.2', '::1']) {
    t.equal(readNetwork(network, text, 0, text.length), undefined)
    const { text: canonical, ...bits } = networkOf(text).base
    t.strictSame(network, { base: bits, prefixLength: networkOf(text).prefixLength }, canonical)
  }
  t.end()
})

t.test('the bits behind a prefix, word by word', (t) => {
  const words = (prefixLength: number) => [0, 1, 2, 3].map((word) => hostBits(prefixLength, word))
  t.strictSame(words(0), [-1, -1, -1, -1])
  t.strictSame(words(1), [0x7fffffff, -1, -1, -1])
  t.strictSame(words(31), [1, -1, -1, -1])
  t.strictSame(words(32), [0, -1, -1, -1])
  t.strictSame(words(33), [0, 0x7fffffff, -1, -1])
  t.strictSame(words(127), [0, 0, 0, 1])
  t.strictSame(words(128), [0, 0, 0, 0])
  t.end()
})

t.test('60 KB of anything are no network', (t) => {
  for (const piece of ['1', '/', '0', '/8', '10.0.0.0/8', ' ', '"', '\\', ',']) {
    const fault = parseNetwork(piece.repeat(60_000 / piece.length))
    t.ok(!isNetwork(fault), piece)
  }
  t.strictSame(parseNetwork(`10.0.0.0/${'8'.repeat(60_000)}`), { kind: 'bad-prefix', max: 32 })
  t.end()
})
