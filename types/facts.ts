// What is known of a request before anybody is believed.

/**
 * The facts of one request, for use without a server: tests, log replay, WebSocket upgrades, other
 * frameworks. Everything is optional; what is missing is unknown, and what is unknown is not trusted.
 */
export interface RequestFacts {
  /** Never there: a request of a server has a socket, and facts are told from it by that. */
  readonly socket?: undefined
  /** The other end of the socket, as Node.js reports it. Absent on a UNIX socket. */
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
  /** True when the peer came over a UNIX socket. Never concluded from a missing `remoteAddress`. */
  readonly unix?: boolean | undefined
  /** True when the transport itself is TLS. */
  readonly encrypted?: boolean | undefined
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
  /** '1.0', '1.1', '2.0' */
  readonly httpVersion?: string | undefined
  readonly method?: string | undefined
  /** The request target as received (RFC 9112 3.2), before any rewriting. */
  readonly url?: string | undefined
  /** Node's flat list: name, value, name, value. It wins over `headers`. */
  readonly rawHeaders?: readonly string[] | undefined
  /** Names in any case; a list of values stands for repeated lines. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined
}
