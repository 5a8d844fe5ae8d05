// The host: which name counts, and what stands in its place when none can be believed.

import t from 'tap'
import { portSuffix, reportedHost, resolveHost } from '../../lib/context/host.ts'
import { readFacts } from '../../lib/context/peer.ts'
import type { Scheme } from '../../lib/context/scheme.ts'
import { compileTrust } from '../../lib/trust/policy.ts'
import type { Problem } from '../../types/context.ts'
import type { RequestFacts } from '../../types/facts.ts'
import type { TrustOptions } from '../../types/trust.ts'

const every: TrustOptions = {
  headers: ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port'],
}

interface Question {
  readonly headers?: Readonly<Record<string, string>>
  readonly facts?: RequestFacts
  readonly options?: TrustOptions
  readonly scheme?: Scheme
  /** The trusted hops that added an entry; 0 when nobody is believed. */
  readonly k?: number
}

const bound: RequestFacts = { localAddress: '10.0.0.9', localPort: 8080 }

/** The host of a request, and what was wrong with it. */
function resolve({ headers = {}, facts, options = every, scheme = 'http', k = 1 }: Question) {
  const { policy } = compileTrust(options)
  const picked = new Map(Object.entries(headers))
  const problems: Problem[] = []
  const nobody = { host: undefined, port: undefined }
  const reported = k === 0 ? nobody : reportedHost(picked, policy, k)
  const whole = readFacts({ ...bound, ...facts }, false)
  return { ...resolveHost(reported, picked, whole, policy, scheme, problems), problems }
}

const local = { host: '10.0.0.9:8080', hostname: '10.0.0.9', port: 8080 }

/** A Host header, and what it is. */
const hosts = [
  ['shop.example', 'shop.example', 'shop.example', 80],
  ['Shop.EXAMPLE', 'shop.example', 'shop.example', 80],
  ['shop.example:8443', 'shop.example:8443', 'shop.example', 8443],
  ['shop.example:80', 'shop.example:80', 'shop.example', 80],
  ['shop.example.', 'shop.example.', 'shop.example.', 80],
  ['192.0.2.1', '192.0.2.1', '192.0.2.1', 80],
  ['[2001:DB8::1]:81', '[2001:db8::1]:81', '[2001:db8::1]', 81],
  ['[2001:db8:0::1]', '[2001:db8::1]', '[2001:db8::1]', 80],
  ['_dmarc.shop-1.example', '_dmarc.shop-1.example', '_dmarc.shop-1.example', 80],
] as const

for (const [sent, host, hostname, port] of hosts) {
  t.test(`Host: ${sent} is ${host}`, (t) => {
    const wanted = { host, hostname, port, problems: [] }
    t.same(resolve({ headers: { host: sent } }), wanted)
    t.same(resolve({ headers: { host: ` ${sent} ` } }), wanted)
    t.same(resolve({ headers: { ':authority': sent } }), wanted)
    t.same(resolve({ headers: { 'x-forwarded-host': sent } }), wanted)
    t.same(resolve({ facts: { url: `http://${sent}/x` } }), wanted)
    t.end()
  })
}

t.test('without a port the default of the scheme holds, and is not written', (t) => {
  const headers = { host: 'shop.example' }
  t.equal(resolve({ headers, scheme: 'http' }).port, 80)
  const { host, port } = resolve({ headers, scheme: 'https' })
  t.same({ host, port }, { host: 'shop.example', port: 443 })
  t.end()
})

t.test('the reported host comes first, then the target, then :authority, then Host', (t) => {
  const headers = { 'x-forwarded-host': 'a.example', ':authority': 'c.example', host: 'c.example' }
  const facts = { url: 'http://b.example/' }
  t.equal(resolve({ headers, facts }).host, 'a.example')
  t.equal(resolve({ headers: { host: 'c.example' }, facts, k: 0 }).host, 'b.example')
  t.equal(resolve({ headers, k: 0 }).host, 'c.example')
  t.equal(resolve({ headers: { host: 'd.example' }, facts: { url: '/' } }).host, 'd.example')
  t.end()
})

t.test('X-Forwarded-Host is not read unless it is listed', (t) => {
  const headers = { 'x-forwarded-host': 'evil.example', host: 'shop.example' }
  t.equal(resolve({ headers, options: {} }).host, 'shop.example')
  t.end()
})

t.test('the k-th host from the right counts; an empty one is no report', (t) => {
  const headers = { 'x-forwarded-host': 'a.example, b.example, ', host: 'shop.example' }
  const read = (k: number) => resolve({ headers, k }).host
  t.same([1, 2, 3, 4].map(read), ['shop.example', 'b.example', 'a.example', 'a.example'])
  t.end()
})

/** What is malformed; the header is named, and nothing next in line is asked. */
const malformed = [
  'user@shop.example',
  'shop.example/path',
  'shop.example:0',
  'shop.example:65536',
  'shop.example:',
  'shop example',
  'shop..example',
  '.shop.example',
  'ev%69l.example',
  '0x7f.1',
  '127.1',
  '1.2.3.4.5',
  '::1',
  '[::1',
  '[::1]x',
  '[fe80::1%eth0]',
  '<b>',
  'x'.repeat(262),
]

for (const text of malformed) {
  t.test(`the host ${text.slice(0, 30)} is malformed: no fallback to the next`, (t) => {
    const value = text.slice(0, 100)
    for (const [header, question] of [
      ['x-forwarded-host', { headers: { 'x-forwarded-host': text, host: 'shop.example' } }],
      [':authority', { headers: { ':authority': text } }],
      ['host', { headers: { host: text } }],
    ] as const) {
      const problems = [{ code: 'bad-host', header, value }]
      t.same(resolve(question), { ...local, problems })
    }
    t.end()
  })
}

t.test('a malformed authority of the target is named as such', (t) => {
  for (const authority of ['user@evil.example', '', 'a:b']) {
    const facts = { url: `http://${authority}/x` }
    const problems = [{ code: 'bad-host', header: 'request-target', value: authority }]
    t.same(resolve({ headers: { host: 'shop.example' }, facts }), { ...local, problems })
  }
  t.end()
})

t.test('two Host lines are bad-host, whoever reported another host (RFC 9112 3.2)', (t) => {
  const double = { host: 'shop.example,shop.example' }
  for (const headers of [
    double,
    { ...double, 'x-forwarded-host': 'a.example' },
    { ...double, ':authority': 'shop.example' },
  ]) {
    const { problems, ...host } = resolve({ headers })
    t.same(host, local)
    t.equal(problems[0]?.code, 'bad-host')
  }
  t.equal(resolve({ headers: double, facts: { url: 'http://a.example/' } }).hostname, '10.0.0.9')
  t.end()
})

t.test('a Host unlike :authority is bad-host (RFC 9113 8.3.1)', (t) => {
  const bad = resolve({ headers: { ':authority': 'shop.example', host: 'evil.example' } })
  t.equal(bad.problems[0]?.code, 'bad-host')
  t.equal(bad.hostname, '10.0.0.9')
  const fine = resolve({ headers: { ':authority': 'shop.example', host: 'SHOP.example' } })
  t.same([fine.host, fine.problems], ['shop.example', []])
  t.end()
})

t.test('a target unlike :authority is bad-host: over HTTP/2 only that is asked', (t) => {
  const facts = { url: 'http://evil.example/x' }
  const headers = { ':authority': 'shop.example' }
  const value = 'evil.example'
  const problems = [{ code: 'bad-host', header: 'request-target', value }]
  t.same(resolve({ headers, facts }), { ...local, problems })
  const same = resolve({ headers, facts: { url: 'http://SHOP.example/x' } })
  t.same([same.host, same.problems], ['shop.example', []])
  t.end()
})

t.test('a malformed Host is refused beside a target that has a name, too (RFC 9112 3.2)', (t) => {
  const facts = { url: 'http://shop.example/' }
  for (const host of ['a b', '\xa0', 'user@shop.example']) {
    const problems = [{ code: 'bad-host', header: 'host', value: host }]
    t.same(resolve({ headers: { host }, facts }), { ...local, problems })
  }
  for (const host of ['', ' ', 'other.example', ' other.example:81 ']) {
    const { host: answered, problems } = resolve({ headers: { host }, facts })
    t.same([answered, problems], ['shop.example', []])
  }
  t.end()
})

t.test('no white space stands around a name but blanks and tabs (RFC 9110 5.6.3)', (t) => {
  t.equal(resolve({ headers: { host: '\tshop.example ' } }).host, 'shop.example')
  for (const host of ['\xa0shop.example', 'shop.example\xa0', '\ufeffshop.example', '\xa0']) {
    const problems = [{ code: 'bad-host', header: 'host', value: host }]
    t.same(resolve({ headers: { host } }), { ...local, problems })
  }
  t.end()
})

t.test('the host of CONNECT is the one that it asks for (RFC 9112 3.3)', (t) => {
  const facts = { method: 'CONNECT', url: 'db.example:5432' }
  const { host, hostname, port, problems } = resolve({ headers: { host: 'a.example' }, facts })
  t.same([host, hostname, port, problems], ['db.example:5432', 'db.example', 5432, []])
  t.end()
})

t.test('an empty Host beside :authority is missing, and contradicts nobody', (t) => {
  const { host, problems } = resolve({ headers: { ':authority': 'shop.example', host: '' } })
  t.same([host, problems], ['shop.example', []])
  t.end()
})

t.test('without any host, and with an empty one, it is no-host, and the local address', (t) => {
  for (const headers of [{}, { host: '' }, { host: ' ' }, { host: '', ':authority': '' }]) {
    t.same(resolve({ headers }), { ...local, problems: [{ code: 'no-host' }] })
  }
  t.end()
})

t.test('the local address is unmapped, bracketed, without its zone; else it is localhost', (t) => {
  for (const [localAddress, localPort, host, hostname, port] of [
    ['::ffff:10.0.0.9', 8080, '10.0.0.9:8080', '10.0.0.9', 8080],
    ['2001:DB8::9', 8080, '[2001:db8::9]:8080', '[2001:db8::9]', 8080],
    ['fe80::9%eth0', 80, '[fe80::9]', '[fe80::9]', 80],
    ['10.0.0.9', undefined, '10.0.0.9', '10.0.0.9', 80],
    ['garbage', 8080, 'localhost', 'localhost', 80],
    [undefined, 8080, 'localhost', 'localhost', 80],
  ] as const) {
    const { problems, ...answer } = resolve({ facts: { localAddress, localPort } })
    t.same(answer, { host, hostname, port })
    t.same(problems, [{ code: 'no-host' }])
  }
  const secure = resolve({ facts: { localAddress: undefined }, scheme: 'https' })
  t.same([secure.host, secure.port], ['localhost', 443])
  t.equal(resolve({ facts: { localPort: 443 }, scheme: 'https' }).host, '10.0.0.9')
  t.end()
})

t.test('X-Forwarded-Port wins over the port of Host', (t) => {
  const headers = { host: 'shop.example:8080', 'x-forwarded-port': '8443' }
  t.same(resolve({ headers, scheme: 'https' }), {
    host: 'shop.example:8443',
    hostname: 'shop.example',
    port: 8443,
    problems: [],
  })
  const standard = { host: 'shop.example:8080', 'x-forwarded-port': '443' }
  t.equal(resolve({ headers: standard, scheme: 'https' }).host, 'shop.example')
  t.end()
})

t.test('a port in the reported host wins over X-Forwarded-Port', (t) => {
  const port = { 'x-forwarded-port': '1' }
  const both = { ...port, 'x-forwarded-host': 'shop.example:8443' }
  t.same(resolve({ headers: both }).port, 8443)
  t.same(resolve({ headers: { ...port, 'x-forwarded-host': 'shop.example' } }).port, 1)
  t.end()
})

t.test('X-Forwarded-Port is not read unless listed, nor where nobody is believed', (t) => {
  const headers = { host: 'shop.example', 'x-forwarded-port': '8443' }
  const onlyHost: TrustOptions = { headers: ['x-forwarded-for', 'x-forwarded-host'] }
  t.equal(resolve({ headers, options: {} }).port, 80)
  t.equal(resolve({ headers, options: onlyHost }).port, 80)
  t.equal(resolve({ headers, k: 0 }).port, 80)
  const onlyPort: TrustOptions = { headers: ['x-forwarded-for', 'x-forwarded-port'] }
  const evil = { ...headers, 'x-forwarded-host': 'evil.example' }
  t.same(resolve({ headers: evil, options: onlyPort }).host, 'shop.example:8443')
  t.end()
})

t.test('a reported port that is none is a problem, and the port stays', (t) => {
  for (const value of ['0', '65536', 'https', '-1', '8443x', '1e3', '9'.repeat(200)]) {
    const { host, problems } = resolve({
      headers: { host: 'shop.example:8080', 'x-forwarded-port': value },
    })
    t.equal(host, 'shop.example:8080')
    const header = 'x-forwarded-port'
    t.same(problems, [{ code: 'bad-port', header, value: value.slice(0, 100) }])
  }
  t.end()
})

t.test('a host that is not allowed is answered with the local address', (t) => {
  const options: TrustOptions = { ...every, allowedHosts: ['shop.example', '*.cdn.example'] }
  for (const host of ['shop.example', 'SHOP.example:8443', 'shop.example.', 'a.cdn.example']) {
    t.same(resolve({ headers: { host }, options }).problems, [])
  }
  const evil = resolve({ headers: { host: 'evil.example:81' }, options })
  const problems = [{ code: 'host-not-allowed', header: 'host', value: 'evil.example' }]
  t.same(evil, { ...local, problems })
  const headers = { host: 'shop.example', 'x-forwarded-host': `${'x'.repeat(150)}.example` }
  t.same(resolve({ headers, options }).problems, [
    { code: 'host-not-allowed', header: 'x-forwarded-host', value: 'x'.repeat(100) },
  ])
  t.end()
})

t.test('a port is not written where the scheme implies it (RFC 6454 6.2)', (t) => {
  t.equal(portSuffix(80, 'http'), '')
  t.equal(portSuffix(443, 'https'), '')
  t.equal(portSuffix(443, 'http'), ':443')
  t.equal(portSuffix(80, 'https'), ':80')
  t.end()
})

t.test('a name that comes again is answered as before, unless something speaks against it', (t) => {
  const again = { headers: { host: 'shop.example' }, facts: { url: '/cart' } }
  const answer = { host: 'shop.example', hostname: 'shop.example', problems: [] }
  t.same(resolve(again), { ...answer, port: 80 })
  t.same(resolve({ ...again, scheme: 'https' }), { ...answer, port: 443 })
  const codes = (question: Question) => resolve(question).problems.map(({ code }) => code)
  const { headers } = again
  t.same(codes({ ...again, options: { allowedHosts: ['other.example'] } }), ['host-not-allowed'])
  const beside = (more: Readonly<Record<string, string>>): Question => ({
    ...again,
    headers: { ...headers, ...more },
  })
  t.same(codes(beside({ ':authority': 'other.example' })), ['bad-host'])
  t.equal(resolve(beside({ 'x-forwarded-port': '81' })).host, 'shop.example:81')
  t.equal(resolve(beside({ 'x-forwarded-host': 'a.example' })).host, 'a.example')
  t.same(resolve(again), { ...answer, port: 80 })
  t.equal(resolve({ headers, facts: { url: 'http://b.example/' } }).host, 'b.example')
  t.same(resolve(again), { ...answer, port: 80 })
  t.end()
})
