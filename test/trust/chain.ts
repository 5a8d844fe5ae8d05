// proxy: a name or a chain of names answers headers and hops, and contradicts what else is written.

import t from 'tap'
import { resolveContext } from '../../lib/context/resolve.ts'
import { compileTrust } from '../../lib/trust/policy.ts'
import type { TrustOptions } from '../../types/trust.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

/** What a compiled `proxy` reads, and how many hops it counts. */
function compiled(proxy: TrustOptions['proxy'], beside: Omit<TrustOptions, 'proxy'> = {}) {
  const { policy } = compileTrust({ forwardedAllowIps: '10.0.0.2', ...beside, proxy })
  const { source, schemeHeaders, host, port, prefix, hops } = policy
  const listed = { host, port, prefix }
  return {
    client: source.name,
    others: [
      ...schemeHeaders.map(({ name }) => name),
      ...Object.entries(listed).flatMap(([name, read]) => (read ? [`x-forwarded-${name}`] : [])),
    ],
    hops,
  }
}

/** The error of options that no type would let through. */
function refused(options: unknown) {
  return startUpError(() => Reflect.apply(compileTrust, undefined, [options]))
}

const PROTO = 'x-forwarded-proto'

t.test('one proxy: every header that it sets itself, and no hops to count', (t) => {
  const nginx = { client: 'x-forwarded-for', others: [PROTO], hops: undefined }
  t.same(compiled('nginx'), nginx)
  t.same(compiled(['nginx']), nginx, 'a chain of one')
  t.same(compiled('caddy').others, [PROTO, 'x-forwarded-host'])
  t.same(compiled('haproxy-forwarded'), { client: 'forwarded', others: [], hops: undefined })
  t.same(compiled('squid').others, [], 'Squid lets X-Forwarded-Proto through')
  t.same(compiled('squid-scheme').others, [PROTO], 'but not as configured for this name')
  t.same(refused({ proxy: 'NGINX', hops: 'x' }).option, 'hops', 'in any case')
  t.end()
})

t.test('X-Forwarded-Port is read only where headers asks for it', (t) => {
  t.same(compiled('aws-alb').others, [PROTO])
  const headers = ['x-forwarded-for', PROTO, 'x-forwarded-port']
  t.same(compiled('aws-alb', { headers }).others, [PROTO, 'x-forwarded-port'])
  t.end()
})

t.test(
  'where a platform sets several headers with the client, the one of a single address',
  (t) => {
    t.equal(compiled('cloudflare').client, 'cf-connecting-ip')
    t.equal(compiled('azure-front-door').client, 'x-azure-socketip')
    t.equal(compiled('fly').client, 'fly-client-ip')
    t.equal(compiled('fly').hops, undefined, 'there is nothing to count in it')
    t.end()
  },
)

t.test(
  'a proxy that adds two entries is counted, so that its own address is not the client',
  (t) => {
    t.equal(compiled('gcp').hops, 2)
    t.equal(compiled(['nginx', 'gcp']).hops, 3)
    t.equal(compiled('fly', { headers: ['X-Forwarded-For'] }).hops, 2)
    const trust = compileTrust({ forwardedAllowIps: '130.211.0.0/22', proxy: 'gcp' })
    const rawHeaders = [
      'Host',
      'shop.example',
      'X-Forwarded-For',
      '192.0.2.66, 203.0.113.7, 34.0.0.1',
    ]
    const context = resolveContext({ remoteAddress: '130.211.0.9', rawHeaders }, trust)
    t.equal(context.client.address, '203.0.113.7')
    t.end()
  },
)

t.test('a chain: the headers that every proxy sets, nearest to the application first', (t) => {
  t.same(compiled(['nginx', 'cloudflare']), {
    client: 'x-forwarded-for',
    others: [PROTO],
    hops: undefined,
  })
  t.same(compiled(['nginx', 'caddy']).others, [PROTO], 'nginx hands X-Forwarded-Host on')
  t.same(compiled(['nginx', 'squid']).others, [], 'a client can write what Squid hands on')
  t.same(compiled(['haproxy-forwarded', 'nginx-forwarded']).client, 'forwarded')
  t.equal(compiled(['caddy', 'nginx']).client, 'x-forwarded-for', 'Caddy with trusted_proxies')
  t.end()
})

t.test(
  'what the outermost appends and another hands on has no known place: it is not read',
  (t) => {
    t.same(compiled('http-proxy').others, [PROTO])
    t.same(compiled(['http-proxy', 'http-proxy']).others, [PROTO])
    t.same(compiled(['http-proxy', 'nginx']).others, [PROTO], 'nginx replaces, outermost')
    t.same(compiled(['nginx', 'http-proxy']).others, [])
    t.same(compiled(['caddy', 'apache']).others, [PROTO])
    t.same(compiled(['apache', 'caddy']).others, [PROTO, 'x-forwarded-host'])
    t.end()
  },
)

t.test('a chain that loses the client is an error that says where and what to do', (t) => {
  const lost = refused({ proxy: ['vercel', 'nginx'] })
  t.equal(lost.code, 'contradiction')
  t.equal(lost.option, 'proxy')
  t.match(lost.message, 'vercel replaces x-forwarded-for')
  t.match(lost.message, 'nearest first')
  const mixed = refused({ proxy: ['nginx', 'haproxy-forwarded'] })
  t.equal(mixed.code, 'contradiction')
  t.match(mixed.message, 'nginx in x-forwarded-for, haproxy-forwarded in forwarded')
  t.match(mixed.message, 'the same header')
  t.match(refused({ proxy: ['nginx', 'fastly'] }).message, 'fastly in fastly-client-ip')
  t.match(refused({ proxy: ['fastly', 'fastly'] }).message, 'fastly-client-ip')
  t.end()
})

t.test('an unknown name is an error that lists the known ones and the nearest', (t) => {
  const error = refused({ proxy: ['nginx', 'haproxxy'] })
  t.equal(error.code, 'unknown-proxy')
  t.equal(error.option, 'proxy')
  t.match(error.message, "Did you mean 'haproxy'?")
  t.match(error.message, 'aws-alb')
  t.match(refused({ proxy: 'alb' }).message, "Did you mean 'aws-alb'?")
  t.notMatch(refused({ proxy: 'x'.repeat(70) }).message, 'Did you mean')
  t.equal(refused({ proxy: 'toString' }).code, 'unknown-proxy')
  for (const proxy of [null, 1, {}, [], [undefined], '']) {
    t.match(refused({ proxy }).code, /^(?:wrong-type|unknown-proxy)$/, JSON.stringify(proxy))
  }
  t.end()
})

t.test('a proxy that cannot be safe says why', (t) => {
  t.match(refused({ proxy: 'pound' }), {
    code: 'unsafe-proxy',
    message: /first X-Forwarded-For line/,
  })
  t.equal(refused({ proxy: 'Pound' }).code, 'unsafe-proxy', 'in any case')
  t.match(refused({ proxy: ['nginx', 'hitch'] }), { code: 'unsafe-proxy', message: /Leave it out/ })
  t.end()
})

t.test(
  'headers beside proxy may leave some out; any other is an error that names the proxy',
  (t) => {
    t.same(compiled('caddy', { headers: ['X-Forwarded-For', PROTO] }).others, [PROTO])
    t.same(compiled('cloudflare', { headers: [{ address: 'CF-Connecting-IP' }] }).others, [])
    const error = refused({ proxy: 'nginx', headers: ['x-forwarded-for', 'x-forwarded-host'] })
    t.equal(error.code, 'contradiction')
    t.equal(error.option, 'headers')
    t.match(error.message, 'nginx does not set x-forwarded-host')
    t.match(
      refused({ proxy: ['nginx', 'cloudflare'], headers: ['cf-connecting-ip'] }).message,
      'nginx does not set cf-connecting-ip',
    )
    t.match(
      refused({ proxy: ['traefik', 'traefik'], headers: ['x-real-ip'] }).message,
      'x-real-ip does not outlive this chain',
    )
    t.equal(refused({ proxy: 'nginx', headers: 'x-forwarded-for' }).code, 'wrong-type')
    t.equal(refused({ proxy: 'nginx', headers: [1] }).code, 'wrong-type')
    t.end()
  },
)

t.test('secureSchemeHeaders beside proxy may only name a header that the proxy sets', (t) => {
  const upper = { secureSchemeHeaders: { 'X-FORWARDED-PROTO': 'https' } }
  t.same(compiled('nginx', upper).others, [PROTO])
  const error = refused({ proxy: 'nginx', secureSchemeHeaders: { 'x-forwarded-ssl': 'on' } })
  t.equal(error.code, 'contradiction')
  t.equal(error.option, 'secureSchemeHeaders')
  t.equal(refused({ proxy: 'nginx', secureSchemeHeaders: 'https' }).code, 'wrong-type')
  t.end()
})

t.test('hops beside proxy must be the number that the chain makes', (t) => {
  t.equal(compiled(['nginx', 'haproxy'], { hops: 2 }).hops, 2)
  t.equal(compiled('gcp', { hops: 2 }).hops, 2)
  const error = refused({ proxy: ['nginx', 'gcp'], hops: 2 })
  t.equal(error.code, 'contradiction')
  t.equal(error.option, 'hops')
  t.match(error.message, 'nginx and gcp make 3, not 2')
  t.equal(refused({ proxy: 'nginx', hops: '1' }).code, 'wrong-type')
  t.match(refused({ proxy: 'cloudflare', hops: 1 }).message, 'x-forwarded-for')
  t.end()
})

t.test('proxy never says whom to trust', (t) => {
  t.equal(compileTrust({ proxy: 'aws-alb', forwardedAllowIps: [] }).trusts('10.0.0.2'), false)
  const { contains, source, ...rest } = compileTrust({ proxy: 'nginx' }).policy
  const { contains: _, source: _source, ...plain } = compileTrust().policy
  t.same(rest, plain)
  t.end()
})

t.test(
  'a chain behind * alone would end at its second proxy: an error, until it is counted',
  (t) => {
    const chain = ['nginx', 'caddy', 'cloudflare'] as const
    const error = refused({ proxy: chain, forwardedAllowIps: '*' })
    t.match({ ...error }, { code: 'contradiction', option: 'proxy', input: chain })
    t.match(error.message, 'would have the address of caddy')
    t.match(error.message, '`hops: 3`')
    const wrong: readonly TrustOptions[] = [
      { proxy: ['haproxy-forwarded', 'nginx-forwarded'], forwardedAllowIps: ['*'] },
      { proxy: chain, forwardedAllowIps: '*', headers: ['x-forwarded-for'] },
    ]
    for (const options of wrong) t.equal(refused(options).code, 'contradiction')
    const right: readonly TrustOptions[] = [
      { proxy: chain, forwardedAllowIps: '*', hops: 3 },
      { proxy: chain, forwardedAllowIps: ['*', '10.0.0.2'] },
      { proxy: chain, forwardedAllowIps: ['10.0.0.2'] },
      { proxy: chain, forwardedAllowIps: [] },
      // Counted by itself.
      { proxy: ['nginx', 'gcp'], forwardedAllowIps: '*' },
      { proxy: ['cloudflare'], forwardedAllowIps: '*' },
      // The client is not asked for, so there is nothing to count.
      { proxy: chain, forwardedAllowIps: '*', headers: ['x-forwarded-proto'] },
    ]
    for (const options of right)
      t.doesNotThrow(() => compileTrust(options), JSON.stringify(options))
    t.end()
  },
)

t.test('such a list is refused by update() and in the environment, too', (t) => {
  const trust = compileTrust({ proxy: ['nginx', 'caddy'], forwardedAllowIps: '10.0.0.2' })
  const { policy } = trust
  t.equal(startUpError(() => trust.update('*')).code, 'contradiction')
  t.equal(trust.policy, policy)
  trust.update('*, 10.0.0.2')
  t.equal(trust.policy.anyPeer, true)
  const before = process.env.FORWARDED_ALLOW_IPS
  process.env.FORWARDED_ALLOW_IPS = '*'
  t.teardown(() => {
    if (before === undefined) delete process.env.FORWARDED_ALLOW_IPS
    else process.env.FORWARDED_ALLOW_IPS = before
  })
  t.equal(refused({ proxy: ['nginx', 'caddy'] }).code, 'contradiction')
  t.end()
})
