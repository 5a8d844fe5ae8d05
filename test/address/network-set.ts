// One question to many networks; the edges of each are arithmetic.

import t from 'tap'
import { parseIp } from '../../lib/address/ip.ts'
import { isNetwork, parseNetwork } from '../../lib/address/network.ts'
import { compileNetworks } from '../../lib/address/network-set.ts'
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

t.test('CVE-2026-90711: a mapped network holds its IPv4 addresses and no IPv6 address', (t) => {
  const holds = set('::ffff:10.0.0.0/104')
  t.ok(holds('10.255.255.255'))
  t.notOk(holds('11.0.0.0'))
  t.notOk(holds('9.255.255.255'))
  t.notOk(holds('2001:db8::3'))
  t.notOk(holds('::a00:2'))
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

t.test('each network is read before the next is asked for, so that one object can be all', (t) => {
  function* networks(): Iterable<Network> {
    const one = { ...network('::/0') }
    for (const text of ['10.0.0.0/8', '2001:db8::/32', '192.0.2.1'])
      yield Object.assign(one, network(text))
  }
  const { contains } = compileNetworks(networks())
  for (const text of ['10.1.2.3', '2001:db8::1', '192.0.2.1']) t.ok(contains(ip(text)), text)
  for (const text of ['11.0.0.0', '2001:db9::', '192.0.2.0', '::1'])
    t.notOk(contains(ip(text)), text)
  t.end()
})
