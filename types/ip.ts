// An IP address as a value: normal from the moment it exists.

/**
 * The bits of an IPv4 or IPv6 address as four signed 32-bit words, high word first. IPv4 has its bits
 * in `d`, and zeros before. IPv4-mapped IPv6 (RFC 4291 2.5.5.2) does not exist as a value: it is IPv4.
 * There are no zones either (RFC 4007 11: a zone means something to its own host only).
 */
export interface IpBits {
  version: 4 | 6
  a: number
  b: number
  c: number
  d: number
}

/** An address with its text. */
export interface Ip extends Readonly<IpBits> {
  /** Canonical: dotted quad, or RFC 5952 without brackets. Two addresses are equal when this is. */
  readonly text: string
}

/** The bits of a network, to read into. */
export interface NetworkBits {
  readonly base: IpBits
  /** How many leading bits are shared: 0-32 for IPv4, 0-128 for IPv6. */
  prefixLength: number
}

/** A CIDR network (RFC 4632, RFC 4291 2.3): all addresses of one version that share a prefix. */
export interface Network extends Readonly<NetworkBits> {
  readonly base: Ip
}
