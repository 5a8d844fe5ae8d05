// Authorities against the one judge that matters: the URL that an application will build from them.

import fc from 'fast-check'
import t from 'tap'
import { type Authority, parseAuthority, parseHostname } from '../../lib/address/authority.ts'
import { assertProperty } from '../fixtures/assert-property.ts'

/** A property as a test: so many random values, and in the report the smallest that breaks it. */
function holds<Values>(title: string, numRuns: number, property: fc.IProperty<Values>): void {
  t.test(title, (t) => {
    t.doesNotThrow(() => assertProperty(property, numRuns))
    t.end()
  })
}

const names =
  'a B shop example localhost - _ -- e ab-- . . . xn-- XN-- xn--a xn--mnchen-3ya xn--ls8h'
const numbers = '0 1 09 0x 0x7f 0X7F 0177 255 256 4294967296 127.0.0.1 127.1 xn--zca xn--80ak6aa92e'
const marks = '[ ] [::1] [2001:DB8::1] :: ::ffff:1.2.3.4 % %31 %2e @ user@ / \\ ? # , ; " | ^ < ~ !'
const ports = ': : :80 :443 :0 :00080 :65535 :65536 :8443 :a'
const foreign = 'é ß ſ \u212a \u0130 １ 。 ． \u00ad \u200d \u2060 \ud800 ☃'
const blanks = [' ', '\t', '\n', '\r', '\0', '\x7f']
const pieces = [
  ...[names, numbers, marks, ports, foreign].flatMap((text) => text.split(' ')),
  ...blanks,
]

/** Some of the pieces, one behind the other. */
function joined(from: readonly string[], maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...from), { maxLength }).map((parts) => parts.join(''))
}

/** Nearly a name, or one that `new URL` takes for a number or for punycode. */
const nameLike = joined(
  'a Z 0 1 7 x X n - -- _ . . xn-- f 0x 9 255 mnchen-3ya example'.split(' '),
  9,
)
const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined })
const bracketed = fc.ipV6().map((text) => `[${text}]`)
const authorityLike = fc
  .tuple(fc.oneof(nameLike, fc.domain(), fc.ipV4(), fc.ipV4Extended(), bracketed), port)
  .map(([host, number]) => (number === undefined ? host : `${host}:${number}`))

const anything = fc.oneof(
  joined(pieces, 7),
  nameLike,
  authorityLike,
  fc.webAuthority({ withIPv4Extended: true, withIPv6: true, withPort: true, withUserInfo: true }),
  fc.string({ maxLength: 40 }),
  fc.string({ maxLength: 12, unit: 'binary' }),
)

/** Whether `new URL` sees this host and port, and nothing else, in a URL of this scheme. */
function agrees(text: string, scheme: string, defaultPort: number, seen: Authority): boolean {
  const { href, hostname, port } = new URL(`${scheme}://${text}/`)
  const expected = seen.port === undefined || seen.port === defaultPort ? '' : String(seen.port)
  const host = expected === '' ? hostname : `${hostname}:${port}`
  return hostname === seen.hostname && port === expected && href === `${scheme}://${host}/`
}

holds(
  'whatever is accepted, `new URL` accepts, with the same host and port',
  20_000,
  fc.property(anything, (text) => {
    const authority = parseAuthority(text)
    if (authority === undefined) return true
    return agrees(text, 'http', 80, authority) && agrees(text, 'https', 443, authority)
  }),
)

holds(
  'what was read, written again, is read the same',
  10_000,
  fc.property(anything, (text) => {
    const authority = parseAuthority(text)
    if (authority === undefined) return true
    const { hostname, port } = authority
    const again = parseAuthority(port === undefined ? hostname : `${hostname}:${port}`)
    return (
      again?.hostname === hostname && again.port === port && parseHostname(hostname) === hostname
    )
  }),
)

holds(
  'a name that is accepted is the text itself in lower case',
  10_000,
  fc.property(anything, (text) => {
    const hostname = parseHostname(text)
    return hostname === undefined || hostname.startsWith('[') || hostname === text.toLowerCase()
  }),
)

holds(
  'what is accepted holds no character that means something elsewhere',
  10_000,
  fc.property(anything, (text) => {
    const { hostname = 'none' } = parseAuthority(text) ?? {}
    return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/.test(hostname) || /^\[[0-9a-f:]+\]$/.test(hostname)
  }),
)

const label = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,20}$/).filter((text) => !text.includes('xn--'))
const labels = fc.array(label, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'))
holds(
  'every name of plain labels, IPv4 and IPv6 address is accepted, with any port',
  5_000,
  fc.property(fc.oneof(labels, fc.ipV4(), bracketed), port, (host, number) => {
    const authority = parseAuthority(number === undefined ? host : `${host}:${number}`)
    const { hostname } = new URL(`http://${host}/`)
    return authority?.hostname === hostname && authority.port === number
  }),
)

const strange = fc.constantFrom(...' \t\r\n\0@/\\?#%,;"<>^`{|}~!$&\'()*+=\u00a0\u2028\ufeff')
holds(
  'a character that has no place in an authority is not swallowed, wherever it stands',
  5_000,
  fc.property(authorityLike, strange, fc.nat(60), (text, character, index) => {
    return parseAuthority(text.slice(0, index) + character + text.slice(index)) === undefined
  }),
)
