// The requests of the walk-through, honest and forged.

import { ATTACKER, SITE, VISITOR } from './cast.ts'

/** One request, and what it teaches. */
export interface Scene {
  readonly title: string
  readonly from: string
  /** To the reverse proxy, as visitors come, or around it, straight to the Fastify application. */
  readonly to: 'proxy' | 'application'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly lesson: string
}

const forged = {
  'X-Forwarded-For': '198.51.100.66',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'evil.example',
} as const

export const scenes: readonly Scene[] = [
  {
    title: 'An honest visitor comes through the proxy',
    from: VISITOR,
    to: 'proxy',
    path: '/cart?item=1',
    headers: { Host: SITE },
    lesson: `
      The connection came from the proxy, in plain HTTP. The proxy is trusted, so its word
      counts: the visitor and https are reported, not the proxy and http.`,
  },
  {
    title: 'An attacker forges headers and comes through the proxy',
    from: ATTACKER,
    to: 'proxy',
    path: '/cart?item=1',
    // Over TLS, https would be no lie.
    headers: { Host: SITE, ...forged, 'X-Forwarded-Proto': 'http' },
    lesson: `
      The proxy appended the address it saw, on the right. The walk goes from right to left
      and ends at the first hop that is not trusted: what the attacker wrote is never reached.
      The proxy let neither of the other two through.`,
  },
  {
    title: 'The same headers, but around the proxy, straight to the application',
    from: ATTACKER,
    to: 'application',
    path: '/cart?item=1',
    headers: { Host: SITE, ...forged },
    lesson: `
      The connection does not come from the proxy, so none of the headers is believed. If the
      proxy of your own site shows up like this, its address is missing from
      forwardedAllowIps.`,
  },
  {
    title: 'A visitor comes through the proxy and a UNIX socket',
    from: VISITOR,
    to: 'proxy',
    path: '/admin/orders',
    headers: { Host: SITE },
    lesson: `
      A peer on a UNIX socket has no address. It is trusted because the rights of the socket
      file say who can open it: here only you.`,
  },
  {
    title: 'An attacker sends a Host that leads a link in a mail elsewhere',
    from: ATTACKER,
    to: 'proxy',
    path: '/password-reset',
    headers: { Host: `${SITE}@evil.example` },
    lesson: `
      hopwise answered before your code ran. The context holds a harmless host in its place:
      the address that the application listens on.`,
  },
  {
    title: 'An attacker tries to forge a second line in the access log',
    from: ATTACKER,
    to: 'proxy',
    path: '/%0A127.0.0.2%20-%20%22GET%20/admin',
    headers: { Host: SITE, 'User-Agent': 'x" 200 "\\' },
    lesson: `
      Line feed, quote and backslash are escaped. One request is one line, and stays in its
      columns.`,
  },
]
