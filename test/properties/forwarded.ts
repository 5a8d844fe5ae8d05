// What a client may write into a forwarding header, whatever it is, against what a proxy appends.

import { isIP } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { parseIp } from '../../lib/address/ip.ts'
import { formatIp } from '../../lib/address/ip-text.ts'
import { forwardedChain } from '../../lib/forwarded/forwarded.ts'
import { parseNode } from '../../lib/forwarded/node.ts'
import { addressChain, nthFromRight, xForwardedForChain } from '../../lib/forwarded/x-forwarded.ts'
import type { Chain, ForwardedEntry, ForwardedNode } from '../../types/forwarded.ts'
import { assertProperty } from '../fixtures/assert-property.ts'

/** A property as a test: so many random values, and in the report the smallest that breaks it. */
function holds<Values>(title: string, numRuns: number, property: fc.IProperty<Values>): void {
  t.test(title, (t) => {
    t.doesNotThrow(() => assertProperty(property, numRuns))
    t.end()
  })
}

/** Every entry as one line of text, nearest first; no text here has so many that the bound is met. */
function read(chain: Chain): readonly string[] {
  const lines: string[] = []
  for (
    let entry = chain.next();
    entry !== undefined && lines.length < 1_000;
    entry = chain.next()
  ) {
    lines.push(line(entry))
  }
  return lines
}

function line({ node, by, proto, host }: ForwardedEntry): string {
  return JSON.stringify([show(node), { by, proto, host }])
}

function show(node: ForwardedNode): string {
  if (node.kind === 'ip') return `${formatIp(node.ip)} ${node.port}`
  return node.kind === 'obfuscated' ? node.name : node.kind
}

const blanks = [' ', '\t', '\r\n', '\0', '\x7f', '']
const marks = '" " " \\ , , ; = [ ] % é ☃ \ud800 :80'.split(' ')
const words = 'for= FOR= by= host= proto= x= https evil.example a'.split(' ')
const nodes = '198.51.100.66 "198.51.100.66" [2001:db8::66] 2001:db8::66%a unknown _a'.split(' ')
const pieces = fc.constantFrom(...blanks, ...marks, ...words, ...nodes)

function joined(maxLength: number): fc.Arbitrary<string> {
  return fc.array(pieces, { maxLength }).map((parts) => parts.join(''))
}

/** Anything at all, and often something that looks like a header. */
const anything = fc.oneof(joined(15), joined(15), fc.string({ unit: 'binary', maxLength: 60 }))
const withoutQuote = anything.map((text) => text.replaceAll('"', ''))

/** A quoted-string, with a backslash before what needs one and before some that need none. */
const quotedString = fc
  .array(fc.tuple(anything, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })), {
    maxLength: 3,
  })
  .map(
    (parts) =>
      `"${parts.map(([text, next]) => `${text.replace(/["\\]/g, '')}\\${next}`).join('')}"`,
  )

// A text is balanced if no quote is open at its end, read from the left: a quote opens wherever it
// stands; inside, a backslash takes the next character with it; outside, it is a character like others.
const balanced = fc
  .array(fc.oneof(withoutQuote, quotedString), { maxLength: 5 })
  .map((parts) => parts.join(''))

const comma = fc.constantFrom(', ', ',', ' ,\t', ', ,')
const appended = 'for=192.0.2.1;proto=https'
const appendedLine = JSON.stringify(['192.0.2.1 undefined', { proto: 'https' }])

holds(
  'reading never throws, ends, and finds no more entries than commas allow',
  5_000,
  fc.property(anything, (text) => {
    const most = text.split(',').length
    parseNode(text)
    nthFromRight(text, 2)
    return (
      read(forwardedChain(text)).length <= most &&
      read(xForwardedForChain(text)).length <= most &&
      read(addressChain(text)).length <= 1
    )
  }),
)

holds(
  'what a proxy appends to a balanced Forwarded is the first entry, and changes none behind it',
  5_000,
  fc.property(balanced, comma, (text, separator) => {
    const [first, ...others] = read(forwardedChain(`${text}${separator}${appended}`))
    return first === appendedLine && others.join('\n') === read(forwardedChain(text)).join('\n')
  }),
)

holds(
  'behind a quote that is left open nothing is believed, whatever a proxy appends',
  5_000,
  fc.property(balanced, withoutQuote, comma, (text, open, separator) => {
    const entry = forwardedChain(`${text}"${open}${separator}${appended}`).next()
    return entry?.node.kind === 'malformed' && entry.proto === undefined && entry.host === undefined
  }),
)

/** A quoted-string as a correct proxy writes it (RFC 9110 5.6.4). */
function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

// The client has written all that stands before, the Host and the extension. Whatever he tries with
// quotes, the proxy's element comes out as the proxy meant it, or as malformed: never as his own.
holds(
  'no client turns inside out what a proxy quotes for it',
  20_000,
  fc.property(
    anything,
    comma,
    joined(8),
    joined(6),
    fc.nat(5),
    (text, separator, host, ext, order) => {
      const pairs = [
        'for="[2001:db8::7]:4711"',
        `host=${quote(host)}`,
        `x=${quote(ext)}`,
        'proto=http',
      ]
      const element = [...pairs.splice(order % 4), ...pairs].join(';')
      const entry = forwardedChain(`${text}${separator}${element}`).next()
      if (entry === undefined) return false
      const meant = JSON.stringify(['2001:db8::7 4711', { proto: 'http', host }])
      return entry.node.kind === 'malformed' || line(entry) === meant
    },
  ),
)

holds(
  'what a proxy appends to any X-Forwarded-For is the first entry, and changes none behind it',
  5_000,
  fc.property(anything, comma, (text, separator) => {
    const [first, ...others] = read(xForwardedForChain(`${text}${separator}192.0.2.1`))
    const expected = JSON.stringify(['192.0.2.1 undefined', {}])
    return first === expected && others.join('\n') === read(xForwardedForChain(text)).join('\n')
  }),
)

holds(
  'repeated lines are one list, in order (RFC 9110 5.3)',
  5_000,
  fc.property(balanced, anything, (first, second) => {
    const forwarded = [...read(forwardedChain(second)), ...read(forwardedChain(first))]
    const xForwarded = [...read(xForwardedForChain(second)), ...read(xForwardedForChain(first))]
    const whole = `${first},${second}`
    return (
      read(forwardedChain(whole)).join('\n') === forwarded.join('\n') &&
      read(xForwardedForChain(whole)).join('\n') === xForwarded.join('\n')
    )
  }),
)

/** A node as RFC 7239 6 writes it, and as it is read. */
const address = fc.oneof(
  fc.ipV4().map((text) => ({ text, read: text })),
  fc
    .ipV6()
    .map((text) => new URL(`http://[${text}]/`).hostname)
    .filter((text) => !/^\[::ffff:[0-9a-f]+:[0-9a-f]+\]$/.test(text))
    .map((text) => ({ text, read: text.slice(1, -1) })),
)
const obfuscated = fc.stringMatching(/^_[A-Za-z0-9._-]{1,20}$/)
const port = fc.integer({ min: 1, max: 65_535 })
const node = fc.oneof(
  address.map(({ text, read }) => ({ text, read: `${read} undefined` })),
  fc
    .tuple(address, port)
    .map(([{ text, read }, n]) => ({ text: `${text}:${n}`, read: `${read} ${n}` })),
  fc
    .tuple(address, obfuscated)
    .map(([{ text, read }, name]) => ({ text: `${text}:${name}`, read: `${read} undefined` })),
  obfuscated.map((text) => ({ text, read: text })),
  fc.constant({ text: 'unknown', read: 'unknown' }),
)

/** A value, quoted where it must be and sometimes where it need not (RFC 7239 4). */
function pair(name: string, text: string, quotes: boolean): fc.Arbitrary<string> {
  const value = quotes || !/^[\w!#$%&'*+.^`|~-]+$/.test(text) ? quote(text) : text
  return fc.mixedCase(fc.constant(name)).map((spelt) => `${spelt}=${value}`)
}

/** An element with its parameters in any order, and the entry it stands for. */
const element = fc
  .record({
    node,
    by: fc.option(node, { nil: undefined }),
    proto: fc.constantFrom('http', 'https', 'HTTPS', undefined),
    host: fc.option(anything, { nil: undefined }),
    ext: fc.option(anything, { nil: undefined }),
    quotes: fc.boolean(),
  })
  .chain(({ node, by, proto, host, ext, quotes }) => {
    const values = { for: node.text, by: by?.text, proto, host, ext }
    const pairs = Object.entries(values).flatMap(([name, text]) => {
      return text === undefined ? [] : [pair(name, text, quotes)]
    })
    const entry = JSON.stringify([node.read, { by: by?.text, proto, host }])
    return fc
      .tuple(...pairs)
      .chain((texts) => fc.shuffledSubarray(texts, { minLength: texts.length }))
      .map((texts) => ({ text: texts.join(';'), entry }))
  })

holds(
  'a header written as RFC 7239 says is read as it was meant, nearest first',
  2_000,
  fc.property(fc.array(element, { maxLength: 6 }), comma, (elements, separator) => {
    const list = elements.map(({ text }) => text).join(separator)
    const entries = elements.map(({ entry }) => entry).toReversed()
    return read(forwardedChain(list)).join('\n') === entries.join('\n')
  }),
)

holds(
  'an address that is read is one to node:net, and canonical',
  5_000,
  fc.property(anything, (text) => {
    const found = parseNode(text)
    if (found.kind !== 'ip') return found.kind !== 'garbage' || found.text === text
    return (
      isIP(formatIp(found.ip)) === found.ip.version &&
      parseIp(formatIp(found.ip))?.text === formatIp(found.ip)
    )
  }),
)

const starts = ['198.51.100.66', '2001:db8::66', '2001:db8::66%a', '[2001:db8::66', '_a', 'unknown']
const nodeLike = fc
  .tuple(fc.constantFrom(...starts), joined(4))
  .map(([start, rest]) => start + rest)

holds(
  'an address that is read has no second value, quote, blank or control character in its text',
  5_000,
  fc.property(nodeLike, (text) => {
    const strange = /[\s,;"\\\0-\x1f\x7f]|.\[|\][^:]|^[^[].*\]/.test(text)
    return !strange || parseNode(text).kind !== 'ip'
  }),
)

holds(
  'a single-address header of two values is never an address',
  5_000,
  fc.property(nodeLike, comma, nodeLike, (first, separator, second) => {
    return addressChain(`${first}${separator}${second}`).next()?.node.kind !== 'ip'
  }),
)

holds(
  'a node with a port is the host and port that `new URL` sees',
  5_000,
  fc.property(
    fc.oneof(
      node,
      node.map(({ text }) => ({ text: `${text}:80` })),
    ),
    ({ text }) => {
      const found = parseNode(text)
      if (found.kind !== 'ip' || found.port === undefined) return true
      const { hostname, port } = new URL(`ws://${text}/`)
      const host = found.ip.version === 4 ? formatIp(found.ip) : `[${formatIp(found.ip)}]`
      return hostname === host && port === (found.port === 80 ? '' : String(found.port))
    },
  ),
)

holds(
  'the k-th value from the right is that of splitting and trimming',
  5_000,
  fc.property(anything, fc.integer({ min: 1, max: 20 }), (list, k) => {
    const values = list.split(',').map((value) => value.replace(/^[ \t]+|[ \t]+$/g, ''))
    return nthFromRight(list, k) === (values.at(-k) ?? values[0])
  }),
)
