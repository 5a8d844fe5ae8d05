// The heart: one hop speaks for all, and a chain that failed reports nothing.

import t from 'tap'
import { UNSEEN } from '../../lib/context/peer.ts'
import { resolveContext } from '../../lib/context/resolve.ts'
import { compileTrust } from '../../lib/trust/policy.ts'
import type { RequestContext } from '../../types/context.ts'
import type { RequestFacts } from '../../types/facts.ts'
import type { TrustOptions } from '../../types/trust.ts'

const list: TrustOptions = { forwardedAllowIps: '10.0.0.0/8' }
const every: TrustOptions = {
  ...list,
  headers: [
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-host',
    'x-forwarded-port',
    'x-forwarded-prefix',
  ],
}

const bound: RequestFacts = {
  remoteAddress: '10.0.0.2',
  remotePort: 40000,
  localAddress: '10.0.0.9',
  localPort: 8080,
  url: '/cart',
}

/** Headers by name; the host is ours unless another is given. */
type Lines = Readonly<Record<string, string | readonly string[]>>

function resolve(headers: Lines, options: TrustOptions = list, facts: RequestFacts = {}) {
  const whole = { ...bound, ...facts, headers: { host: 'shop.example', ...headers } }
  return resolveContext(whole, compileTrust(options))
}

function addresses({ hops }: RequestContext): readonly string[] {
  return hops.map(({ address }) => address)
}

function codes({ problems }: RequestContext): readonly string[] {
  return problems.map(({ code }) => code)
}

t.test('a request through one trusted proxy', (t) => {
  const context = resolve({ 'x-forwarded-for': '203.0.113.7:51234', 'x-forwarded-proto': 'https' })
  const peer = { address: '10.0.0.2', port: 40000, node: '10.0.0.2', trusted: true, by: undefined }
  const node = '203.0.113.7'
  const client = { address: node, port: 51234, node, trusted: false, by: undefined }
  t.same(context.toJSON(), {
    peer,
    client,
    hops: [peer, client],
    trusted: 1,
    scheme: 'https',
    host: 'shop.example',
    hostname: 'shop.example',
    port: 443,
    prefix: '',
    origin: 'https://shop.example',
    problems: [],
    url: 'https://shop.example/cart',
  })
  t.end()
})

const forged: Lines = {
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-port': '8443',
  'x-forwarded-prefix': '/evil',
  forwarded: 'for=203.0.113.7;proto=https;host=evil.example',
}

t.test('an untrusted peer is the client, and nothing it sends is read', (t) => {
  for (const options of [every, { ...list, headers: ['forwarded'] }, { ...list, hops: 1 }]) {
    const context = resolve(forged, options, { remoteAddress: '198.51.100.20' })
    t.same(addresses(context), ['198.51.100.20'])
    t.same([context.trusted, context.prefix, context.problems], [0, '', []])
    t.equal(context.origin, 'http://shop.example')
  }
  t.end()
})

t.test('a peer without an address is unknown, and is not trusted even by *', (t) => {
  for (const remoteAddress of [undefined, '', 'garbage', '10.0.0.2:80']) {
    const context = resolve(forged, { ...every, forwardedAllowIps: '*' }, { remoteAddress })
    t.same([addresses(context), context.trusted], [[''], 0])
    t.equal(context.peer.node, 'unknown')
    t.equal(context.origin, 'http://shop.example')
  }
  t.end()
})

t.test('the peer is unmapped, and its zone dropped', (t) => {
  t.equal(resolve({}, list, { remoteAddress: '::ffff:10.0.0.2' }).peer.address, '10.0.0.2')
  t.equal(resolve({}, list, { remoteAddress: 'fe80::1%eth0' }).peer.address, 'fe80::1')
  t.equal(resolve({}, list, { remoteAddress: '2001:DB8:0::1' }).peer.address, '2001:db8::1')
  t.end()
})

t.test('a UNIX peer has no address, and is trusted unless `unix` is false', (t) => {
  const facts = { remoteAddress: undefined, unix: true }
  const on = resolve({ 'x-forwarded-for': '203.0.113.7' }, list, facts)
  t.same(on.peer, { address: '', port: undefined, node: 'unix:', trusted: true, by: undefined })
  t.same([addresses(on), on.trusted], [['', '203.0.113.7'], 1])
  const off = resolve({ 'x-forwarded-for': '203.0.113.7' }, { ...list, unix: false }, facts)
  t.same([addresses(off), off.trusted, off.peer.node], [[''], 0, 'unix:'])
  t.end()
})

t.test('the outermost trusted hop speaks for all: the k-th from the right', (t) => {
  const headers: Lines = {
    'x-forwarded-for': '198.51.100.66, 203.0.113.7, 10.0.0.3',
    'x-forwarded-proto': 'http, https, http',
    'x-forwarded-host': 'evil.example, shop.example:1, inner.example',
    'x-forwarded-port': '1, 8443, 80',
    'x-forwarded-prefix': '/evil, /app, /inner',
  }
  const context = resolve(headers, every)
  t.same(addresses(context), ['10.0.0.2', '10.0.0.3', '203.0.113.7'])
  t.equal(context.url().href, 'https://shop.example:1/app/cart')
  t.end()
})

t.test('if all hops are trusted, the one that added the last entry speaks', (t) => {
  const headers: Lines = {
    'x-forwarded-for': '10.0.0.4, 10.0.0.3',
    'x-forwarded-proto': 'https, http',
  }
  const { trusted, client, scheme } = resolve(headers)
  t.same([trusted, client.address, client.trusted, scheme], [3, '10.0.0.4', true, 'https'])
  t.end()
})

t.test('a problem concerns a hop that is there', (t) => {
  const bad: Lines = { 'x-forwarded-proto': 'ftp', 'x-forwarded-prefix': '//evil' }
  for (const headers of [bad, { ...bad, 'x-forwarded-for': '203.0.113.7' }]) {
    const { problems, hops } = resolve(headers, every)
    t.equal(problems.length, 2)
    for (const { hop, code } of problems) t.ok(hop === undefined || hop in hops, code)
  }
  t.end()
})

t.test('with Forwarded everything comes from the element of the client (RFC 7239 4)', (t) => {
  const forwarded =
    'for=198.51.100.66;host=evil.example, ' +
    'for="[2001:db8::7]:51234";proto=https;host="shop.example:8443";by=_edge, ' +
    'for=10.0.0.3;proto=http;host=inner.example'
  const context = resolve({ ...forged, forwarded }, { ...list, headers: ['forwarded'] })
  t.same(addresses(context), ['10.0.0.2', '10.0.0.3', '2001:db8::7'])
  t.same([context.client.port, context.client.by], [51234, '_edge'])
  t.equal(context.url().href, 'https://shop.example:8443/cart')
  t.end()
})

t.test('an element of Forwarded that does not say leaves the transport and the Host', (t) => {
  const options: TrustOptions = { ...list, headers: ['forwarded'] }
  for (const forwarded of ['for=203.0.113.7', 'for=203.0.113.7;proto="";host=""']) {
    const context = resolve({ forwarded }, options, { encrypted: true })
    t.same([context.origin, context.problems], ['https://shop.example', []])
  }
  t.equal(resolve({}, options).origin, 'http://shop.example')
  t.end()
})

t.test('a proto of Forwarded that is none is a problem', (t) => {
  const options: TrustOptions = { ...list, headers: ['forwarded'] }
  const proto = 'x'.repeat(150)
  const { scheme, problems } = resolve({ forwarded: `for=203.0.113.7;proto=${proto}` }, options)
  t.equal(scheme, 'http')
  t.same(problems, [{ code: 'bad-scheme', header: 'forwarded', hop: 0, value: 'x'.repeat(100) }])
  t.equal(resolve({ forwarded: 'for=203.0.113.7;proto=WSS' }, options).scheme, 'https')
  t.end()
})

t.test('a single-address header is the client; two addresses in it are none', (t) => {
  const options: TrustOptions = { ...list, headers: ['x-real-ip', 'x-forwarded-proto'] }
  const https: Lines = { 'x-forwarded-proto': 'https' }
  const one = resolve({ ...https, 'x-real-ip': ' 203.0.113.7 ' }, options)
  t.same([addresses(one), one.scheme], [['10.0.0.2', '203.0.113.7'], 'https'])
  for (const value of ['198.51.100.66, 203.0.113.7', ['198.51.100.66', '203.0.113.7']]) {
    const two = resolve({ 'x-real-ip': value }, options)
    t.same([two.client.address, codes(two)], ['', ['bad-client']])
  }
  t.end()
})

t.test('without a source for the client, the client is the peer', (t) => {
  const context = resolve(forged, { ...list, headers: ['x-forwarded-proto'] })
  t.same([addresses(context), context.trusted, context.scheme], [['10.0.0.2'], 1, 'https'])
  const trust = compileTrust(list)
  const source = { kind: 'peer', name: 'x-forwarded-for' } as const
  const named = { ...trust, policy: { ...trust.policy, source } }
  const facts = { ...bound, headers: { 'x-forwarded-for': '203.0.113.7' } }
  t.same(addresses(resolveContext(facts, named)), ['10.0.0.2'])
  t.end()
})

/** Chains that fail: nothing that they report is believed. */
const failing = [
  [
    'a chain that is longer than maxHops',
    { ...every, maxHops: 1 },
    { 'x-forwarded-for': '203.0.113.7, 10.0.0.3' },
    'too-many-hops',
  ],
  ['a chain that is shorter than hops', { ...every, hops: 2 }, {}, 'short-chain'],
  [
    'an element of Forwarded that is malformed',
    { ...list, headers: ['forwarded'] },
    { forwarded: 'for=203.0.113.7;proto=https;proto=https;host=evil.example' },
    'bad-forwarded',
  ],
] as const

for (const [title, options, headers, code] of failing) {
  t.test(`${title} fails closed`, (t) => {
    const context = resolve({ ...forged, ...headers }, options)
    t.same([context.client.address, codes(context)], ['', [code]])
    t.same([context.origin, context.prefix], ['http://shop.example', ''])
    const secure = resolve({ ...forged, ...headers }, options, { encrypted: true })
    t.equal(secure.scheme, 'https')
    t.end()
  })
}

t.test('a client that is not known does not take the reports with it', (t) => {
  for (const node of ['unknown', '_hidden', 'garbage']) {
    const context = resolve({ ...forged, 'x-forwarded-for': node }, every)
    t.equal(context.client.address, '')
    t.equal(context.url().href, 'https://evil.example:8443/evil/cart')
  }
  t.end()
})

t.test('a prefix that is none is a problem, and there is none', (t) => {
  const long = `/${'x'.repeat(300)}`
  for (const value of ['//evil.example', '/../x', long]) {
    const { prefix, problems } = resolve(
      { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-prefix': value },
      every,
    )
    t.equal(prefix, '')
    const header = 'x-forwarded-prefix'
    t.same(problems, [{ code: 'bad-prefix', header, hop: 0, value: value.slice(0, 100) }])
  }
  t.end()
})

t.test('headers that are listed and missing are no problem', (t) => {
  const context = resolve({ 'x-forwarded-for': '203.0.113.7' }, every)
  t.same([context.prefix, context.origin, context.problems], ['', 'http://shop.example', []])
  t.end()
})

t.test('a report that is listed without the others is read beside the scheme', (t) => {
  for (const [name, value, href] of [
    ['x-forwarded-host', 'www.shop.example', 'https://www.shop.example/cart'],
    ['x-forwarded-port', '8443', 'https://shop.example:8443/cart'],
    ['x-forwarded-prefix', '/app', 'https://shop.example/app/cart'],
  ] as const) {
    const headers = ['x-forwarded-for', 'x-forwarded-proto', name]
    const lines = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https', [name]: value }
    t.equal(resolve(lines, { ...list, headers }).url().href, href)
  }
  t.end()
})

t.test('what was wrong with a request is kept, whatever comes after it', (t) => {
  const bad = resolve({ host: 'user@shop.example' })
  const worse = resolve({ 'x-forwarded-for': 'garbage', 'x-forwarded-proto': 'ftp' })
  resolve({})
  t.same(codes(bad), ['bad-host'])
  t.same(codes(worse), ['bad-client', 'bad-scheme'])
  t.end()
})

t.test('`listener` decides nothing about facts: they say themselves whether they are UNIX', (t) => {
  const context = resolveContext({ url: '/' }, compileTrust(list), { listener: 'unix' })
  t.same([context.peer.node, context.trusted], ['unknown', 0])
  t.end()
})

t.test('2,000 raw header entries may be fewer than were sent: nothing is believed', (t) => {
  const rawHeaders = [
    'Host',
    'shop.example',
    'X-Forwarded-For',
    '198.51.100.66',
    'X-Forwarded-Proto',
    'https',
    ...Array.from({ length: 1994 }, () => 'x'),
  ]
  const context = resolveContext({ ...bound, rawHeaders }, compileTrust(list))
  t.same([addresses(context), context.trusted], [['10.0.0.2', ''], 1])
  t.same(context.problems, [{ code: 'too-many-headers' }])
  t.equal(context.origin, 'http://shop.example')
  const remoteAddress = '198.51.100.20'
  const direct = resolveContext({ ...bound, remoteAddress, rawHeaders }, compileTrust(list))
  t.same([addresses(direct), direct.trusted], [[remoteAddress], 0])
  t.same(direct.problems, [{ code: 'too-many-headers' }])
  const fewer = resolveContext({ ...bound, rawHeaders: rawHeaders.slice(2) }, compileTrust(list))
  t.equal(fewer.client.address, '198.51.100.66')
  t.end()
})

t.test('facts may be as few as none', (t) => {
  const context = resolveContext({}, compileTrust({ forwardedAllowIps: '*' }))
  t.same([addresses(context), context.trusted, codes(context)], [[''], 0, ['no-host']])
  t.equal(context.url().href, 'http://localhost/')
  t.end()
})

t.test(
  'a trusted UNIX peer that names no client is a problem, since it has no address to stand in',
  (t) => {
    const facts = { unix: true, rawHeaders: ['Host', 'shop.example'] }
    const codes = (options: TrustOptions): readonly string[] =>
      resolveContext(facts, compileTrust(options)).problems.map(({ code }) => code)
    t.same(codes({}), ['unknown-client'])
    t.same(codes({ headers: ['x-real-ip'] }), ['unknown-client'])
    t.same(codes({ headers: [] }), [], 'no header is read: nobody was asked')
    t.same(codes({ unix: false }), [], 'nobody is believed')
    t.end()
  },
)

t.test('where no header was seen, a trusted peer is not the client', (t) => {
  const socket = { remoteAddress: '10.0.0.2' }
  const refused = { socket, rawHeaders: UNSEEN, httpVersion: '1.1' }
  const behind = resolveContext(refused, compileTrust({ forwardedAllowIps: '10.0.0.2' }))
  t.same([behind.peer.address, behind.client.address], ['10.0.0.2', ''])
  t.same(behind.problems, [{ code: 'unknown-client', hop: 1 }])
  const direct = resolveContext(refused, compileTrust({ forwardedAllowIps: [] }))
  t.same([direct.client.address, direct.problems], ['10.0.0.2', []])
  t.end()
})

t.test('the preset gunicorn reads its scheme headers and SCRIPT_NAME, of a trusted peer', (t) => {
  const rawHeaders = ['Host', 'shop.example', 'X-Forwarded-Ssl', 'on', 'SCRIPT_NAME', '/app']
  const trust = compileTrust({ preset: 'gunicorn', forwardedAllowIps: '10.0.0.2' })
  const told = resolveContext({ remoteAddress: '10.0.0.2', url: '/app/x', rawHeaders }, trust)
  t.same([told.scheme, told.prefix, told.client.address], ['https', '/app', '10.0.0.2'])
  const other = resolveContext({ remoteAddress: '10.0.0.3', url: '/app/x', rawHeaders }, trust)
  t.same([other.scheme, other.prefix, other.client.address], ['http', '', '10.0.0.3'])
  t.end()
})

t.test('a trust that was not compiled is an error that says how', (t) => {
  for (const trust of [undefined, null, {}, { forwardedAllowIps: ['10.0.0.2'] }]) {
    t.throws(() => Reflect.apply(resolveContext, undefined, [bound, trust]), {
      code: 'wrong-type',
      option: 'trust',
      message: /was not returned by compileTrust\. Write once: const trust = compileTrust\(/,
    })
  }
  t.end()
})
