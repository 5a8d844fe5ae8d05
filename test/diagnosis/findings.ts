// The rules: what one request, or most of them, say about the configuration, and what says nothing.

import t from 'tap'
import { compileArrivals } from '../../lib/diagnosis/arrivals.ts'
import { createEvidenceBook } from '../../lib/diagnosis/evidence.ts'
import { type Finding, trustedFindings, untrustedFindings } from '../../lib/diagnosis/findings.ts'
import { compileTrust, resolveContext } from '../../lib/index.ts'
import { addressHeaderNames } from '../../lib/trust/headers.ts'
import type { TrustOptions } from '../../types/trust.ts'

const read = compileArrivals(addressHeaderNames)
const list: TrustOptions = { forwardedAllowIps: '10.0.0.0/8' }
/** What the nginx of the documentation sends. */
const sound = {
  host: 'shop.example',
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-proto': 'https',
}

type Lines = Readonly<Record<string, string | readonly string[]>>
type Sent = Lines | { readonly peer?: string; readonly lines: Lines }

function isWithPeer(sent: Sent): sent is { readonly peer?: string; readonly lines: Lines } {
  return typeof sent.lines === 'object'
}

/** All that is found in these requests, in order. */
function find(options: TrustOptions, requests: readonly Sent[]): readonly Finding[] {
  const trust = compileTrust({ ...options, onWarning: () => {} })
  const evidence = createEvidenceBook()('network')
  return requests.flatMap((sent) => {
    const { peer = '10.0.0.2', lines } = isWithPeer(sent) ? sent : { lines: sent }
    const rawHeaders = Object.entries(lines).flatMap(([name, value]) =>
      [value].flat().flatMap((line) => [name, line]),
    )
    const facts = { remoteAddress: peer, unix: peer === 'unix', rawHeaders }
    const context = resolveContext(peer === 'unix' ? { unix: true, rawHeaders } : facts, trust)
    const arrived = read(rawHeaders, trust.policy)
    return context.peer.trusted
      ? [...trustedFindings(context, arrived, trust.policy, evidence)]
      : [...untrustedFindings(context, arrived, trust.policy)]
  })
}

function times(count: number, sent: (index: number) => Sent): readonly Sent[] {
  return Array.from({ length: count }, (_, index) => sent(index))
}

t.test('a proxy that does what is listed gives no reason, whatever one client sends', (t) => {
  const forged = {
    ...sound,
    'x-forwarded-for': '198.51.100.66, 203.0.113.7',
    'x-forwarded-host': 'evil.example',
    'x-real-ip': '198.51.100.66',
    'cf-connecting-ip': '198.51.100.66',
    forwarded: 'for=198.51.100.66',
  }
  t.same(
    find(
      list,
      times(400, (index) => (index % 4 === 0 ? forged : sound)),
    ),
    [],
  )
  t.end()
})

t.test('an untrusted peer is found at its first forwarding header', (t) => {
  const peer = '192.0.2.1'
  const found = (lines: Lines, options = list) => find(options, [{ peer, lines }])
  const about = (header: string) => [{ code: 'unlisted-peer', header, hop: 0 }]
  t.same(found({ host: 'shop.example', 'user-agent': 'test' }), [])
  t.same(found(sound), about('x-forwarded-for'))
  t.same(found({ 'x-forwarded-proto': 'https' }), about('x-forwarded-proto'))
  t.same(found({ forwarded: 'for=::1' }), about('forwarded'), 'also by one that is not listed')
  t.same(found({ 'cf-connecting-ip': '::1' }), about('cf-connecting-ip'))
  t.same(
    found({ ...sound, 'x-my-client': '::1' }, { ...list, headers: [{ address: 'x-my-client' }] }),
    about('x-my-client'),
    'what is listed goes first',
  )
  t.same(find({ ...list, unix: false }, [{ peer: 'unix', lines: sound }]), about('x-forwarded-for'))
  t.same(find(list, [{ peer: '', lines: sound }]), [
    { code: 'unknown-peer', header: 'x-forwarded-for', hop: 0 },
  ])
  t.end()
})

t.test('problems that a trusted hop is to blame for are found, others are not', (t) => {
  const both = { ...list, secureSchemeHeaders: { 'x-forwarded-proto': 'https', 'x-ssl': 'on' } }
  const port: TrustOptions = { ...list, headers: ['x-forwarded-for', 'x-forwarded-port'] }
  for (const [code, options, lines] of [
    ['unknown-client', list, { 'x-forwarded-for': 'unknown' }],
    ['bad-client', list, { 'x-forwarded-for': 'garbage' }],
    ['bad-forwarded', { ...list, headers: ['forwarded'] }, { forwarded: 'for=::1;for=::2' }],
    ['too-many-hops', { ...list, maxHops: 1 }, { 'x-forwarded-for': '::1, 10.0.0.3' }],
    ['short-chain', { ...list, hops: 2 }, {}],
    ['bad-scheme', list, { 'x-forwarded-proto': 'ftp' }],
    ['scheme-conflict', both, { 'x-ssl': 'off' }],
    ['bad-port', port, { 'x-forwarded-port': '0' }],
  ] as const) {
    const [finding] = find(options, [{ ...sound, ...lines }])
    t.equal(finding?.code, code)
    t.type(finding?.header, 'string')
  }
  for (const lines of [
    { ...sound, 'x-forwarded-for': '_hidden' },
    { ...sound, host: 'user@shop.example' },
    { ...sound, host: '' },
  ]) {
    t.same(
      find(
        { ...list, allowedHosts: ['shop.example'] },
        times(50, () => lines),
      ),
      [],
    )
  }
  t.end()
})

const missing = (header: string, instead?: string) => ({
  code: 'missing-header',
  header,
  hop: 0,
  instead,
})

t.test(
  'what stands in for a missing header comes with most requests, not with one of them',
  (t) => {
    const silent = { host: 'shop.example', 'user-agent': 'test' }
    const { 'x-forwarded-proto': proto, ...client } = sound
    for (const [lines, header, other] of [
      [silent, 'x-forwarded-for', { 'true-client-ip': '6.6.6.6' }],
      [client, 'x-forwarded-proto', { 'x-forwarded-ssl': 'on' }],
    ] as const) {
      const last = [...times(7, () => lines), { ...lines, ...other }]
      t.match(find(list, last), [missing(header, undefined)])
      const [name = ''] = Object.keys(other)
      const all = times(8, () => ({ ...lines, ...other }))
      t.match(find(list, all), [missing(header, name)])
    }
    t.end()
  },
)

t.test('a proxy that never names the client is found after a few requests', (t) => {
  const silent = { host: 'shop.example', 'user-agent': 'test' }
  t.same(
    find(
      list,
      times(7, () => silent),
    ),
    [],
  )
  t.same(
    find(
      list,
      times(8, () => silent),
    ),
    [missing('x-forwarded-for')],
  )
  const other = { ...silent, 'x-real-ip': '203.0.113.7' }
  t.same(
    find(
      list,
      times(8, () => other),
    ),
    [missing('x-forwarded-for', 'x-real-ip')],
  )
  const unix = times(8, () => ({ peer: 'unix', lines: silent }))
  t.same(find(list, unix), [missing('x-forwarded-for')], 'over a UNIX socket, too')
  t.end()
})

t.test('health checks and a developer at the same machine are no such proxy', (t) => {
  for (const host of [
    'localhost:3000',
    '127.0.0.1:3000',
    '[::1]:3000',
    'app.localhost',
    '10.1.2.3',
  ]) {
    t.same(
      find(
        list,
        times(50, () => ({ host, 'user-agent': 'kube-probe/1.31' })),
      ),
      [],
      host,
    )
  }
  t.same(
    find(
      list,
      times(50, () => ({ 'user-agent': 'check' })),
    ),
    [],
    'without a Host',
  )
  t.same(
    find(
      list,
      times(50, () => ({ host: 'localhost' })),
    ),
    [],
    'without a User-Agent',
  )
  const check = { host: 'shop.example', 'user-agent': 'check' }
  t.same(
    find(
      list,
      times(90, (index) => (index % 3 === 0 ? sound : check)),
    ),
    [],
    'among others',
  )
  t.end()
})

t.test(
  'many User-Agents at a local host are a proxy that hides them, as nginx does by default',
  (t) => {
    const requests = times(4, (index) => ({
      host: '127.0.0.1:3000',
      'user-agent': `agent ${index}`,
    }))
    t.same(find(list, requests.slice(0, 3)), [])
    t.same(find(list, requests), [missing('x-forwarded-for')])
    t.end()
  },
)

t.test('where nobody or a count says who the client is, no header for it is missing', (t) => {
  const silent = { host: 'shop.example', 'x-forwarded-proto': 'https' }
  t.same(
    find(
      { ...list, headers: ['x-forwarded-proto'] },
      times(50, () => silent),
    ),
    [],
  )
  const codes = find(
    { ...list, hops: 1 },
    times(50, () => silent),
  ).map(({ code }) => code)
  t.same([...new Set(codes)], ['short-chain'])
  t.end()
})

t.test('a listed header that does not come with the others is found', (t) => {
  const all = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port']
  const options = { ...list, headers: [...all, 'x-forwarded-prefix'] }
  const { 'x-forwarded-proto': proto, ...rest } = sound
  const found = find(
    options,
    times(8, () => ({ ...rest, 'x-forwarded-ssl': 'on' })),
  )
  t.same(
    found.map(({ code, header, instead }) => [code, header, instead]),
    [
      ['missing-header', 'x-forwarded-proto', 'x-forwarded-ssl'],
      ['missing-header', 'x-forwarded-host', undefined],
      ['missing-header', 'x-forwarded-port', undefined],
      ['missing-header', 'x-forwarded-prefix', undefined],
    ],
  )
  const peer: TrustOptions = { ...list, headers: ['x-forwarded-proto'] }
  t.same(
    find(
      peer,
      times(8, () => rest),
    ).map(({ header }) => header),
    ['x-forwarded-proto', 'x-forwarded-for'],
  )
  t.same(
    find(
      peer,
      times(50, () => ({ host: 'localhost' })),
    ),
    [],
    'but not by a health check',
  )
  t.end()
})

t.test('one of several scheme headers is enough', (t) => {
  const options = { ...list, secureSchemeHeaders: { 'x-forwarded-ssl': 'on', 'x-scheme': 'ssl' } }
  t.same(
    find(
      options,
      times(50, () => ({ ...sound, 'x-scheme': 'ssl' })),
    ),
    [],
  )
  t.end()
})

t.test('under the preset gunicorn only its own problems are found', (t) => {
  const options: TrustOptions = { ...list, preset: 'gunicorn' }
  const lines = { ...sound, 'x-forwarded-host': 'www.shop.example' }
  t.same(
    find(
      options,
      times(50, () => lines),
    ),
    [],
  )
  const codes = find(options, [{ ...sound, 'x-forwarded-ssl': 'off' }]).map(({ code }) => code)
  t.same(codes, ['scheme-conflict'])
  t.end()
})

t.test('more values than trusted hops are found in one request', (t) => {
  const twice = { ...sound, 'x-forwarded-proto': ['https', 'http'] }
  t.same(find(list, [twice]), [{ code: 'extra-values', header: 'x-forwarded-proto', hop: 0 }])
  const chain = { ...twice, 'x-forwarded-for': '203.0.113.7, 10.0.0.3' }
  t.same(find(list, [chain]), [], 'two trusted hops may report two')
  const options: TrustOptions = { ...list, headers: ['x-forwarded-for', 'x-forwarded-host'] }
  t.same(find(options, [{ ...sound, 'x-forwarded-host': 'evil.example, shop.example' }]), [
    { code: 'extra-values', header: 'x-forwarded-host', hop: 0 },
  ])
  t.end()
})

t.test('a chain that goes on in most requests is a proxy that is not listed', (t) => {
  const beyond = { ...sound, 'x-forwarded-for': '203.0.113.7, 198.51.100.1' }
  const found = {
    code: 'unlisted-hop',
    header: 'x-forwarded-for',
    hop: 1,
    address: '198.51.100.1',
  }
  t.same(
    find(
      list,
      times(8, () => beyond),
    ),
    [found],
  )
  t.same(
    find(
      { ...list, hops: 1 },
      times(8, () => beyond),
    ),
    [found],
  )
  const forwarded = { host: 'shop.example', forwarded: 'for=203.0.113.7, for=198.51.100.1' }
  t.same(
    find(
      { ...list, headers: ['forwarded'] },
      times(8, () => forwarded),
    ),
    [{ ...found, header: 'forwarded' }],
  )
  t.same(
    find(
      { ...list, headers: ['x-real-ip'] },
      times(8, () => beyond),
    ).map(({ code }) => code),
    ['missing-header'],
  )
  t.same(
    find(
      list,
      times(8, () => ({ ...sound, 'x-forwarded-for': '10.0.0.3,,10.0.0.4' })),
    ),
    [],
    'an empty element is no hop',
  )
  t.end()
})

t.test('a header that is not listed and says something else is found in most requests', (t) => {
  for (const [header, value, options] of [
    ['cf-connecting-ip', '198.51.100.1', list],
    ['x-forwarded-host', 'www.shop.example', list],
    ['x-forwarded-prefix', '/app', list],
    ['forwarded', 'for=203.0.113.7', { ...list, headers: [] }],
  ] as const) {
    const { 'x-forwarded-for': source, ...rest } = sound
    const lines = { ...(options === list ? sound : rest), [header]: value }
    t.same(
      find(
        options,
        times(8, () => lines),
      ),
      [{ code: 'unlisted-header', header, hop: 0 }],
    )
  }
  t.end()
})

t.test('one that says the same is not: the X-Real-IP of any hop, the Host, no prefix', (t) => {
  for (const lines of [
    { 'x-real-ip': '203.0.113.7' },
    { 'x-real-ip': '10.0.0.3', 'x-forwarded-for': '203.0.113.7, 10.0.0.3' },
    { 'x-real-ip': '10.0.0.2' },
    { 'x-real-ip': 'garbage' },
    { 'x-forwarded-host': 'Shop.Example:8443' },
    { 'x-forwarded-host': 'evil.example, shop.example' },
    { 'x-forwarded-prefix': '/' },
    { forwarded: 'for=198.51.100.66' },
  ] as const) {
    t.same(
      find(
        list,
        times(50, () => ({ ...sound, ...lines })),
      ),
      [],
    )
  }
  const { host, ...rest } = sound
  const http2 = { ':authority': 'shop.example', 'x-forwarded-host': 'shop.example', ...rest }
  t.same(
    find(
      list,
      times(50, () => http2),
    ),
    [],
    'over HTTP/2',
  )
  t.end()
})

t.test('clients that are trusted themselves share a network with the proxies', (t) => {
  const from = (index: number) => ({ ...sound, 'x-forwarded-for': `10.2.0.${index}` })
  t.same(find(list, times(8, from)), [{ code: 'shared-network', hop: 1, address: '10.2.0.7' }])
  t.same(
    find(
      list,
      times(50, (index) => from(index % 3)),
    ),
    [],
    'three may be load balancers',
  )
  t.same(
    find(
      list,
      times(50, (index) => (index % 3 === 0 ? from(index) : sound)),
    ),
    [],
    'or few',
  )
  const loopback: TrustOptions = { forwardedAllowIps: 'loopback' }
  const local = (index: number) => ({
    peer: '127.0.0.1',
    lines: { ...sound, 'x-forwarded-for': `127.0.0.${index}` },
  })
  t.same(find(loopback, times(50, local)), [], 'a user of the same machine is none')
  t.end()
})
