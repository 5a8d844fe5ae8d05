// The X-Forwarded-* lists, read from the right.

import t from 'tap'
import { formatIp } from '../../lib/address/ip-text.ts'
import { addressChain, nthFromRight, xForwardedForChain } from '../../lib/forwarded/x-forwarded.ts'
import type { Chain } from '../../types/forwarded.ts'

/** A chain to its end, each address as text and any other node as its kind. */
function read(chain: Chain): readonly string[] {
  const texts: string[] = []
  for (let entry = chain.next(); entry !== undefined && texts.length < MOST; entry = chain.next()) {
    const { node } = entry
    texts.push(node.kind === 'ip' ? formatIp(node.ip) : node.kind)
  }
  return texts
}

/** More entries than any list here has: a chain that does not end fails a test, and ends. */
const MOST = 60_000

t.test('the entries come nearest first', (t) => {
  const list = '203.0.113.7, 10.0.0.3:8080,[2001:db8::1]'
  t.strictSame(read(xForwardedForChain(list)), ['2001:db8::1', '10.0.0.3', '203.0.113.7'])
  t.end()
})

t.test('the list of RFC 7239 7.4 is read', (t) => {
  const list = '192.0.2.43, 2001:db8:cafe::17'
  t.strictSame(read(xForwardedForChain(list)), ['2001:db8:cafe::17', '192.0.2.43'])
  t.end()
})

t.test('an entry says who, and nothing else', (t) => {
  const ip = { version: 4, a: 0, b: 0, c: 0, d: 0x0a000002 }
  const entry = {
    node: { kind: 'ip', ip, port: 80 },
    by: undefined,
    proto: undefined,
    host: undefined,
  }
  t.strictSame(xForwardedForChain('10.0.0.2:80').next(), entry)
  t.strictSame(addressChain('10.0.0.2:80').next(), entry)
  t.end()
})

t.test('blanks and tabs around an entry do not count, those inside do', (t) => {
  t.strictSame(read(xForwardedForChain(' \t10.0.0.2\t ,\t10.0.0.3 ')), ['10.0.0.3', '10.0.0.2'])
  t.strictSame(read(xForwardedForChain('10.0.0.2 10.0.0.3')), ['garbage'])
  t.strictSame(read(xForwardedForChain('10.0.0.2\u00a0,10.0.0.3\n')), ['garbage', 'garbage'])
  t.end()
})

t.test('empty elements are skipped (RFC 9110 5.6.1.2)', (t) => {
  for (const list of [
    ',10.0.0.2,10.0.0.3',
    '10.0.0.2,,10.0.0.3',
    '10.0.0.2, ,\t, 10.0.0.3,',
    ', 10.0.0.2 , 10.0.0.3 ,,',
  ]) {
    t.strictSame(read(xForwardedForChain(list)), ['10.0.0.3', '10.0.0.2'], list)
  }
  t.end()
})

t.test('a list of nothing has no entries', (t) => {
  for (const list of ['', ' ', '\t', ',', ',,', ' , \t, ']) {
    t.strictSame(read(xForwardedForChain(list)), [], JSON.stringify(list))
  }
  t.end()
})

t.test('a chain that has ended stays ended', (t) => {
  for (const chain of [xForwardedForChain('10.0.0.2'), addressChain('10.0.0.2')]) {
    t.ok(chain.next())
    t.equal(chain.next(), undefined)
    t.equal(chain.next(), undefined)
  }
  t.end()
})

t.test('an entry that is no address stands where it stood', (t) => {
  const list = 'unknown, _hidden, "10.0.0.2", 10.0.0.2;a, unix:, 10.0.0.3'
  t.strictSame(read(xForwardedForChain(list)), [
    '10.0.0.3',
    'unix',
    'garbage',
    'garbage',
    'obfuscated',
    'unknown',
  ])
  t.end()
})

t.test('quotes mean nothing in X-Forwarded-For: a client cannot swallow what is appended', (t) => {
  t.strictSame(read(xForwardedForChain('"10.0.0.66, 203.0.113.7')), ['203.0.113.7', 'garbage'])
  t.strictSame(read(xForwardedForChain('10.0.0.66\\, 203.0.113.7')), ['203.0.113.7', 'garbage'])
  t.end()
})

t.test('advisories of octal, hexadecimal and short addresses: each ends the chain unknown', (t) => {
  const rows = [
    ['CVE-2021-29921', '012.0.0.2'],
    ['CVE-2021-29921', '::ffff:010.0.0.2'],
    ['CVE-2021-29923', '10.0.0.002'],
    ['CVE-2021-28918', '0x0a.0.0.2'],
    ['CVE-2023-42282', '127.1'],
  ] as const
  for (const [advisory, text] of rows) {
    t.strictSame(
      read(xForwardedForChain(`198.51.100.66, ${text}`)),
      ['garbage', '198.51.100.66'],
      advisory,
    )
  }
  t.end()
})

t.test('an address keeps its text where that is canonical, and the list short', (t) => {
  const texts = (list: string): readonly unknown[] => {
    const chain = xForwardedForChain(list)
    // The next entry overwrites this one.
    const textOf = (entry = chain.next()) => (entry?.node.kind === 'ip' ? entry.node.text : entry)
    return [textOf(), textOf()]
  }
  t.same(texts('2001:db8::7, 10.0.0.3'), ['10.0.0.3', '2001:db8::7'])
  t.same(texts('2001:DB8::7, ::ffff:10.0.0.3'), [undefined, undefined])
  const long = '203.0.113.7,'.repeat(20)
  t.same(texts(long), [undefined, undefined], 'a piece of it would keep it in memory')
  t.same(texts('10.0.0.3:80'), [undefined, undefined])
  t.end()
})

t.test('a single-address header holds one entry', (t) => {
  t.strictSame(read(addressChain('203.0.113.7')), ['203.0.113.7'])
  t.strictSame(read(addressChain(' \t[2001:db8::1]:443 ')), ['2001:db8::1'])
  t.strictSame(read(addressChain('unknown')), ['unknown'])
  for (const value of ['', ' ', '\t '])
    t.strictSame(read(addressChain(value)), [], JSON.stringify(value))
  t.end()
})

t.test(
  'two values in a single-address header are no address: neither the first nor the last',
  (t) => {
    for (const value of [
      '198.51.100.66,203.0.113.7',
      '198.51.100.66, 203.0.113.7',
      '203.0.113.7,',
      ',203.0.113.7',
      '203.0.113.7, 203.0.113.7',
      '2001:db8::66,203.0.113.7',
      '_a,203.0.113.7',
    ]) {
      t.strictSame(read(addressChain(value)), ['garbage'], value)
    }
    t.end()
  },
)

t.test('a zone does not swallow the second value of a single-address header', (t) => {
  for (const value of [
    '2001:db8::66%a,203.0.113.7',
    '2001:db8::66%a, 203.0.113.7',
    '::ffff:198.51.100.66%a,203.0.113.7',
    '[2001:db8::66%a,203.0.113.7]',
  ]) {
    t.strictSame(read(addressChain(value)), ['garbage'], value)
  }
  t.end()
})

t.test('the k-th value is counted from the right', (t) => {
  const list = ' edge.example ,middle.example,\tinner.example '
  t.equal(nthFromRight(list, 1), 'inner.example')
  t.equal(nthFromRight(list, 2), 'middle.example')
  t.equal(nthFromRight(list, 3), 'edge.example')
  t.end()
})

t.test('a list that is shorter answers with its left-most value', (t) => {
  t.equal(nthFromRight('https', 5), 'https')
  t.equal(nthFromRight('https,http', 3), 'https')
  t.equal(nthFromRight(',http', 3), '')
  t.equal(nthFromRight('', 1), '')
  t.equal(nthFromRight('', 2), '')
  t.equal(nthFromRight(' \t', 1), '')
  t.end()
})

t.test('an empty element is a position that reports nothing', (t) => {
  const rows = [
    ['https,,http', 2, ''],
    ['https, \t,http', 2, ''],
    ['https,', 1, ''],
    ['https,', 2, 'https'],
    [',https', 2, ''],
    [',,', 2, ''],
    [',', 1, ''],
  ] as const
  for (const [list, k, value] of rows) t.equal(nthFromRight(list, k), value, `${list} ${k}`)
  t.end()
})

t.test('60 KB of anything come to their end', (t) => {
  const rows = [
    [',', 0],
    [' ', 0],
    [' ,\t', 0],
    ['a', 1],
    ['"', 1],
    ['\\', 1],
    ['a,', 30_000],
    ['" ,', 20_000],
  ] as const
  for (const [piece, count] of rows) {
    const list = piece.repeat(60_000 / piece.length)
    const nodes = read(xForwardedForChain(list))
    t.equal(nodes.length, count, JSON.stringify(piece))
    t.ok(
      nodes.every((node) => node === 'garbage'),
      JSON.stringify(piece),
    )
    t.equal(nthFromRight(`https,${list}`, 60_002), 'https', JSON.stringify(piece))
  }
  t.strictSame(read(addressChain(' '.repeat(60_000))), [])
  t.strictSame(read(addressChain(','.repeat(60_000))), ['garbage'])
  t.strictSame(read(addressChain(`${' '.repeat(30_000)}10.0.0.2${' '.repeat(30_000)}`)), [
    '10.0.0.2',
  ])
  t.end()
})
