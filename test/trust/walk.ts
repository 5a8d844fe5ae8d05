// The walk: how far a chain is believed, and what is said where it ends.

import t from 'tap'
import { parseIp } from '../../lib/address/ip.ts'
import { forwardedChain } from '../../lib/forwarded/forwarded.ts'
import { compileTrust } from '../../lib/trust/policy.ts'
import { unknownHop, walk } from '../../lib/trust/walk.ts'
import type { Hop } from '../../types/context.ts'
import type { Chain, ForwardedEntry, ForwardedNode } from '../../types/forwarded.ts'
import type { TrustOptions, TrustPolicy } from '../../types/trust.ts'

/** An address, or a node that is none. */
function nodeOf(text: string): ForwardedNode {
  const ip = parseIp(text)
  return ip === undefined ? { kind: 'garbage', text } : { kind: 'ip', ip, port: undefined }
}

function entryOf(node: string | ForwardedNode): ForwardedEntry {
  const whole = typeof node === 'string' ? nodeOf(node) : node
  return { node: whole, by: undefined, proto: undefined, host: undefined }
}

/** A chain of entries, nearest first, and how many were asked for. */
function chainOf(...nodes: readonly (string | ForwardedNode | ForwardedEntry)[]) {
  let asked = 0
  const chain: Chain = {
    next() {
      const node = nodes[asked++]
      if (node === undefined) return undefined
      return typeof node === 'object' && 'node' in node ? node : entryOf(node)
    },
  }
  return { chain, asked: () => asked }
}

function peerOf(address: string, trusted: boolean): Hop {
  return { address, port: 40000, node: address, trusted, by: undefined }
}

const peer = peerOf('10.0.0.2', true)

function follow(
  options: TrustOptions,
  ...nodes: readonly (string | ForwardedNode | ForwardedEntry)[]
) {
  const { policy } = compileTrust({ forwardedAllowIps: '10.0.0.0/8', ...options })
  return walkAll(peer, chainOf(...nodes).chain, policy)
}

/** A walk, and every hop of it. */
function walkAll(from: Hop, chain: Chain, policy: TrustPolicy) {
  const hops: Hop[] = []
  return { ...walk(from, chain, policy, hops), hops }
}

t.test('an untrusted peer stands alone, and the chain is not even looked at', (t) => {
  const { chain, asked } = chainOf('203.0.113.7')
  const stranger = peerOf('198.51.100.20', false)
  t.same(walkAll(stranger, chain, compileTrust().policy), {
    hops: [stranger],
    client: stranger,
    entries: 0,
    trusted: 0,
    failed: false,
    entry: undefined,
    problem: undefined,
  })
  t.equal(asked(), 0)
  t.end()
})

t.test('the first hop that is not trusted is the client, and nothing behind it is read', (t) => {
  const { policy } = compileTrust({ forwardedAllowIps: '10.0.0.0/8' })
  const { chain, asked } = chainOf('10.0.0.3', '203.0.113.7', '198.51.100.66')
  const { hops, client, entries, trusted, failed, entry, problem } = walkAll(peer, chain, policy)
  t.same([client.address, entries], ['203.0.113.7', 2])
  t.same(
    hops.map(({ address, trusted }) => [address, trusted]),
    [
      ['10.0.0.2', true],
      ['10.0.0.3', true],
      ['203.0.113.7', false],
    ],
  )
  t.same({ trusted, failed, problem }, { trusted: 2, failed: false, problem: undefined })
  t.same(entry?.node, nodeOf('203.0.113.7'))
  t.equal(asked(), 2)
  t.end()
})

t.test('if all are trusted, the outermost is the client', (t) => {
  const { hops, client, entries, trusted, failed, entry } = follow({}, '10.0.0.3', '10.0.0.4')
  t.same([client.address, client.trusted, entries], ['10.0.0.4', true, 2])
  t.same(
    hops.map(({ address }) => address),
    ['10.0.0.2', '10.0.0.3', '10.0.0.4'],
  )
  t.same({ trusted, failed }, { trusted: 3, failed: false })
  t.same(entry?.node, nodeOf('10.0.0.4'))
  t.end()
})

t.test('whoever does not ask for the hops gets the same answer', (t) => {
  const { policy } = compileTrust({ forwardedAllowIps: '10.0.0.0/8' })
  for (const nodes of [
    [],
    ['10.0.0.3'],
    ['10.0.0.3', '203.0.113.7'],
    ['<b>'],
    ['10.0.0.3', '<b>'],
  ]) {
    const { hops, ...answer } = walkAll(peer, chainOf(...nodes).chain, policy)
    t.same(walk(peer, chainOf(...nodes).chain, policy), answer)
    t.same(hops.at(-1), answer.client)
    t.equal(hops.length, answer.entries + 1)
  }
  t.end()
})

t.test('a trusted peer without the header is itself the client', (t) => {
  t.same(follow({}), {
    hops: [peer],
    client: peer,
    entries: 0,
    trusted: 1,
    failed: false,
    entry: undefined,
    problem: undefined,
  })
  t.end()
})

t.test(
  'an address keeps the text that comes with it, and is written anew without (RFC 5952 4)',
  (t) => {
    const plain = nodeOf('2001:DB8:0::7')
    for (const text of ['2001:db8::7', undefined]) {
      const node = plain.kind === 'ip' ? { ...plain, text } : plain
      t.equal(follow({}, node).client.address, '2001:db8::7')
    }
    t.end()
  },
)

t.test('a hop keeps its port, and how its reporter calls itself', (t) => {
  const plain = nodeOf('2001:db8::7')
  const node = plain.kind === 'ip' ? { ...plain, port: 51234 } : plain
  const { hops } = follow({}, { ...entryOf(node), by: '_edge' })
  t.same(hops.at(-1), {
    address: '2001:db8::7',
    port: 51234,
    node: '2001:db8::7',
    trusted: false,
    by: '_edge',
  })
  t.end()
})

t.test('* believes the peer and no hop behind it', (t) => {
  const { hops, trusted } = follow({ forwardedAllowIps: '*' }, '127.0.0.1', '203.0.113.7')
  t.same([hops.at(-1)?.address, trusted], ['127.0.0.1', 1])
  t.end()
})

t.test('unix: is a hop that is trusted where UNIX peers are', (t) => {
  const unix = { kind: 'unix' } as const
  const on = follow({}, unix, '203.0.113.7')
  const hop = { address: '', port: undefined, node: 'unix:', by: undefined }
  t.same(on.hops[1], { ...hop, trusted: true })
  t.same([on.hops.at(-1)?.address, on.trusted], ['203.0.113.7', 2])
  const off = follow({ unix: false }, unix, '203.0.113.7')
  t.same(off.hops[1], { ...hop, trusted: false })
  t.equal(off.hops.length, 2)
  t.same(off.problem, { code: 'unknown-client', header: 'x-forwarded-for', hop: 1 })
  t.end()
})

t.test(
  'unix: is no network: behind any peer it is not trusted, and not what stands beyond',
  (t) => {
    for (const forwardedAllowIps of ['*', '*,10.0.0.0/8']) {
      const { hops, trusted, problem } = follow({ forwardedAllowIps }, { kind: 'unix' }, '6.6.6.6')
      t.same([hops.at(-1)?.node, trusted], ['unix:', 1])
      t.same(problem, { code: 'unknown-client', header: 'x-forwarded-for', hop: 1 })
    }
    t.end()
  },
)

const long = 'x'.repeat(127)

/** A node that is no address: how the hop is written, and what the problem says. */
const nameless = [
  [{ kind: 'unknown' }, 'unknown', { code: 'unknown-client' }, false],
  [
    { kind: 'obfuscated', name: '_hidden' },
    '_hidden',
    { code: 'obfuscated-client', value: '_hidden' },
    false,
  ],
  [
    { kind: 'obfuscated', name: `_${long}` },
    `_${long}`,
    { code: 'obfuscated-client', value: `_${'x'.repeat(99)}` },
    false,
  ],
  [{ kind: 'garbage', text: '<b>' }, 'unknown', { code: 'bad-client', value: '<b>' }, false],
  [
    { kind: 'garbage', text: long },
    'unknown',
    { code: 'bad-client', value: 'x'.repeat(100) },
    false,
  ],
  [{ kind: 'malformed', text: 'for' }, 'unknown', { code: 'bad-forwarded', value: 'for' }, true],
  [
    { kind: 'malformed', text: long },
    'unknown',
    { code: 'bad-forwarded', value: 'x'.repeat(100) },
    true,
  ],
] as const

for (const [node, written, problem, failed] of nameless) {
  t.test(`${JSON.stringify(node).slice(0, 40)} ends the walk, and its text is no address`, (t) => {
    const walked = follow({}, '10.0.0.3', node, '203.0.113.7')
    const hop = { address: '', port: undefined, node: written, trusted: false, by: undefined }
    t.same(walked.hops.slice(2), [hop])
    t.same(walked.trusted, 2)
    t.same(walked.problem, { ...problem, header: 'x-forwarded-for', hop: 2 })
    t.equal(walked.failed, failed, 'only what breaks the grammar takes the reports with it')
    t.end()
  })

  t.test(`${JSON.stringify(node).slice(0, 40)} behind the client is never reached`, (t) => {
    const { hops, problem } = follow({}, '203.0.113.7', node)
    t.same([hops.length, problem], [2, undefined])
    t.end()
  })
}

t.test('as many entries are walked as maxHops says, and one more fails closed', (t) => {
  const proxies = (count: number) => Array.from({ length: count }, (_, i) => `10.1.0.${i + 1}`)
  for (const maxHops of [1, 2, 32]) {
    const enough = follow({ maxHops }, ...proxies(maxHops))
    t.same([enough.hops.length, enough.failed], [maxHops + 1, false])
    const client = follow({ maxHops }, ...proxies(maxHops - 1), '203.0.113.7', '198.51.100.66')
    t.same([client.hops.at(-1)?.address, client.problem], ['203.0.113.7', undefined])

    const long = follow({ maxHops }, ...proxies(maxHops), '203.0.113.7')
    t.equal(long.hops.at(-1), unknownHop)
    t.equal(long.trusted, maxHops + 1)
    t.equal(long.failed, true)
    t.equal(long.entry, undefined)
    const hop = maxHops + 1
    t.same(long.problem, { code: 'too-many-hops', header: 'x-forwarded-for', hop })
  }
  t.end()
})

t.test('no more is read than the walk needs, however long the header', (t) => {
  const { policy } = compileTrust({ forwardedAllowIps: '10.0.0.0/8', maxHops: 4 })
  let asked = 0
  const endless: Chain = {
    next() {
      asked++
      return entryOf('10.0.0.3')
    },
  }
  t.equal(walk(peer, endless, policy).problem?.code, 'too-many-hops')
  t.equal(asked, 5)
  t.end()
})

t.test('where hops are counted the n-th entry is the client, whatever it is', (t) => {
  for (const [hops, nodes, client] of [
    [1, ['203.0.113.7', '198.51.100.66'], '203.0.113.7'],
    [2, ['192.0.2.99', '203.0.113.7', '198.51.100.66'], '203.0.113.7'],
    [2, ['192.0.2.99', '10.0.0.7', '198.51.100.66'], '10.0.0.7'],
    [3, ['192.0.2.99', 'garbage, believed unread', '203.0.113.7'], '203.0.113.7'],
  ] as const) {
    const walked = follow({ hops }, ...nodes)
    t.equal(walked.hops.at(-1)?.address, client)
    t.equal(walked.hops.at(-1)?.trusted, false)
    t.same([walked.trusted, walked.failed, walked.problem], [hops, false, undefined])
  }
  t.end()
})

t.test('where hops are counted and the n-th entry is no address, the client is unknown', (t) => {
  const { hops, problem } = follow({ hops: 2 }, '192.0.2.99', { kind: 'unix' }, '198.51.100.66')
  t.same([hops.length, hops.at(-1)?.address], [3, ''])
  t.same(problem, { code: 'unknown-client', header: 'x-forwarded-for', hop: 2 })
  t.end()
})

t.test('where hops are counted, a malformed element may be several: the count is off', (t) => {
  const swallowed = { kind: 'malformed', text: 'for="a, for=192.0.2.99' } as const
  for (const nodes of [[swallowed], ['192.0.2.99', swallowed]]) {
    const walked = follow({ hops: 3, headers: ['forwarded'] }, ...nodes, '203.0.113.7', '10.0.0.3')
    t.equal(walked.problem?.code, 'bad-forwarded')
    t.same([walked.failed, walked.hops.at(-1)?.address], [true, ''])
  }
  t.end()
})

t.test('a chain that is shorter than hops fails closed', (t) => {
  for (const nodes of [[], ['203.0.113.7'], ['203.0.113.7', '192.0.2.99']]) {
    const walked = follow({ hops: 3 }, ...nodes)
    const hop = nodes.length + 1
    t.same(walked.problem, { code: 'short-chain', header: 'x-forwarded-for', hop })
    t.equal(walked.hops.at(-1), unknownHop)
    t.same([walked.trusted, walked.failed, walked.entry], [hop, true, undefined])
  }
  t.end()
})

t.test('a problem names the header that the policy reads', (t) => {
  const { problem } = follow({ headers: ['forwarded'] }, { kind: 'unknown' })
  t.equal(problem?.header, 'forwarded')
  t.equal(follow({ headers: ['X-Real-IP'] }, 'garbage').problem?.header, 'x-real-ip')
  t.end()
})

t.test('the unknown hop is shared, so it is frozen', (t) => {
  t.ok(Object.isFrozen(unknownHop))
  t.same([unknownHop.address, unknownHop.node, unknownHop.trusted], ['', 'unknown', false])
  t.end()
})

t.test(
  'a malformed element fails the chain wherever the walk meets it, also where hops are counted',
  (t) => {
    const malformed = { kind: 'malformed', text: 'x="open, for=203.0.113.7' } as const
    for (const options of [{ headers: ['forwarded'] }, { headers: ['forwarded'], hops: 2 }]) {
      const walked = follow(options, malformed, '198.51.100.66')
      const problem = { code: 'bad-forwarded', header: 'forwarded', hop: 1, value: malformed.text }
      t.same(walked.problem, problem)
      t.same([walked.failed, walked.trusted, walked.hops.at(-1)], [true, 1, unknownHop])
    }
    t.end()
  },
)

t.test('an open quote does not shift the count of hops', (t) => {
  // Two honest proxies appended; what the client opened runs their elements into one.
  const list =
    'for=198.51.100.66;proto=https, x=", for=203.0.113.7;proto=http, for=10.0.0.3;proto=http'
  const trust = compileTrust({ forwardedAllowIps: '10.0.0.2', hops: 2, headers: ['forwarded'] })
  const { failed, hops } = walkAll(peer, forwardedChain(list), trust.policy)
  t.equal(failed, true)
  t.equal(hops.at(-1)?.address, '')
  t.end()
})
