// Both frameworks behind chains of real proxies: the walk passes over each of them, to the client.

import t, { type Test } from 'tap'
import type { TrustOptions } from '../../../types/trust.ts'
import { provesChain, startBehind } from '../../fixtures/e2e/behind.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { caddy } from '../../fixtures/e2e/proxies/caddy.ts'
import { haproxy } from '../../fixtures/e2e/proxies/haproxy.ts'
import { lighttpd } from '../../fixtures/e2e/proxies/lighttpd.ts'
import { nghttpx } from '../../fixtures/e2e/proxies/nghttpx.ts'
import { nginxTcp, nginxUnix } from '../../fixtures/e2e/proxies/nginx.ts'
import { varnish } from '../../fixtures/e2e/proxies/varnish.ts'
import { startProxy } from '../../fixtures/e2e/proxy.ts'
import { HOST, type Target } from '../../fixtures/e2e/request.ts'

/** What a proxy behind another one is told: it has no TLS of its own to speak of. */
const handsSchemeOn = {
  'proxy_set_header X-Forwarded-Proto $scheme;':
    'proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;',
}

const addressOf = ({ address, port }: Target): string => `${address}:${port}`

/** TLS ends at the edge: 127.0.0.11 -> Varnish at 127.0.0.1 -> 127.0.0.12 -> the application. */
async function overTcp(t: Test, application: string, changes = {}) {
  const bind = { 'proxy_bind 127.0.0.11;': 'proxy_bind 127.0.0.12;' }
  const nginx = await startProxy(t, nginxTcp, application, { ...handsSchemeOn, ...bind })
  const line = 'set req.http.X-Forwarded-Proto = "http";'
  const cache = await startProxy(t, varnish, addressOf(nginx.plain), { [line]: '' })
  return await startProxy(t, haproxy, addressOf(cache.plain), changes)
}

/** nginx listens on a UNIX socket and writes `unix:` for its peer; so does the application. */
async function overUnix(t: Test, application: string) {
  const path = `${application}.nginx`
  const listen = { 'server_name shop.example;': `listen unix:${path}; server_name shop.example;` }
  await startProxy(t, nginxUnix, application, { ...handsSchemeOn, ...listen })
  return await startProxy(t, caddy, path)
}

/** RFC 7239: both add an element. */
async function withForwarded(t: Test, application: string) {
  const changes = { '#proxy.forwarded': 'proxy.forwarded' }
  const inner = await startProxy(t, lighttpd, application, changes)
  return await startProxy(t, nghttpx, addressOf(inner.plain))
}

const packages = {
  caddy: 'caddy',
  haproxy: 'haproxy',
  lighttpd: 'lighttpd',
  '/usr/lib/lighttpd/mod_openssl.so': 'lighttpd-mod-openssl',
  nghttpx: 'nghttp2-proxy',
  nginx: 'nginx-light',
  varnishd: 'varnish',
}

const allowedHosts = [HOST]

proveWith(packages, () => {
  const options: TrustOptions = {
    proxy: ['nginx', 'varnish', 'haproxy'],
    forwardedAllowIps: ['127.0.0.12'],
    hops: 3,
    allowedHosts,
  }
  provesChain('haproxy, Varnish and nginx', overTcp, {
    options,
    remoteAddr: '127.0.0.12',
    exceptions: {
      'a Connection that names Host': { why: 'Varnish refuses the request', status: 400 },
    },
  })
  t.test('without `del-header Connection` a client turns its https into http', async (t) => {
    const line = 'http-request del-header Connection if { req.hdr(Connection) -m sub -i forwarded }'
    const start = (t: Test, application: string) => overTcp(t, application, { [line]: '' })
    const { toldOverTls } = await startBehind(t, start, options)
    t.hasStrict(await toldOverTls(), { client: '127.0.0.2', scheme: 'https' })
    t.hasStrict(await toldOverTls(['Connection', 'X-Forwarded-Proto']), { scheme: 'http' })
  })
  provesChain('Caddy and nginx, over UNIX sockets', overUnix, {
    options: { proxy: ['nginx', 'caddy'], forwardedAllowIps: [], allowedHosts },
    remoteAddr: '',
  })
  provesChain('nghttpx and lighttpd, with Forwarded', withForwarded, {
    options: {
      proxy: ['lighttpd-forwarded', 'nghttpx-forwarded'],
      forwardedAllowIps: ['127.0.0.1'],
      hops: 2,
      allowedHosts,
    },
    remoteAddr: '127.0.0.1',
  })
})
