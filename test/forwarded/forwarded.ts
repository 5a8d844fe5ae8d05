// The Forwarded header; the examples are of RFC 7239, the attacks of the advisories they remember.

import t from 'tap'
import { formatIp } from '../../lib/address/ip-text.ts'
import { forwardedChain } from '../../lib/forwarded/forwarded.ts'
import type { ForwardedEntry, ForwardedNode } from '../../types/forwarded.ts'

/** More entries than any list here has: a chain that does not end fails a test, and ends. */
const MOST = 60_000

function drain(list: string): readonly ForwardedEntry[] {
  const chain = forwardedChain(list)
  const entries: ForwardedEntry[] = []
  for (let entry = chain.next(); entry !== undefined && entries.length < MOST; entry = chain.next())
    entries.push(entry)
  return entries
}

/** Each node nearest first: an address with its port, an obfuscated name, or the kind. */
function nodes(list: string): readonly string[] {
  return drain(list).map(({ node }) => show(node))
}

function show(node: ForwardedNode): string {
  if (node.kind === 'ip')
    return formatIp(node.ip) + (node.port === undefined ? '' : ` ${node.port}`)
  return node.kind === 'obfuscated' ? node.name : node.kind
}

/** What the nearest element reports, as node, by, proto and host. */
function nearest(list: string): readonly (string | undefined)[] {
  const entry = forwardedChain(list).next()
  return entry === undefined ? [] : [show(entry.node), entry.by, entry.proto, entry.host]
}

const none = undefined
const malformed = ['malformed', none, none, none]

t.test('the examples of RFC 7239 4 are read', (t) => {
  t.strictSame(nearest('for="_gazonk"'), ['_gazonk', none, none, none])
  t.strictSame(nearest('For="[2001:db8:cafe::17]:4711"'), [
    '2001:db8:cafe::17 4711',
    none,
    none,
    none,
  ])
  t.strictSame(nearest('for=192.0.2.60;proto=http;by=203.0.113.43'), [
    '192.0.2.60',
    '203.0.113.43',
    'http',
    none,
  ])
  t.strictSame(nodes('for=192.0.2.43, for=198.51.100.17'), ['198.51.100.17', '192.0.2.43'])
  t.end()
})

t.test('the examples of RFC 7239 6.3, 7.1 and 7.4 are read', (t) => {
  t.strictSame(nodes('for=_hidden, for=_SEVKISEK'), ['_SEVKISEK', '_hidden'])
  const spread = ['unknown', '2001:db8:cafe::17', '192.0.2.43']
  t.strictSame(nodes('for=192.0.2.43,for="[2001:db8:cafe::17]",for=unknown'), spread)
  t.strictSame(nodes('for=192.0.2.43, for="[2001:db8:cafe::17]", for=unknown'), spread)
  t.strictSame(nodes('for=192.0.2.43, for="[2001:db8:cafe::17]"'), [
    '2001:db8:cafe::17',
    '192.0.2.43',
  ])
  t.end()
})

t.test('the parameters of one element belong together (RFC 7239 7.5)', (t) => {
  const list = 'for=192.0.2.43, for=198.51.100.17;by=203.0.113.60;proto=http;host=example.com'
  const [first, second] = drain(list)
  t.strictSame(nearest(list), ['198.51.100.17', '203.0.113.60', 'http', 'example.com'])
  t.match(first, { node: { kind: 'ip', port: undefined } })
  t.match(second, { node: { kind: 'ip' }, by: none, proto: none, host: none })
  t.equal(second?.node.kind === 'ip' && formatIp(second.node.ip), '192.0.2.43')
  t.end()
})

t.test('names are read in any case, values as they were written', (t) => {
  const list = 'HOST=Shop.Example;Proto=HTTPS;BY=_Edge;fOR=UNKNOWN'
  t.strictSame(nearest(list), ['unknown', '_Edge', 'HTTPS', 'Shop.Example'])
  t.end()
})

t.test('any value may be quoted, and quoted-pairs are resolved (RFC 9110 5.6.4)', (t) => {
  const list = String.raw`for="192.0.2.\60";proto="h\ttp";by="_\"\\";host="a.example:8443"`
  t.strictSame(nearest(list), ['192.0.2.60', '_"\\', 'http', 'a.example:8443'])
  t.strictSame(nearest('for="";proto="";host=""'), ['garbage', none, '', ''])
  t.end()
})

t.test('what real proxies send is tolerated', (t) => {
  const rows = [
    ['for=192.0.2.43:47011', '192.0.2.43 47011'],
    ['for=[2001:db8::1]', '2001:db8::1'],
    ['for=[2001:db8::1]:47011', '2001:db8::1 47011'],
    ['for=2001:db8::1', '2001:db8::1'],
    ['for="2001:db8::1"', '2001:db8::1'],
    ['for="[fe80::1%eth0]"', 'fe80::1'],
    ['for="[::ffff:10.0.0.3]"', '10.0.0.3'],
    ['for=unix:', 'unix'],
    ['for=192.0.2.43 ; proto=https', '192.0.2.43'],
    ['\tfor\t=\t192.0.2.43\t;\tproto = https', '192.0.2.43'],
    [';for=192.0.2.43;;proto=https;', '192.0.2.43'],
    ['for=192.0.2.43;secret=egah2CGj55fSJFs;ext="a b"', '192.0.2.43'],
  ] as const
  for (const [list, node] of rows) t.strictSame(nodes(list), [node], list)
  t.strictSame(nearest('for=_a;host=a@b:80/x'), ['_a', none, none, 'a@b:80/x'])
  t.end()
})

t.test('empty elements are skipped (RFC 9110 5.6.1.2)', (t) => {
  t.strictSame(nodes(', for=192.0.2.43, ,\t,,for=_a ,'), ['_a', '192.0.2.43'])
  for (const list of ['', ' ', ',', ',,\t, ']) t.strictSame(nodes(list), [], JSON.stringify(list))
  t.end()
})

t.test('a chain that has ended stays ended', (t) => {
  const chain = forwardedChain('for=192.0.2.43')
  t.ok(chain.next())
  t.equal(chain.next(), undefined)
  t.equal(chain.next(), undefined)
  t.end()
})

t.test('an element without `for` is an unknown node, and keeps the rest', (t) => {
  t.strictSame(nearest('proto=https;host=shop.example'), ['unknown', none, 'https', 'shop.example'])
  t.strictSame(nearest(';'), ['unknown', none, none, none])
  t.end()
})

t.test('a duplicate parameter makes the element malformed (RFC 7239 4)', (t) => {
  for (const list of [
    'for=203.0.113.7;for=198.51.100.66',
    'for=203.0.113.7;FOR=203.0.113.7',
    'for=203.0.113.7;proto=http;Proto=https',
    'for=203.0.113.7;host=a;host="a"',
    'for=203.0.113.7;ext=1;ext=2',
  ]) {
    t.strictSame(nearest(list), malformed, list)
  }
  t.end()
})

t.test('what breaks the grammar makes its element malformed, and no other', (t) => {
  for (const element of [
    '198.51.100.66',
    'for',
    'for=',
    '=198.51.100.66',
    'for=198.51.100.66 198.51.100.67',
    'for=198.51.100.66;proto',
    'for=198.51.100.66;proto=',
    'for=198.51.100.66;a b=c',
    'for=198.51.100.66;"a"=b',
    'for=198.51.100.66;[a]=b',
    'for==198.51.100.66',
    'for=198.51.100.66;proto=(https)',
    'for=198.51.100.66;host=é',
    'for=198.51.100.66;proto=https\n',
    'for=198.51.100.66;x=a\\',
    'for=198.51.100.66;x=a\\""',
    'for="198.51.100.66"x',
    'for=x"198.51.100.66"',
    'for="198.51.100.66" "x"',
    'for="198.51.100.66"=x',
    '\u00a0for=198.51.100.66',
    'for:198.51.100.66',
  ]) {
    t.strictSame(
      nodes(`for=_a, ${element}, for=_b`),
      ['_b', 'malformed', '_a'],
      JSON.stringify(element),
    )
    t.strictSame(nearest(element), malformed, JSON.stringify(element))
  }
  t.end()
})

t.test('a malformed element keeps its text without the blanks around, for the problem', (t) => {
  const [entry] = drain('for=_a, \t for=1;for=2 ')
  t.strictSame(entry?.node, { kind: 'malformed', text: 'for=1;for=2' })
  t.end()
})

t.test('a value that is no node is garbage, and keeps its text (RFC 7239 6)', (t) => {
  const [entry] = drain('for="<script>";proto=https')
  t.strictSame(entry?.node, { kind: 'garbage', text: '<script>' })
  for (const value of [
    "'192.0.2.1'",
    '" 192.0.2.1"',
    '"192.0.2.1 "',
    '"192.0.2.1, 192.0.2.2"',
    '"192.0.2.1:0"',
    '""',
  ]) {
    t.strictSame(nodes(`for=${value}`), ['garbage'], value)
  }
  t.end()
})

t.test('CVE-2026-32762 (Rack): a semicolon in quotes begins no parameter', (t) => {
  const list = 'for=203.0.113.7;proto=http;ext="x;proto=https;for=198.51.100.66"'
  t.strictSame(nearest(list), ['203.0.113.7', none, 'http', none])
  t.end()
})

t.test('CVE-2026-32762 (Rack): a comma in quotes begins no element', (t) => {
  const list = 'for=203.0.113.7;ext="a, for=198.51.100.66;proto=https"'
  t.strictSame(drain(list).length, 1)
  t.strictSame(nearest(list), ['203.0.113.7', none, none, none])
  t.end()
})

t.test('CVE-2026-32762 (Rack): an escaped quote ends no value', (t) => {
  const list = String.raw`for=203.0.113.7;ext="a\";host=evil.example;b=\"c";host=shop.example`
  t.strictSame(nearest(list), ['203.0.113.7', none, none, 'shop.example'])
  const escaped = String.raw`for=203.0.113.7;ext="\\", for=192.0.2.1`
  t.strictSame(nodes(escaped), ['192.0.2.1', '203.0.113.7'])
  t.end()
})

t.test('an unterminated quote runs to the end of the list: what it swallows is unknown', (t) => {
  for (const open of [
    'for="',
    'x="',
    '"',
    'a"b',
    'for=198.51.100.66;x="',
    'for="a\\',
    '"a""',
    'x="\\"',
  ]) {
    const appended = 'for=203.0.113.7;proto=https'
    t.strictSame(nodes(`for=_a, ${open}, ${appended}`), ['malformed', '_a'], open)
    t.strictSame(nodes(`${open},${appended}, for=10.0.0.3`), ['malformed'], open)
  }
  t.end()
})

t.test('a quote left open by a client does not turn what a proxy quotes inside out', (t) => {
  for (const appended of [
    'for="[2001:db8::7]:4711";proto=https',
    'for="[2001:db8::7]";host=", for=198.51.100.66;proto=https"',
    'for=203.0.113.7;host=", for=198.51.100.66;x="',
    String.raw`for=203.0.113.7;host=", for=198.51.100.66;x=\""`,
    String.raw`for=203.0.113.7;host="\", for=198.51.100.66;x=\"";proto=http`,
    String.raw`for="[2001:db8::7]";host="\"";by=", for=198.51.100.66;x=\""`,
  ]) {
    t.strictSame(nearest(`for=192.0.2.1;x=", ${appended}`), malformed, appended)
  }
  t.end()
})

t.test('a backslash outside quotes escapes nothing', (t) => {
  t.strictSame(nodes('for=198.51.100.66\\, for=203.0.113.7'), ['203.0.113.7', 'malformed'])
  t.strictSame(nodes('for=198.51.100.66\\", for=203.0.113.7'), ['malformed'])
  t.end()
})

t.test('60 KB of anything come to their end', (t) => {
  const rows = [
    [',', 0, 'none'],
    [' ', 0, 'none'],
    [';', 1, 'unknown'],
    ['a', 1, 'malformed'],
    ['=', 1, 'malformed'],
    ['"', 1, 'malformed'],
    ['\\', 1, 'malformed'],
    ['"\\', 1, 'malformed'],
    ['a=b;', 1, 'malformed'],
    ['a,', 30_000, 'malformed'],
    ['",', 15_000, 'malformed'],
    ['"",', 20_000, 'malformed'],
    ['for=_a,', 8_571, '_a'],
    ['for=_a;', 1, 'malformed'],
  ] as const
  for (const [piece, count, kind] of rows) {
    const found = nodes(piece.repeat(60_000 / piece.length))
    t.equal(found.length, count, JSON.stringify(piece))
    t.ok(
      found.every((node) => node === kind),
      JSON.stringify(piece),
    )
  }
  const parameters = Array.from({ length: 6_000 }, (_, index) => `x${index}=1`).join(';')
  t.strictSame(nodes(`for=_a;${parameters}`), ['_a'])
  t.strictSame(nodes(`for=_a;x="${'\\"'.repeat(30_000)}"`), ['_a'])
  t.strictSame(nodes(`for=_a;x="${','.repeat(60_000)}", for=_b`), ['_b', '_a'])
  t.end()
})
