// Addresses, networks and ports against judges that are not ours: node:net, WHATWG URL, arithmetic.

import { BlockList, isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { parsePort } from '../../lib/address/authority.ts'
import {
  emptyIp,
  parseIp,
  parseIpv6,
  parseZonedIp,
  readIp,
  wasCanonical,
} from '../../lib/address/ip.ts'
import { formatIp } from '../../lib/address/ip-text.ts'
import { isNetwork, parseNetwork } from '../../lib/address/network.ts'
import { compileNetworks } from '../../lib/address/network-set.ts'
import type { Ip, Network } from '../../types/ip.ts'
import { assertProperty } from '../fixtures/assert-property.ts'

/** A property as a test: so many random values, and in the report the smallest that breaks it. */
function holds<Values>(title: string, numRuns: number, property: fc.IProperty<Values>): void {
  t.test(title, (t) => {
    t.doesNotThrow(() => assertProperty(property, numRuns))
    t.end()
  })
}

const pieces = fc.constantFrom(
  ...['0', '1', '9', '00', '01', '255', '256', 'a', 'F', 'ffff', '10000', 'g', 'x', '0x1', '１'],
  ...[':', ':', ':', '::', '.', '.', '1.2.3.4', '::ffff:', '0:0:', ' ', '\n', '/', '[', ']', '-'],
)

/** Text that is often an address, often nearly one. */
const addressLike = fc.oneof(
  fc.array(pieces, { maxLength: 16 }).map((parts) => parts.join('')),
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.string({ maxLength: 50, unit: 'binary' }),
)

// The one deviation from node:net: isIPv6 takes a zone (fe80::1%eth0). parseIp does not, since a list
// of proxies must not name one (RFC 4007 11: it means something on its own host only).
holds(
  'parseIp reads exactly what node:net takes for an address, zones apart',
  20_000,
  fc.property(addressLike, (text) => {
    const address = isIPv4(text) || (isIPv6(text) && !text.includes('%'))
    return (parseIp(text) !== undefined) === address
  }),
)

// A mapped address counts as IPv4 (RFC 4291 2.5.5.2), where node:net says IPv6.
holds(
  'parseIp reads every address, as the version that node:net says, mapped ones apart',
  3_000,
  fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
    const ip = parseIp(text)
    const kept = parseIpv6(text)
    if (isIPv4(text)) return ip?.version === 4 && ip.text === text && kept === undefined
    const mapped = kept !== undefined && bitsOf(kept) >> 32n === 0xffffn
    return ip?.version === (mapped ? 4 : 6)
  }),
)

holds(
  'parseZonedIp reads what node:net takes, zones too, and drops the zone',
  5_000,
  fc.property(addressLike, fc.stringMatching(/^[0-9a-zA-Z.-]{1,15}$/), (text, zone) => {
    const zoned = `${text}%${zone}`
    const address = isIPv6(zoned) ? parseIp(text)?.text : undefined
    return parseZonedIp(zoned)?.text === address && parseZonedIp(text)?.text === parseIp(text)?.text
  }),
)

holds(
  'a spelling is canonical exactly where it is the text that we write',
  20_000,
  fc.property(addressLike, (text) => {
    const ip = emptyIp()
    return !readIp(ip, text, 0, text.length) || wasCanonical() === (formatIp(ip) === text)
  }),
)

holds(
  'canonical text is a fixed point, and node:net takes it',
  5_000,
  fc.property(addressLike, (text) => {
    const ip = parseIp(text)
    if (ip === undefined) return true
    const again = parseIp(ip.text)
    const same = again?.text === ip.text && again.version === ip.version
    return same && bitsOf(again) === bitsOf(ip) && (ip.version === 4 ? isIPv4 : isIPv6)(ip.text)
  }),
)

// A mapped address is `[::ffff:a00:2]` in a URL: there parseIpv6 agrees, and parseIp answers IPv4.
holds(
  'canonical text is the host of `new URL`, mapped addresses apart',
  3_000,
  fc.property(addressLike.filter(isIPv6), (text) => {
    const { hostname } = new URL(`http://[${text}]/`)
    const ip = parseIp(text)
    return (
      (ip?.version === 4 || hostname === `[${ip?.text}]`) &&
      hostname === `[${parseIpv6(text)?.text}]`
    )
  }),
)

const around = fc.constantFrom('', ':', '1', '.', 'f', '::', '%', ']', '10.0.0.1,', ' ')
holds(
  'what stands around the indices changes nothing',
  10_000,
  fc.property(addressLike, around, around, (text, before, behind) => {
    const whole = before + text + behind
    const end = before.length + text.length
    return [parseIp, parseIpv6, parseZonedIp].every(
      (parse) => parse(whole, before.length, end)?.text === parse(text)?.text,
    )
  }),
)

function bitsOf({ a, b, c, d }: Ip): bigint {
  return [a, b, c, d].reduce((bits, word) => (bits << 32n) | BigInt(word >>> 0), 0n)
}

/** A version of IP: how long its addresses are, and how bits become text without our help. */
interface Family {
  readonly version: 4 | 6
  readonly name: 'ipv4' | 'ipv6'
  readonly size: number
  readonly format: (bits: bigint) => string
}

const shifts4 = [24n, 16n, 8n, 0n]
const shifts6 = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n]
const families: readonly Family[] = [
  {
    version: 4,
    name: 'ipv4',
    size: 32,
    format: (bits) => shifts4.map((shift) => (bits >> shift) & 0xffn).join('.'),
  },
  {
    version: 6,
    name: 'ipv6',
    size: 128,
    format: (bits) => shifts6.map((shift) => ((bits >> shift) & 0xffffn).toString(16)).join(':'),
  },
]

/** ::ffff:0:0/96 is IPv4, so bits there are no IPv6 address of ours. */
function exists({ version, size }: Family, bits: bigint): boolean {
  return bits >= 0n && bits >> BigInt(size) === 0n && (version === 4 || bits >> 32n !== 0xffffn)
}

interface Range {
  readonly text: string
  readonly first: bigint
  readonly last: bigint
  readonly prefixLength: number
}

function rangeOf({ size, format }: Family, bits: bigint, prefixLength: number): Range {
  const spare = BigInt(size - prefixLength)
  const first = (bits >> spare) << spare
  const last = first + (1n << spare) - 1n
  return { text: `${format(first)}/${prefixLength}`, first, last, prefixLength }
}

/** Bits with long runs of zeros and ones, so that edges fall on every word. */
function someBits({ size }: Family): fc.Arbitrary<bigint> {
  const edges = fc.constantFrom(0n, 0xffffn, 1n, 0x8000n, 0x7fffn)
  const group = fc.oneof(edges, fc.constant(0n), fc.bigInt(0n, 0xffffn))
  return fc
    .array(group, { minLength: size / 16, maxLength: size / 16 })
    .map((groups) => groups.reduce((bits, part) => (bits << 16n) | part, 0n))
}

function someRange(family: Family): fc.Arbitrary<Range> {
  return fc
    .tuple(someBits(family), fc.integer({ min: 0, max: family.size }))
    .map(([bits, prefixLength]) => rangeOf(family, bits, prefixLength))
    .filter(({ first }) => exists(family, first))
}

function network(text: string): Network {
  const parsed = parseNetwork(text)
  if (!isNetwork(parsed)) throw new Error(`${text} is no network: ${parsed.kind}`)
  return parsed
}

function ip(text: string): Ip {
  const parsed = parseIp(text)
  if (parsed === undefined) throw new Error(`${text} is no address`)
  return parsed
}

for (const family of families) {
  const { version, name, size, format } = family
  const bits = someBits(family)
  const range = someRange(family)

  holds(
    `an IPv${version} network holds its range and nothing beside it`,
    3_000,
    fc.property(range, bits, ({ text, first, last, prefixLength }, other) => {
      const set = compileNetworks([network(text)])
      const probes = [first - 1n, first, (first + last) / 2n, last, last + 1n, other]
      return (
        (set.covers === version) === (prefixLength === 0) &&
        probes
          .filter((probe) => exists(family, probe))
          .every((probe) => set.contains(ip(format(probe))) === (probe >= first && probe <= last))
      )
    }),
  )

  holds(
    `bits behind an IPv${version} prefix are a fault that names the network`,
    3_000,
    fc.property(range, bits, ({ text, first, last, prefixLength }, noise) => {
      const inside = first | (noise & (last - first))
      if (!exists(family, inside)) return true
      const parsed = parseNetwork(`${format(inside)}/${prefixLength}`)
      if (inside === first) return isNetwork(parsed)
      const meant = 'network' in parsed ? network(parsed.network) : undefined
      return meant?.base.text === network(text).base.text && meant.prefixLength === prefixLength
    }),
  )

  holds(
    `merged IPv${version} networks answer as each alone, and as BlockList`,
    400,
    fc.property(fc.array(range, { maxLength: 12 }), bits, (ranges, other) => {
      const judge = new BlockList()
      for (const { first, prefixLength } of ranges)
        judge.addSubnet(format(first), prefixLength, name)
      const networks = ranges.map(({ text }) => network(text))
      const set = compileNetworks(networks)
      const alone = networks.map((one) => compileNetworks([one]))
      return [other, ...ranges.flatMap(({ first, last }) => [first - 1n, first, last, last + 1n])]
        .filter((probe) => exists(family, probe))
        .map((probe) => ip(format(probe)))
        .every((address) => {
          const held = set.contains(address)
          const heldAlone = alone.some((one) => one.contains(address))
          return held === heldAlone && held === judge.check(address.text, name)
        })
    }),
  )

  holds(
    `networks that leave out nobody cover IPv${version}, and without one of them do not`,
    500,
    fc.property(bits, fc.integer({ min: 1, max: size }), fc.nat(), (path, depth, nth) => {
      // On the way down to `path`: what is left aside at each step, and the network at the end.
      const aside = Array.from({ length: depth }, (_, step) => {
        return rangeOf(family, path ^ (1n << BigInt(size - step - 1)), step + 1)
      })
      const parts = [...aside, rangeOf(family, path, depth)]
      if (!parts.every(({ first }) => exists(family, first))) return true
      const networks = parts.map(({ text }) => network(text))
      const missing = networks.splice(nth % networks.length, 1)
      const holed = compileNetworks(networks)
      return (
        compileNetworks([...networks, ...missing]).covers === version &&
        holed.covers === undefined &&
        missing.every(({ base }) => !holed.contains(base))
      )
    }),
  )
}

const everyNumber = Array.from({ length: 100_000 }, (_, number) => number)
t.test('of all numbers of up to five digits, 1 to 65535 are ports', (t) => {
  const ports = everyNumber.filter((number) => parsePort(String(number)) === number)
  t.strictSame([ports.length, ports.at(0), ports.at(-1)], [65_535, 1, 65_535])
  t.end()
})

const portLike = fc.oneof(
  fc.stringMatching(/^0{0,3}[1-9][0-9]{0,4}$/),
  fc.string({ maxLength: 6, unit: 'binary' }),
)
holds(
  'a text that is a port is that port to `new URL`',
  5_000,
  fc.property(portLike, (text) => {
    const port = parsePort(text)
    if (port === undefined) return true
    const expected = port === 80 ? '' : String(port)
    return /^[0-9]{1,5}$/.test(text) && new URL(`http://a:${text}/`).port === expected
  }),
)
