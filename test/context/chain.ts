// The chain of a request: who the peer is, and where the walk begins.

import t from 'tap'
import { collectHops, peerOf, walkChain } from '../../lib/context/chain.ts'
import { pickHeaders } from '../../lib/context/headers.ts'
import { readFacts } from '../../lib/context/peer.ts'
import { compileTrust } from '../../lib/trust/policy.ts'
import { unknownHop } from '../../lib/trust/walk.ts'
import type { Problem } from '../../types/context.ts'
import type { RequestFacts } from '../../types/facts.ts'
import type { TrustOptions } from '../../types/trust.ts'

/** The chain of facts, walked and collected. */
function follow(facts: RequestFacts, options: TrustOptions = {}, parts: object = {}) {
  const { policy } = compileTrust({ forwardedAllowIps: '10.0.0.2', ...options })
  const read = { ...readFacts(facts, false), ...parts }
  const peer = peerOf(read.connection, policy)
  const problems: Problem[] = []
  const headers = pickHeaders(read.rawHeaders, policy.headerNames)
  const { client, trusted, failed } = walkChain(peer, read, headers, policy, problems)
  const hops = collectHops(peer, client, read, policy)
  return { peer, client, trusted, failed, problems, hops: hops.map(({ node }) => node) }
}

const remoteAddress = '10.0.0.2'
const unknownClient = { code: 'unknown-client' }

t.test('the peer is the address of the socket, and no header (RFC 3875 4.1.8)', (t) => {
  const rawHeaders = ['X-Forwarded-For', '203.0.113.7']
  const { peer } = follow({ remoteAddress: '::ffff:10.0.0.2', remotePort: 4711, rawHeaders })
  t.same(peer, { address: '10.0.0.2', port: 4711, node: '10.0.0.2', trusted: true, by: undefined })
  t.ok(Object.isFrozen(peer))
  t.match(follow({ unix: true }).peer, { address: '', node: 'unix:', trusted: true })
  t.match(follow({ unix: true }, { unix: false }).peer, { node: 'unix:', trusted: false })
  for (const none of [undefined, '', 'localhost']) {
    t.equal(follow({ remoteAddress: none }).peer, unknownHop)
  }
  t.end()
})

t.test('each source of the client is read in its own way', (t) => {
  const text = '198.51.100.66, 203.0.113.7'
  for (const [headers, line, hops] of [
    [['x-forwarded-for'], ['X-Forwarded-For', text], ['10.0.0.2', '203.0.113.7']],
    [
      ['forwarded'],
      ['Forwarded', 'for=198.51.100.66, for=203.0.113.7'],
      ['10.0.0.2', '203.0.113.7'],
    ],
    [['x-real-ip'], ['X-Real-IP', text], ['10.0.0.2', 'unknown']],
    [['x-real-ip'], ['X-Real-IP', '203.0.113.7'], ['10.0.0.2', '203.0.113.7']],
    [['x-forwarded-proto'], ['X-Forwarded-For', text], ['10.0.0.2']],
    [['x-forwarded-for'], ['X-Real-IP', text], ['10.0.0.2']],
  ] as const) {
    t.same(follow({ remoteAddress, rawHeaders: line }, { headers }).hops, hops, line.join(': '))
  }
  t.end()
})

t.test('one policy does not judge for another that meets the same connection', (t) => {
  const { connection } = readFacts({ remoteAddress }, false)
  const [one, none] = ['10.0.0.2', []].map((forwardedAllowIps) =>
    compileTrust({ forwardedAllowIps }),
  )
  for (const [trust, trusted] of [
    [one, true],
    [none, false],
    [one, true],
  ] as const) {
    t.equal(trust && peerOf(connection, trust.policy).trusted, trusted)
  }
  const judged = one && peerOf(connection, one.policy)
  t.equal(judged, one && peerOf(connection, one.policy), 'and is asked once')
  t.end()
})

t.test('headers that were dropped, or not seen, leave a trusted peer without a client', (t) => {
  const rawHeaders = ['X-Forwarded-For', '203.0.113.7']
  for (const [part, problem] of [
    ['truncated', { code: 'too-many-headers' }],
    ['unseen', { ...unknownClient, hop: 1 }],
  ] as const) {
    const trusted = follow({ remoteAddress, rawHeaders }, {}, { [part]: true })
    t.same(trusted.problems, [problem])
    t.same([trusted.client, trusted.trusted, trusted.failed], [unknownHop, 1, true])
    t.same(trusted.hops, ['10.0.0.2', 'unknown'])
    const stranger = follow({ remoteAddress: '192.0.2.1', rawHeaders }, {}, { [part]: true })
    t.same([stranger.client, stranger.trusted, stranger.hops], [stranger.peer, 0, ['192.0.2.1']])
  }
  t.end()
})

t.test('a UNIX peer that names no client has no address to stand in for one', (t) => {
  const { problems, hops } = follow({ unix: true })
  t.same(problems, [{ ...unknownClient, header: 'x-forwarded-for', hop: 0 }])
  t.same(hops, ['unix:'])
  t.same(follow({ unix: true }, { headers: [] }).problems, [], 'nobody was to name one')
  const rawHeaders = ['X-Forwarded-For', '10.0.0.2, unix:']
  t.same(follow({ remoteAddress, rawHeaders }).problems, [], 'somebody is named behind it')
  const behind = follow({ remoteAddress, rawHeaders: ['X-Forwarded-For', 'unix:, 10.0.0.2'] })
  t.same(behind.problems, [{ ...unknownClient, header: 'x-forwarded-for', hop: 2 }])
  t.same(follow({ remoteAddress }).problems, [], 'a TCP peer is then the client')
  t.end()
})
