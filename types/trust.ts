// Whom an application believes, as it is written down and as it is compiled.

import type { RequestContext } from './context.ts'
import type { IpBits } from './ip.ts'
import type { TrustWarning } from './warning.ts'

/** A single-address header by a private name, for `headers`. */
export interface PrivateAddressHeader {
  /** The header's name, any case. It must hold exactly one address. */
  readonly address: string
}

/** Headers in which each hop adds a value, or which the outermost proxy sets. */
export type ListHeader =
  | 'x-forwarded-for'
  | 'x-forwarded-proto'
  | 'x-forwarded-host'
  | 'x-forwarded-port'
  | 'x-forwarded-prefix'
  | 'forwarded'

/** Headers that hold the client's address and nothing else. */
export type AddressHeader =
  | 'x-real-ip'
  | 'x-client-ip'
  | 'x-cluster-client-ip'
  | 'x-envoy-external-address'
  | 'x-azure-clientip'
  | 'x-azure-socketip'
  | 'x-appengine-user-ip'
  | 'x-vercel-forwarded-for'
  | 'x-nf-client-connection-ip'
  | 'cf-connecting-ip'
  | 'cf-connecting-ipv6'
  | 'true-client-ip'
  | 'fly-client-ip'
  | 'fastly-client-ip'
  | 'do-connecting-ip'
  | 'akamai-client-ip'
  | 'x-tinyproxy'

/** A known header in any case, or a private single-address header. */
export type HeaderName = ListHeader | AddressHeader | (string & {}) | PrivateAddressHeader

/** A proxy whose headers are known: docs/choose.md has a row for each, with its configuration. */
export type ProxyName =
  | 'nginx'
  | 'nginx-forwarded'
  | 'ingress-nginx'
  | 'apache'
  | 'haproxy'
  | 'haproxy-forwarded'
  | 'caddy'
  | 'traefik'
  | 'envoy'
  | 'varnish'
  | 'lighttpd'
  | 'lighttpd-forwarded'
  | 'squid'
  | 'squid-scheme'
  | 'nghttpx'
  | 'nghttpx-forwarded'
  | 'trafficserver'
  | 'trafficserver-forwarded'
  | 'h2o'
  | 'tinyproxy'
  | 'http-proxy'
  | 'fastify-http-proxy'
  | 'aws-alb'
  | 'gcp'
  | 'azure-application-gateway'
  | 'azure-front-door'
  | 'cloudflare'
  | 'fastly'
  | 'akamai'
  | 'heroku'
  | 'fly'
  | 'vercel'

/** What `compileTrust` takes. Every mistake throws an `OptionError` at start-up. */
export interface TrustOptions {
  /**
   * The addresses whose forwarding headers are believed: IPv4, IPv6, CIDR, `loopback`, `linklocal`,
   * `uniquelocal`, or `*` for any TCP peer (one hop deep). A string may hold several, separated by
   * commas or blanks. List the proxies, not the network they share with clients.
   *
   * Default: the environment variable FORWARDED_ALLOW_IPS, else `127.0.0.1,::1`.
   */
  readonly forwardedAllowIps?: string | readonly string[] | undefined
  /** Whether a peer on a UNIX socket is believed. Default: true, as in gunicorn. */
  readonly unix?: boolean | undefined
  /**
   * Exactly this many proxies stand in front, the peer included (1 to `maxHops`). `forwardedAllowIps`, or
   * its default, judges the peer alone. The entries behind it are believed unread, and the n-th from the
   * right is the client.
   */
  readonly hops?: number | undefined
  /** How many entries are walked at most, 1 or more. Default: 32. */
  readonly maxHops?: number | undefined
  /**
   * The headers that *every* trusted proxy sets or appends to itself; no other is read.
   * Default: `['x-forwarded-for', 'x-forwarded-proto']`.
   */
  readonly headers?: readonly HeaderName[] | undefined
  /**
   * Header name to the value that means https, as in gunicorn; each is read as if listed in `headers`.
   * Default: `{ 'x-forwarded-proto': 'https' }` where that header is listed.
   */
  readonly secureSchemeHeaders?: Readonly<Record<string, string>> | undefined
  /**
   * The hosts this application answers for: exact, or `*.example.org` for any name below; the doors
   * answer 400 to any other. Default: every host.
   */
  readonly allowedHosts?: readonly string[] | undefined
  /**
   * The proxy in front, by name; it answers `headers`, and `hops` where a proxy adds more than one
   * entry. A chain is an array, *nearest to the application first*, as in `context.hops`. It never says
   * whom to trust: that is `forwardedAllowIps`. `headers` beside it may only leave some out.
   */
  readonly proxy?: ProxyName | readonly ProxyName[] | undefined
  /**
   * `gunicorn`: scheme and prefix are read as gunicorn 26.1 does, exactly, from its scheme headers and
   * SCRIPT_NAME, and the client is the peer. It takes no `headers`, `hops` or `proxy` beside it.
   */
  readonly preset?: 'gunicorn' | undefined
  /**
   * Hears that what arrives does not fit the options, at most once an hour for each kind of warning and
   * network of peers. What it throws, and a promise that rejects, reach no request.
   * Default: `process.emitWarning`, once for each kind and network.
   */
  readonly onWarning?: ((warning: TrustWarning) => void) | undefined
}

/** A header whose value tells the scheme. */
export interface SchemeHeader {
  readonly name: string
  /** The value that means https. */
  readonly secure: string
}

/** Where the client's address is read. */
export interface ClientSource {
  /** `peer`: in no header, the client is the peer. */
  readonly kind: 'x-forwarded-for' | 'forwarded' | 'address' | 'peer'
  /** The header, lower case; '' for `peer`. */
  readonly name: string
}

/** The compiled options: frozen, complete, nothing left to check. */
export interface TrustPolicy {
  /** Whether a network of the list holds this address; `*` is not in it. */
  readonly contains: (ip: Readonly<IpBits>) => boolean
  /** The list holds `*`: any TCP peer is believed. */
  readonly anyPeer: boolean
  readonly unix: boolean
  readonly hops: number | undefined
  readonly maxHops: number
  readonly source: ClientSource
  readonly schemeHeaders: readonly SchemeHeader[]
  /** Whether x-forwarded-host, -port and -prefix are listed. */
  readonly host: boolean
  readonly port: boolean
  readonly prefix: boolean
  /** Every header this policy reads, lower case. */
  readonly headerNames: readonly string[]
  /** Undefined when every host is allowed. */
  readonly allowsHost: ((hostname: string) => boolean) | undefined
  /** Whether scheme and prefix are read as gunicorn reads them. */
  readonly gunicorn: boolean
}

/** Looks at some of the requests for signs that the options do not fit. It is for `resolveContext`. */
export interface Diagnosis {
  /** Whether the request that is being resolved is one of them; asked once for each. */
  readonly isDue: () => boolean
  /** Looks at what arrived, and at what was made of it by this policy. It never throws. */
  readonly examine: (
    context: RequestContext,
    rawHeaders: readonly string[],
    policy: TrustPolicy,
  ) => void
}

/** What `compileTrust` returns: pass it to `resolveContext` and the doors. */
export interface Trust {
  /** The policy in force: another object after `update`. A request reads it once. */
  readonly policy: TrustPolicy
  /**
   * Whether the hop at this distance is a trusted proxy; 0 (the default) is the peer. It has the shape
   * that `app.set('trust proxy', ...)` of Express and `trustProxy` of Fastify take. Text that is no
   * address, and undefined, are not trusted.
   */
  readonly trusts: (address: string | undefined, hop?: number) => boolean
  /**
   * Swaps the list for all servers that have this handle, without a restart: each request is resolved
   * by the old list or by the new one, never by a mixture. It takes what `forwardedAllowIps` takes, but
   * for undefined. A wrong list throws an `OptionError` and changes nothing.
   */
  readonly update: (forwardedAllowIps: string | readonly string[]) => void
  /** What gives the warnings. */
  readonly diagnosis: Diagnosis
}
