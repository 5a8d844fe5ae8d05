// What known proxies do to the headers of a request: the table behind the `proxy` option.

import type { AddressHeader, ListHeader, ProxyName } from '../../types/trust.ts'

/**
 * `appends`: its value stands behind what came, in the same line or in one below. `replaces`: what came is
 * gone. A header that is not in the table comes through as the client sent it.
 */
export type HeaderAct = 'appends' | 'replaces'

/** A proxy, configured as docs/choose.md says. */
export interface KnownProxy {
  /** Every header that it sets itself; of several with the client's address, the best comes first. */
  readonly sets: Readonly<Partial<Record<ListHeader | AddressHeader, HeaderAct>>>
  /** How many entries it appends to X-Forwarded-For for one request. Default: 1. */
  readonly entries?: number
  /** The setting with which it appends to what another proxy of yours wrote, where it replaces else. */
  readonly behind?: string
  /**
   * What says so: captures in test/fixtures/proxy-captures.json, a configuration that the tests run, or
   * a page.
   */
  readonly source: string
}

const appendsFor = { 'x-forwarded-for': 'appends' } as const
const appendsForSetsProto = { ...appendsFor, 'x-forwarded-proto': 'replaces' } as const
const appendsForwarded = { forwarded: 'appends' } as const
const replacesAll = {
  'x-forwarded-for': 'replaces',
  'x-forwarded-proto': 'replaces',
  'x-forwarded-host': 'replaces',
} as const

export const proxies: Readonly<Record<ProxyName, KnownProxy>> = {
  nginx: { sets: appendsForSetsProto, source: 'nginx-*-recommended' },
  'nginx-forwarded': { sets: appendsForwarded, source: 'nginx-*-forwarded' },
  'ingress-nginx': {
    sets: { ...replacesAll, 'x-forwarded-port': 'replaces', 'x-real-ip': 'replaces' },
    behind: 'use-forwarded-headers and compute-full-forwarded-for',
    source: 'nginx-bookworm-ingress',
  },
  // Only where no client's Connection takes X-Forwarded-Proto away again (RFC 9110 7.6.1).
  apache: {
    sets: { ...appendsForSetsProto, 'x-forwarded-host': 'appends' },
    source: 'apache-*-recommended',
  },
  // Hands a client's Connection on: nearer proxies would take away what it names, unless it is deleted.
  haproxy: { sets: appendsForSetsProto, source: 'haproxy-*-recommended' },
  'haproxy-forwarded': { sets: appendsForwarded, source: 'haproxy-*-forwarded-full' },
  caddy: { sets: replacesAll, behind: 'trusted_proxies', source: 'caddy-*-default' },
  traefik: {
    sets: { ...replacesAll, 'x-forwarded-port': 'replaces', 'x-real-ip': 'replaces' },
    behind: 'forwardedHeaders.trustedIPs',
    source: 'https://doc.traefik.io/traefik/routing/entrypoints/#forwarded-headers',
  },
  envoy: {
    sets: appendsForSetsProto,
    source: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers',
  },
  varnish: { sets: appendsForSetsProto, source: 'varnish-bookworm-recommended' },
  lighttpd: {
    sets: { ...appendsForSetsProto, 'x-forwarded-host': 'replaces' },
    source: 'lighttpd-*-recommended',
  },
  'lighttpd-forwarded': { sets: appendsForwarded, source: 'lighttpd-*-forwarded' },
  squid: { sets: appendsFor, source: 'squid-*-default' },
  'squid-scheme': { sets: appendsForSetsProto, source: 'docs/deploy/squid.conf' },
  nghttpx: { sets: appendsForSetsProto, source: 'nghttpx-*-xff' },
  'nghttpx-forwarded': { sets: appendsForwarded, source: 'nghttpx-*-forwarded-ip' },
  trafficserver: { sets: appendsFor, source: 'ats-*-recommended' },
  'trafficserver-forwarded': { sets: appendsForwarded, source: 'ats-*-forwarded' },
  h2o: { sets: appendsForSetsProto, source: 'h2o-*-preserve-host' },
  tinyproxy: { sets: { 'x-tinyproxy': 'appends' }, source: 'tinyproxy-*-xtinyproxy' },
  'http-proxy': {
    sets: { ...appendsFor, 'x-forwarded-proto': 'appends' },
    source: 'http-proxy-*-xfwd',
  },
  'fastify-http-proxy': { sets: replacesAll, source: 'fastify-http-proxy-*-rewrite' },
  'aws-alb': {
    sets: { ...appendsForSetsProto, 'x-forwarded-port': 'replaces' },
    source:
      'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html',
  },
  gcp: {
    sets: appendsForSetsProto,
    entries: 2,
    source: 'https://cloud.google.com/load-balancing/docs/https#x-forwarded-for_header',
  },
  'azure-application-gateway': {
    sets: { ...appendsForSetsProto, 'x-forwarded-port': 'replaces' },
    source: 'https://learn.microsoft.com/azure/application-gateway/how-application-gateway-works',
  },
  'azure-front-door': {
    sets: {
      'x-azure-socketip': 'replaces',
      ...appendsForSetsProto,
      'x-forwarded-host': 'replaces',
    },
    source: 'https://learn.microsoft.com/azure/frontdoor/front-door-http-headers-protocol',
  },
  cloudflare: {
    sets: { 'cf-connecting-ip': 'replaces', ...appendsForSetsProto },
    source: 'https://developers.cloudflare.com/fundamentals/reference/http-headers/',
  },
  fastly: {
    sets: { 'fastly-client-ip': 'replaces', 'x-forwarded-proto': 'replaces' },
    source: 'https://www.fastly.com/documentation/reference/http/http-headers/Fastly-Client-IP/',
  },
  akamai: {
    sets: { 'true-client-ip': 'replaces' },
    source: 'https://techdocs.akamai.com/property-mgr/docs/origin-server',
  },
  heroku: {
    sets: { ...appendsForSetsProto, 'x-forwarded-port': 'replaces' },
    source: 'https://devcenter.heroku.com/articles/http-routing#heroku-headers',
  },
  fly: {
    sets: { 'fly-client-ip': 'replaces', ...appendsForSetsProto },
    entries: 2,
    source: 'https://fly.io/docs/networking/request-headers/',
  },
  vercel: {
    sets: replacesAll,
    source: 'https://vercel.com/docs/headers/request-headers',
  },
}

/** Names that one would write, and why the headers behind them cannot be believed as they are. */
export const unsafeProxies: Readonly<Record<string, { reason: string; remedy: string }>> = {
  pound: {
    reason:
      'pound appends to the first X-Forwarded-For line, so that the last of two lines is what the client wrote',
    remedy: 'Put a proxy in its place that joins the lines, such as nginx, HAProxy or Caddy',
  },
  pen: {
    reason: 'pen adds X-Forwarded-For only if the client sent none',
    remedy: 'Put a proxy in its place that appends or replaces, such as nginx, HAProxy or Caddy',
  },
  httpxy: {
    reason: 'httpxy keeps the X-Forwarded-* headers that a client sent',
    remedy:
      'Delete them from the request before it is proxied, then list `headers` instead of `proxy`',
  },
  'express-http-proxy': {
    reason: 'express-http-proxy sets no header about the client',
    remedy:
      'Replace X-Forwarded-For and -Proto in proxyReqOptDecorator, then list `headers` instead of `proxy`',
  },
  mitmproxy: {
    reason: 'mitmproxy sets no header about the client',
    remedy: 'Put a proxy in its place that appends or replaces, such as nginx, HAProxy or Caddy',
  },
  hitch: {
    reason: 'hitch hands on bytes and the PROXY protocol, not headers',
    remedy: 'Leave it out: name the proxy behind it, which reads the PROXY protocol',
  },
  stunnel: {
    reason: 'stunnel hands on bytes and the PROXY protocol, not headers',
    remedy: 'Leave it out: name the proxy behind it, which reads the PROXY protocol',
  },
}
