// proxy-addr, forwarded-parse and ipaddr.js answer the same questions: every difference is in one table.

import { isIP } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { formatIp } from '../../lib/address/ip-text.ts'
import { parseNode } from '../../lib/forwarded/node.ts'
import { assertProperty } from '../fixtures/assert-property.ts'
import {
  askAddress,
  askClient,
  askForwarded,
  askNetwork,
  askNetworks,
  type Judge,
  NONE,
  type Verdict,
} from '../fixtures/judges.ts'
import {
  addresses,
  chains,
  forwardedHeaders,
  moreAddresses,
  moreHeaders,
  networks,
} from '../fixtures/questions.ts'
import { address, addressLike, network, validForwarded } from '../fixtures/valid.ts'

interface Difference {
  readonly judge: Judge
  readonly reason: string
  readonly explains: (verdict: Verdict) => boolean
}

/** The address in an entry, without brackets, port and zone. */
function addressIn(entry: string): string | undefined {
  const node = parseNode(entry)
  return node.kind === 'ip' ? formatIp(node.ip) : undefined
}

const OCTAL = /(?:^|[.:/, ])0+\d/
const HEX = /0x/i
const INTEGER = /(?:^|[, ])\d+(?:$|[/,])/
const SHORT = /(?:^|[, ])(?:0x)?[\da-f]+(?:\.(?:0x)?[\da-f]+){1,2}(?:$|[/,])/i

/** Every kind of difference, and why we differ. */
const differences: readonly Difference[] = [
  {
    judge: 'ipaddr.js',
    reason: 'takes leading zeros for octal, or drops them: two programs see two addresses',
    explains: ({ text, ours }) => ours === NONE && OCTAL.test(text),
  },
  {
    judge: 'ipaddr.js',
    reason: 'takes hexadecimal numbers for IPv4 (RFC 3986 7.4)',
    explains: ({ text, ours }) => ours === NONE && HEX.test(text),
  },
  {
    judge: 'ipaddr.js',
    reason: 'takes one integer for IPv4 (RFC 3986 7.4)',
    explains: ({ text, ours }) => ours === NONE && INTEGER.test(text),
  },
  {
    judge: 'ipaddr.js',
    reason: 'takes IPv4 of two or three numbers (RFC 3986 7.4)',
    explains: ({ text, ours }) => ours === NONE && SHORT.test(text),
  },
  {
    judge: 'ipaddr.js',
    reason: 'keeps a zone, which means something to its own host only (RFC 4007 11)',
    explains: ({ text, ours }) => ours === NONE && text.includes('%'),
  },
  {
    judge: 'ipaddr.js',
    reason: 'takes IPv4-compatible IPv6, deprecated in RFC 4291 2.5.5.1, for IPv4',
    explains: ({ text, ours, theirs }) =>
      /^[0:]*:(?:\d+\.){3}\d+(?:$|\/)/.test(text) && theirs.includes('.') && ours.includes(':'),
  },
  {
    judge: 'ipaddr.js',
    reason: 'takes a network with bits behind its prefix: one address, or many?',
    explains: ({ why }) => why === 'host-bits',
  },
  {
    judge: 'ipaddr.js',
    reason: 'keeps a mapped network apart from the IPv4 network that it is (CVE-2026-90711)',
    explains: ({ text, theirs }) => /^::ffff:.*\//i.test(text) && theirs.startsWith('::ffff:'),
  },
  {
    judge: 'forwarded-parse',
    reason: 'throws on empty elements and pairs, which are to be skipped (RFC 9110 5.6.1.2)',
    explains: ({ text, theirs }) => theirs === NONE && /(?:^|[,;])[ \t]*(?:$|[,;])/.test(text),
  },
  {
    judge: 'forwarded-parse',
    reason: 'throws on unquoted ports, brackets and the like, which real proxies send',
    explains: ({ text, theirs }) => theirs === NONE && /=[^",;]*[:@[\]/]/.test(text),
  },
  {
    judge: 'forwarded-parse',
    reason: 'throws on blanks around "=" and at either end of the list',
    explains: ({ text, theirs }) => theirs === NONE && /^[ \t]|[ \t]$|[ \t]=|=[ \t]/.test(text),
  },
  {
    judge: 'forwarded-parse',
    reason: 'throws where one element is malformed, although the walk may never reach it',
    explains: ({ theirs, why }) => theirs === NONE && why === 'malformed',
  },
  {
    judge: 'forwarded-parse',
    reason: 'lets the last of a duplicate parameter win, which RFC 7239 4 forbids to occur',
    explains: ({ text, theirs, why }) =>
      theirs !== NONE && why === 'malformed' && /(\w+)=[^,]*;\s*\1=/i.test(text),
  },
  {
    judge: 'proxy-addr',
    reason: 'cannot trust a UNIX peer, nor name one whose address is not known',
    explains: ({ theirs }) => theirs === NONE,
  },
  {
    judge: 'proxy-addr',
    reason: 'keeps brackets, the port and the zone in the address of the client',
    explains: ({ theirs, ours }) => ours !== '' && isIP(theirs) === 0 && addressIn(theirs) === ours,
  },
  {
    judge: 'proxy-addr',
    reason: 'leaves an address as it was sent: long, mapped, with its zone',
    explains: ({ theirs, ours }) => isIP(theirs) !== 0 && addressIn(theirs) === ours,
  },
  {
    judge: 'proxy-addr',
    reason: "does not know a trusted hop by its address if it has a port, or is nginx' `unix:`",
    explains: ({ theirs, ours }) => ours !== '' && /^unix:$|\]:\d+$/.test(theirs),
  },
  {
    judge: 'proxy-addr',
    reason: 'takes a tab for an entry (RFC 9110 5.6.3)',
    explains: ({ theirs }) => theirs === '\t',
  },
  {
    judge: 'proxy-addr',
    reason: 'returns what is no address as the client',
    explains: ({ theirs, ours, why }) =>
      ours === '' && isIP(theirs) === 0 && /^(?:unknown|obfuscated|bad)-client$/.test(why),
  },
  {
    judge: 'proxy-addr',
    reason: 'trusts a hop that is written in octal, hexadecimal or as one integer (CVE-2021-28918)',
    explains: ({ text, ours, why }) =>
      ours === '' && why === 'bad-client' && [OCTAL, HEX, INTEGER].some((form) => form.test(text)),
  },
  {
    judge: 'proxy-addr',
    reason: 'walks a chain of any length',
    explains: ({ why }) => why === 'too-many-hops',
  },
  {
    judge: 'proxy-addr',
    reason: 'takes what it finds where fewer proxies stand than were counted',
    explains: ({ why }) => why === 'short-chain',
  },
  {
    judge: 'proxy-addr',
    reason: 'reads X-Forwarded-For where the proxies set another header',
    explains: ({ why }) => why === 'not listed',
  },
]

const proved = new Set<Difference>()

/** What stands in no row of the table; undefined if both agree, or a row explains the difference. */
function unexplained(verdict: Verdict): Verdict | undefined {
  if (verdict.theirs === verdict.ours) return undefined
  const row = differences.find(
    ({ judge, explains }) => judge === verdict.judge && explains(verdict),
  )
  if (row === undefined) return verdict
  proved.add(row)
  return undefined
}

t.test('every address of the decisions is read as ipaddr.js reads it', (t) => {
  for (const text of addresses) t.equal(unexplained(askAddress(text)), undefined, text)
  t.ok(addresses.length > 50)
  t.end()
})

t.test('every list entry of the decisions is read as ipaddr.js reads it', (t) => {
  for (const text of networks) t.equal(unexplained(askNetwork(text)), undefined, text)
  t.ok(networks.length > 30)
  t.end()
})

t.test('every client of the decisions is the one that proxy-addr finds', (t) => {
  for (const { id, list, facts, options } of chains) {
    t.equal(unexplained(askClient(list, facts, options)), undefined, id)
  }
  t.ok(chains.length > 100)
  t.end()
})

t.test('every Forwarded of the decisions is read as forwarded-parse reads it', (t) => {
  for (const text of forwardedHeaders) t.equal(unexplained(askForwarded(text)), undefined, text)
  t.ok(forwardedHeaders.length > 20)
  t.end()
})

t.test('and so are some more that real proxies and attackers send', (t) => {
  for (const text of moreHeaders) t.equal(unexplained(askForwarded(text)), undefined, text)
  for (const text of moreAddresses) t.equal(unexplained(askAddress(text)), undefined, text)
  t.end()
})

for (const row of differences) {
  t.test(`${row.judge} ${row.reason}`, (t) => {
    t.ok(proved.has(row), 'at least one case proves it')
    t.end()
  })
}

/** Runs a property often enough to be worth it, and not so often that it is felt. */
function check<Values extends [unknown, ...unknown[]]>(property: fc.IProperty<Values>): void {
  assertProperty(property, 1000)
}

t.test('on valid addresses all agree, exactly', (t) => {
  check(
    fc.property(address, (text) => {
      const { theirs, ours } = askAddress(text)
      return theirs === text && ours === text
    }),
  )
  t.end()
})

t.test('on what looks like an address we agree, or the table knows why not', (t) => {
  check(fc.property(addressLike, (text) => unexplained(askAddress(text)) === undefined))
  check(fc.property(addressLike, (text) => unexplained(askNetwork(text)) === undefined))
  t.end()
})

t.test('on which addresses networks hold all three agree, exactly', (t) => {
  const near = fc.tuple(network, address, fc.boolean()).map(([text, other, edge]) => ({
    networks: [text],
    address: edge ? text.replace(/\/.*/, '') : other,
  }))
  check(
    fc.property(near, fc.array(network, { maxLength: 4 }), ({ networks, address }, others) => {
      const [first, ...rest] = askNetworks([...networks, ...others], address)
      return rest.every((answer) => answer === first)
    }),
  )
  t.end()
})

t.test('on the client of a valid chain we agree with proxy-addr, exactly', (t) => {
  const proxy = fc.constantFrom('10.0.0.2', '10.9.8.7', '192.168.1.1', '2001:db8::1', 'fd00::2')
  const chain = fc.array(fc.oneof(proxy, address), { minLength: 1, maxLength: 8 })
  const list = fc.subarray([
    '10.0.0.0/8',
    '192.168.1.1',
    '2001:db8::/32',
    'uniquelocal',
    'loopback',
  ])
  check(
    fc.property(chain, list, ([remoteAddress, ...others], forwardedAllowIps) => {
      const text = others.join(', ')
      const headers = { 'x-forwarded-for': text }
      const { theirs, ours } = askClient(text, { remoteAddress, headers }, { forwardedAllowIps })
      return theirs === ours
    }),
  )
  t.end()
})

t.test('on a valid Forwarded we agree with forwarded-parse, exactly', (t) => {
  check(
    fc.property(validForwarded, (text) => {
      const { theirs, ours } = askForwarded(text)
      return theirs === ours
    }),
  )
  t.end()
})
