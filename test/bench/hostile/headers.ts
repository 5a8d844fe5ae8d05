// Headers that a client may send to keep the server busy, and an honest one to compare them with.

/** More than Node.js takes by default (16 KiB). */
export const LONGEST: number = 60 * 1024
export const lengths: readonly number[] = [256, 1024, 4096, 16_384, LONGEST]

export function hostileName(header: string, shape: string, length: number): string {
  return `${header} of ${shape}, ${length.toLocaleString('en')} bytes`
}

/** The shape whose cost is drawn against its length: the worst for those who walk it all. */
export const drawn = 'trusted IPv4 addresses'

/** A header by the shape of its value. */
export interface Shape {
  readonly name: string
  /** So many characters, or one piece less. */
  value(length: number): string
}

const repeat = (name: string, piece: string): Shape => ({
  name,
  value: (length) => piece.repeat(Math.floor(length / piece.length)),
})

/** The longest text that an address has, padded as far as blanks go. */
const PADDED = `${'fd00:1111:2222:3333:4444:5555:6666:7777'}${' '.repeat(24)},`

export const xForwardedForShapes: readonly Shape[] = [
  repeat('commas', ','),
  repeat('trusted IPv4 addresses', '10.0.0.1,'),
  repeat('trusted IPv6 addresses', 'fd00::1,'),
  repeat('trusted addresses among blanks', PADDED),
  repeat('addresses that nobody trusts', '1.1.1.1,'),
  repeat('one token of digits', '1'),
  repeat('one token of groups', 'f:'),
  repeat('quotes', '"'),
  repeat('backslashes', '\\'),
  repeat('blanks', ' '),
  repeat('blanks and commas', ' ,'),
]

export const forwardedShapes: readonly Shape[] = [
  repeat('commas', ','),
  repeat('trusted IPv4 addresses', 'for=10.0.0.1,'),
  repeat('trusted IPv6 addresses', 'for="[fd00::1]",'),
  repeat('addresses that nobody trusts', 'for=1.1.1.1,'),
  repeat('one token', 'a'),
  repeat('pairs', 'a=b;'),
  repeat('quotes', '"'),
  {
    name: 'one quoted string of backslashes',
    value: (length) => `for="${'\\'.repeat(length - 6)}"`,
  },
  repeat('backslashes', '\\'),
  repeat('blanks', ' '),
  repeat('blanks and commas', ' ,'),
]

/** A client, and proxies that are all trusted: as many entries as are ever walked. */
export const MAX_HOPS = 32

const honestHops: readonly string[] = [
  '2001:db8::cafe:1',
  ...Array.from({ length: MAX_HOPS - 1 }, (_, index) => `fd12:3456:789a:${index + 1}::7`),
]

export const honestXForwardedFor: string = honestHops.join(', ')
export const honestForwarded: string = honestHops
  .map((hop) => `for="[${hop}]";proto=https`)
  .join(', ')
