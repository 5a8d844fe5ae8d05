// What is believed of a list: one network that cannot be condemns the whole.

import fc from 'fast-check'
import t from 'tap'
import { believe } from '../../lib/networks/believe.ts'
import type { Entry } from '../../lib/networks/entry.ts'
import { assertProperty } from '../fixtures/assert-property.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const providers = { path: '/list', addresses: false, private: false }
const yours = { ...providers, addresses: true }

function entries(...texts: readonly string[]): readonly Entry[] {
  return texts.map((text, index) => ({ text, where: `line ${index + 1}` }))
}

/** What is said of the last of these networks. */
function complaint(asked: typeof providers, ...texts: readonly string[]): string | undefined {
  const { code, message } = startUpError(() => believe(entries(...texts), asked))
  t.equal(code, 'bad-list')
  return /" (.*?)\. Fetch/.exec(message)?.[1]
}

t.test('networks come out in canonical text (RFC 5952), each once', (t) => {
  const given = entries('192.0.3.0/24', '2001:db9:0:0::/32', '192.0.3.0/24', '2001:db9::/32')
  t.same(believe(given, providers), ['192.0.3.0/24', '2001:db9::/32'])
  t.same(believe(entries('::ffff:192.0.3.0/120'), providers), ['192.0.3.0/24'])
  t.same(believe(entries('8.8.8.8', '2001:db9::1'), yours), ['8.8.8.8/32', '2001:db9::1/128'])
  t.end()
})

t.test('a list without a network is none', (t) => {
  t.match(
    startUpError(() => believe([], yours)),
    { code: 'bad-list', message: '"/list" holds no network that was asked for.' },
  )
  t.end()
})

t.test('more than 10,000 networks are none', (t) => {
  const many = Array.from({ length: 10_000 }, (_, index) => `8.8.${index >> 8}.${index & 255}`)
  t.equal(believe(entries(...many), yours).length, 10_000)
  t.equal(complaint(yours, ...many, '9.9.9.9'), 'holds 10001 networks, more than 10000')
  t.end()
})

t.test('an entry that is no network is named, with its place', (t) => {
  for (const text of ['404: Not Found', '192.0.3.0/33', '192.0.3.1/24', '*', 'loopback', '']) {
    t.equal(
      complaint(providers, '198.51.101.0/24', text),
      `holds ${JSON.stringify(text)} at line 2, which is no network`,
    )
  }
  t.end()
})

t.test('an address where the provider lists networks was cut off', (t) => {
  t.match(complaint(providers, '192.0.3.0'), 'has no prefix length: the list may have been cut off')
  t.match(complaint(providers, '2001:db9::'), 'has no prefix length')
  t.end()
})

t.test('a network as wide as what IANA hands to a registry is no proxy (RFC 7020)', (t) => {
  const wide = 'is wider than any network of proxies'
  for (const text of ['0.0.0.0/0', '128.0.0.0/1', '8.0.0.0/8', '::/0', '2400::/12', '10.0.0.0/8']) {
    t.match(complaint(providers, text), wide, text)
    t.match(complaint({ ...yours, private: true }, text), wide, text)
  }
  t.same(believe(entries('8.0.0.0/9', '2400::/13'), providers), ['8.0.0.0/9', '2400::/13'])
  t.end()
})

t.test('a network that is not public is no proxy of a provider', (t) => {
  t.match(complaint(providers, '10.1.0.0/16'), 'is not public (private, RFC 1918)')
  t.match(complaint(yours, '10.0.0.2'), 'is not public (private, RFC 1918)')
  t.match(complaint(providers, '2001:db8::/32'), 'is not public (for documentation, RFC 3849)')
  t.same(believe(entries('10.0.0.2'), { ...yours, private: true }), ['10.0.0.2/32'])
  t.match(complaint({ ...yours, private: true }, '127.0.0.1'), 'is not public (loopback, RFC 1122)')
  t.end()
})

const network = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 223 }), fc.integer({ min: 9, max: 32 }))
    .map(([first, length]) => `${first}.0.0.0/${length}`),
  fc
    .tuple(fc.integer({ min: 0x2003, max: 0x3ffe }), fc.integer({ min: 16, max: 128 }))
    .map(([first, length]) => `${first.toString(16)}::/${length}`),
)

t.test('no network that was cut off anywhere is believed', (t) => {
  t.doesNotThrow(() =>
    assertProperty(
      fc.property(network, fc.nat(20), (text, at) => {
        const cut = text.slice(0, Math.min(at, text.length - 1))
        return startUpError(() => believe(entries(cut), providers)).code === 'bad-list'
      }),
      500,
    ),
  )
  t.end()
})
