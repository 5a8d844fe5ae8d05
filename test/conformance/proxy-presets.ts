// proxy: 'name' against what real proxies sent: the truth where the proxy is configured as
// docs/choose.md says, and never a forgery.

import t from 'tap'
import type { ProxyName } from '../../types/trust.ts'
import { captures, forgeries, resolveCapture, setupOf, tellsHost } from '../fixtures/captures.ts'

/** Which setups a name stands for, nearest proxy first; the first row that fits counts. */
const rows: readonly (readonly [setups: RegExp, proxy: ProxyName | readonly ProxyName[]])[] = [
  [/^chain-(?:haproxy|haproxy-edge)-nginx(?:-unix|-lab)?$/, ['nginx', 'haproxy']],
  [/^chain-caddy(?:211)?-apache/, ['apache', 'caddy']],
  [/^chain-nginx(?:-edge)?-nginx-unix/, ['nginx', 'nginx']],
  [/^chain-apache-nginx$/, ['nginx', 'apache']],
  [/^chain-nginx-apache(?:-remoteip.*)?$/, ['apache', 'nginx']],
  [/^chain-nginx-caddy-(?:strict|trusted)$/, ['caddy', 'nginx']],
  [/^chain-nginx-varnish$/, ['varnish', 'nginx']],
  [/^chain-nginx-haproxy(?:-except|-ifnone)?$/, ['haproxy', 'nginx']],
  [/^chain-lighttpd-haproxy-forwarded$/, ['haproxy-forwarded', 'lighttpd-forwarded']],
  [/^chain-nghttpx-nginx-forwarded$/, ['nginx-forwarded', 'nghttpx-forwarded']],
  [/^chain-haproxy-nghttpx-forwarded$/, ['nghttpx-forwarded', 'haproxy-forwarded']],
  [/^chain-ats-nginx-forwarded$/, ['nginx-forwarded', 'trafficserver-forwarded']],
  [/^chain-haproxy-lighttpd-forwarded$/, ['lighttpd-forwarded', 'haproxy-forwarded']],
  [/^chain-haproxy-varnish-nginx$/, ['nginx', 'varnish', 'haproxy']],
  [/^chain-nginx-apache-haproxy$/, ['haproxy', 'apache', 'nginx']],
  [/^chain-nginx-nodeproxy$/, ['http-proxy', 'nginx']],
  [/^chain-caddy-caddy-trusted$/, ['caddy', 'caddy']],
  [/^chain-squid-nginx$/, ['nginx', 'squid']],
  // Behind a proxy of bytes that tells the client in the PROXY protocol.
  [/^chain-hitch-varnish$/, 'varnish'],
  [/^chain-haproxytcp\d-(?:nginx|nginx-realip)$/, 'nginx'],
  [/^chain-haproxytcp1-apache$/, 'apache'],
  [/^chain-nginxstream-haproxy$/, 'haproxy'],
  [/^chain-stunnel-lighttpd$/, 'lighttpd'],
  [/^chain-haproxytcp2-caddy$/, 'caddy'],
  [/^chain-haproxytcp2-nghttpx$/, 'nghttpx'],
  [/^chain-haproxytcp1-squid$/, 'squid'],
  [/^chain-haproxytcp1-h2o$/, 'h2o'],
  [/^chain-haproxytcp2-ats$/, 'trafficserver'],
  [/^chain-haproxytcp2-haproxy-forwarded$/, 'haproxy-forwarded'],
  [/^nginx-.+-ingress$/, 'ingress-nginx'],
  [/^nginx-.+-forwarded/, 'nginx-forwarded'],
  [/^nginx-[^-]+-(?!default|xreal)/, 'nginx'],
  [/^apache-.+-(?:recommended|edge)/, 'apache'],
  [/^haproxy-.+-forwarded(?:-|$)/, 'haproxy-forwarded'],
  [/^haproxy-[^-]+-(?!default|forwardfor|if-none|x-client-ip)/, 'haproxy'],
  [/^caddy-[^-]+-(?!trusted-private|pass-xff)/, 'caddy'],
  [/^varnish-.+-recommended$/, 'varnish'],
  [/^lighttpd-.+-forwarded/, 'lighttpd-forwarded'],
  [/^lighttpd-/, 'lighttpd'],
  [/^squid-[^-]+-(?:default|truncate)/, 'squid'],
  [/^nghttpx-.+-(?:xff|keep-proto)/, 'nghttpx'],
  [/^nghttpx-.+-forwarded-ip/, 'nghttpx-forwarded'],
  [/^ats-.+-recommended$/, 'trafficserver'],
  [/^ats-.+-forwarded(?!-full)/, 'trafficserver-forwarded'],
  [/^h2o-.+-preserve-host/, 'h2o'],
  [/^tinyproxy-.+-xtinyproxy$/, 'tinyproxy'],
  [/^http-proxy.*-xfwd(?!-change)/, 'http-proxy'],
  [/^fastify-http-proxy-.+-rewrite/, 'fastify-http-proxy'],
]

/** Setups for which no name stands: nobody is in front, or the proxy is configured otherwise. */
const nameless: readonly (readonly [setups: RegExp, reason: string])[] = [
  [/^(?:direct|lab-direct|ll-direct)/, 'nobody is in front'],
  [
    /-default|-plain|-proxyaddheaders-off|-delete$|-transparent$|-off$|-anonymize$|-no-xf$|-no-headers$|-keep-host$/,
    'the proxy sets nothing, or less than it should',
  ],
  [/^apache-.+-(?:via-on|preserve-host|remote-addr-expr)/, 'X-Forwarded-Proto is handed on'],
  [/-(?:forwardfor|no-proto|preserve-xfp)$/, 'X-Forwarded-Proto is handed on'],
  [/^nginx-.+-xreal-only$|^haproxy-.+-x-client-ip$|-realip/, 'the client stands in another header'],
  [/^varnish-.+-(?:edge|passws)$/, 'X-Forwarded-Proto is handed on'],
  [/-changeOrigin$/, 'the host is changed'],
  [/^(?:pound|pen|httpxy)-|^chain-pound|-if-none$|-pass-xff$/, 'the client can forge its address'],
  [/-trusted-private$/, 'the client is trusted by the proxy'],
  [/^nghttpx-.+-(?:forwarded|forwarded-obf-named)$/, 'the client is hidden on purpose'],
  [/^ats-.+-forwarded-full$/, 'what Traffic Server writes so is no RFC 7239'],
  [/^chain-haproxy-nginx-recommended$/, 'the inner proxy does not hand on X-Forwarded-Proto'],
  [/^chain-(?:hitch-vinyl|varnish-nginx)/, 'the outermost proxy does not set X-Forwarded-Proto'],
  [
    /^chain-(?:haproxytcp2-caddy-noallow|nginx-caddy-untrusted|caddy-nodeproxy|caddy-fastifyproxy|haproxy-haproxy-proxyv2)$/,
    'the inner proxy does not append',
  ],
]

function proxyOf(setup: string): ProxyName | readonly ProxyName[] | undefined {
  return rows.find(([setups]) => setups.test(setup))?.[1]
}

const setups = [...new Set(captures.map(setupOf))]

t.test('each setup is configured as a name says, or it is known why not', (t) => {
  for (const setup of setups) {
    const reason = nameless.find(([pattern]) => pattern.test(setup))?.[1]
    t.ok(proxyOf(setup) ?? reason, setup)
  }
  for (const [pattern] of [...rows, ...nameless]) {
    t.ok(
      setups.some((setup) => pattern.test(setup)),
      `${pattern} is used`,
    )
  }
  t.end()
})

t.test('most captures have a name, and tell the client unless he left a quote open', (t) => {
  const named = captures.filter((capture) => proxyOf(setupOf(capture)) !== undefined)
  const untold = named.flatMap((capture) => {
    const { client, problems } = resolveCapture(capture, { proxy: proxyOf(setupOf(capture)) })
    const codes = problems.map(({ code }) => code)
    return client.address === (capture.truth.client ?? '') ? [] : [[client.address, ...codes]]
  })
  t.ok(named.length > captures.length / 2)
  t.ok(untold.length < named.length / 100, `${untold.length} of ${named.length}`)
  for (const answer of untold) t.same(answer, ['', 'bad-forwarded'])
  t.end()
})

for (const setup of setups) {
  const proxy = proxyOf(setup)
  if (proxy === undefined) continue
  t.test(
    `${setup}: the truth, and never a forgery, with proxy: ${[proxy].flat().join(', ')}`,
    (t) => {
      for (const capture of captures.filter((capture) => setupOf(capture) === setup)) {
        const context = resolveCapture(capture, { proxy })
        const { id, outcome, truth } = capture
        t.same(forgeries(capture, context), [], id)
        if (outcome.clientAddress === 'truth')
          t.equal(context.client.address, truth.client ?? '', id)
        if (outcome.scheme === 'truth') t.equal(context.scheme, truth.scheme, id)
        if (outcome.host === 'truth') t.ok(tellsHost(capture, context), `${id}: ${context.host}`)
      }
      t.end()
    },
  )
}
