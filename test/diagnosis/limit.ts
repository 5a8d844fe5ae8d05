// The limit of warnings: what is told again, how much in a minute, and who cannot be silenced.

import t from 'tap'
import { createLimit, MAX_NETWORKS, networkOf } from '../../lib/diagnosis/limit.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Networks that come once each. */
function* strangers(): Generator<string, never> {
  for (let number = 0; ; number++) yield `stranger ${number}`
}

t.test('a network is told of once for each code until it has been quiet', (t) => {
  const limit = createLimit(HOUR)
  const ask = (code: string, at: number) => limit.admits(code, '10.0.0.0/24', at)
  t.same([ask('a', 0), ask('a', 1), ask('a', HOUR - 1)], [true, false, false])
  t.equal(ask('b', HOUR - 1), true, 'another code')
  t.same([ask('a', HOUR), ask('a', HOUR + 1)], [true, false])
  t.equal(limit.size, 1)
  t.end()
})

t.test('an endless quiet is never over', (t) => {
  const limit = createLimit(Number.POSITIVE_INFINITY)
  t.same(
    [0, HOUR, 1e9 * HOUR].map((at) => limit.admits('a', '10.0.0.0/24', at)),
    [true, false, false],
  )
  t.end()
})

t.test('whoever comes shares six at once and six an hour, for each code', (t) => {
  const limit = createLimit(HOUR)
  const names = strangers()
  const admitted = (code: string, at: number, times: number) =>
    Array.from({ length: times }, () => limit.admits(code, names.next().value, at)).filter(Boolean)
      .length
  t.equal(admitted('a', 0, 20), 6)
  t.equal(admitted('a', 9 * MINUTE, 20), 0)
  t.equal(admitted('a', 10 * MINUTE, 20), 1)
  t.equal(admitted('b', 10 * MINUTE, 20), 6, 'another code has its own')
  t.equal(admitted('a', 40 * MINUTE, 20), 3)
  t.equal(admitted('a', 1000 * HOUR, 20), 6, 'never more than six at once')
  t.end()
})

t.test('who comes again and again has six a minute beside that', (t) => {
  const limit = createLimit(HOUR)
  const names = strangers()
  for (let count = 0; count < 6; count++) limit.admits('a', names.next().value, 0)
  const regulars = Array.from({ length: 20 }, (_, index) => `regular ${index}`)
  const admitted = (at: number) => regulars.filter((name) => limit.admits('a', name, at)).length
  t.same([admitted(0), admitted(0), admitted(0)], [0, 0, 6], 'the third time')
  t.same([admitted(MINUTE / 6 - 1), admitted(MINUTE / 6)], [0, 1])
  t.equal(admitted(MINUTE), 5)
  t.equal(admitted(3 * MINUTE), 6)
  t.equal(admitted(4 * MINUTE), 2, 'all have been told of')
  t.end()
})

t.test('a flood from ever other networks does not silence the warning about a proxy', (t) => {
  const limit = createLimit(HOUR)
  const names = strangers()
  let told = 0
  let proxy: number | undefined
  // Ten thousand a second for ten seconds, of which one in fifty is the proxy.
  for (let count = 0; count < 100_000; count++) {
    const at = count / 10
    if (count > 1000 && count % 50 === 0) {
      if (limit.admits('a', 'proxy', at)) proxy ??= at
    } else if (limit.admits('a', names.next().value, at)) told++
  }
  t.ok(proxy !== undefined && proxy < 5000, `told within seconds: ${proxy}`)
  t.ok(told <= 12, `${told} lines about the flood`)
  t.equal(limit.size <= MAX_NETWORKS, true, 'and the memory is bounded')
  t.end()
})

t.test('networks that come no more make room for others', (t) => {
  const limit = createLimit(HOUR)
  for (let index = 0; index < MAX_NETWORKS; index++) {
    for (let times = 0; times < 10_000; times++) limit.admits('a', `old ${index}`, 0)
  }
  t.equal(limit.size, MAX_NETWORKS)
  for (let times = 0; times < 100; times++) limit.admits('b', 'new', 0)
  t.equal(limit.size, 0, 'a hundred reasons are enough')
  limit.admits('b', 'new', 0)
  t.equal(limit.size, 1)
  t.end()
})

t.test('neighbours count as one: a /24 of IPv4, a /48 of IPv6 (RFC 6177)', (t) => {
  for (const [address, network] of [
    ['10.1.2.3', '10.1.2.0/24'],
    ['203.0.113.255', '203.0.113.0/24'],
    ['255.255.255.255', '255.255.255.0/24'],
    ['2001:db8:1:ffff::1', '2001:db8:1::/48'],
    ['2001:db8:1:0:1::', '2001:db8:1::/48'],
    ['::1', '::/48'],
    ['unix:', 'unix:'],
    ['unknown', 'unknown'],
  ] as const) {
    t.equal(networkOf(address), network)
  }
  t.end()
})
