// The answer: who asked, under which scheme and host.

/** What a request can have wrong. Each has a section in docs/errors.md. */
export type ProblemCode =
  | 'unknown-client'
  | 'obfuscated-client'
  | 'bad-client'
  | 'bad-forwarded'
  | 'too-many-hops'
  | 'short-chain'
  | 'too-many-headers'
  | 'bad-scheme'
  | 'scheme-conflict'
  | 'bad-host'
  | 'no-host'
  | 'host-not-allowed'
  | 'bad-port'
  | 'bad-prefix'

/** Something in the request that was not believed, and why. */
export interface Problem {
  readonly code: ProblemCode
  /** The header it was read from, lower case. */
  readonly header?: string
  /** An index of `hops`: the hop that is not known, or the one that reported what is wrong. */
  readonly hop?: number
  /** What was sent, cut to 100 characters. It is raw: escape it before it is shown or logged. */
  readonly value?: string
}

/** One line of the chain between this application and the client. */
export interface Hop {
  /** Canonical IP text; '' on a UNIX socket, or when not known. Never raw header text. */
  readonly address: string
  readonly port: number | undefined
  /** The address again; or `unix:`, `unknown`, or an obfuscated name (RFC 7239 6). */
  readonly node: string
  /** Whether this hop is believed. */
  readonly trusted: boolean
  /** How the proxy that reported this hop calls itself (RFC 7239 5.1); with Forwarded only. */
  readonly by: string | undefined
}

/** A chain is never empty: it begins with the peer. */
export type Hops = readonly [Hop, ...Hop[]]

/** Who asked, under which scheme and host, resolved once at the start of a request. */
export interface RequestContext {
  /** Who opened the connection: RFC 3875 REMOTE_ADDR. '' on a UNIX socket; never from a header. */
  readonly peer: Hop
  /** Who made the request, as far as trusted hops vouch for it; address '' when not known. */
  readonly client: Hop
  readonly scheme: 'http' | 'https'
  /** The authority as the client typed it: validated, lower case, with the port if one was given. */
  readonly host: string
  /** The host without the port; IPv6 in brackets, as WHATWG URL writes it. */
  readonly hostname: string
  /** The explicit port, or the scheme's default. */
  readonly port: number
  /** '' or the path this application is mounted under for the client, such as '/app'. */
  readonly prefix: string
  /** scheme://hostname, with the port unless it is the scheme's default (RFC 6454 6.2). */
  readonly origin: string
  /** The chain, nearest first: hops[0] is the peer, the last is the client. */
  readonly hops: Hops
  /** How many leading hops are trusted. */
  readonly trusted: number
  /** What was wrong; empty for a sound request. */
  readonly problems: readonly Problem[]
  /**
   * An absolute URL on this host: origin, prefix, then `target` as path and query. Without an argument
   * it is this request's own URL. `target` is never resolved as a reference, so `//evil.example` stays
   * a path. It cannot throw.
   */
  url(target?: string): URL
  /** The answer as plain data, without the headers it was made from. */
  toJSON(): object
}
