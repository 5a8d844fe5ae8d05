// Warnings against what real proxies sent: none where all is right, and one where something is wrong.

import t from 'tap'
import { type HeaderName, resolveContext, type TrustOptions } from '../../lib/index.ts'
import { type Capture, captures, factsOf, setupOf, trustOf } from '../fixtures/captures.ts'

/** Cases in which the client sent no forwarding header of its own; so do most requests of a site. */
const HONEST =
  /\/(?:(?:tls-|v6-|tls-v6-|h2-)?plain|(?:plain|tls)-host-with-port|http10|host-upper)$/

const honest = captures.filter(({ id }) => HONEST.test(id))

/** Setups, and within one the groups of captures that were given the same advice. */
const groups: ReadonlyMap<string, readonly Capture[]> = honest.reduce((map, capture) => {
  const key = `${setupOf(capture)} ${JSON.stringify(capture.advice)}`
  return map.set(key, [...(map.get(key) ?? []), capture])
}, new Map<string, readonly Capture[]>())

/** The headers that the advice lets one believe. */
function headersOf({ address, scheme, host }: Capture['advice']): readonly HeaderName[] {
  if (address.from === 'forwarded') return ['forwarded']
  return [address.from, scheme.from, host.from].filter((name) => name.startsWith('x-'))
}

/** What is heard when a site gets these requests again and again. */
function hear(requests: readonly Capture[], options: TrustOptions): readonly string[] {
  const heard = new Set<string>()
  const [first] = requests
  if (first === undefined) return []
  const onWarning: TrustOptions['onWarning'] = ({ code, header }) => heard.add(`${code} ${header}`)
  const trust = trustOf(first, { ...options, onWarning })
  for (let round = 0; round < 20; round++) {
    for (const request of requests) resolveContext(factsOf(request), trust)
  }
  return [...heard]
}

/** Setups that are warned of although the advice is followed: each time rightly. */
const warned: Readonly<Record<string, string>> = {
  'nginx-bookworm-prefix: unlisted-header x-forwarded-prefix': 'it sets a prefix, not listed here',
  'caddy-sid-pass-xff: missing-header x-forwarded-for': 'it only hands on what a client sends',
  'ats-bookworm-forwarded-full: bad-forwarded forwarded': 'it writes what is no RFC 7239',
  'chain-haproxytcp2-caddy-noallow: unlisted-header x-forwarded-for': 'it names the client',
  'chain-nginx-caddy-untrusted: unlisted-header x-forwarded-for': 'it names the client',
  'chain-nginxstream-plain-nginx: unlisted-header x-forwarded-for': 'it names the client',
}

t.test('a configuration that is right is not warned of', (t) => {
  const heard = [...groups].flatMap(([key, requests]) => {
    const [setup = ''] = key.split(' ')
    return requests
      .slice(0, 1)
      .flatMap(({ advice }) => hear(requests, { headers: headersOf(advice) }))
      .map((warning) => `${setup}: ${warning}`)
  })
  t.ok(groups.size > 150, `${groups.size} setups`)
  t.same([...new Set(heard)].sort(), Object.keys(warned).sort())
  t.end()
})

t.test('nginx and h2o that tell nobody who the client is are missed to do so', (t) => {
  const bare = [...groups].filter(([key]) => /^(?:nginx-[^-]+-default|h2o-[^-]+-no-xf) /.test(key))
  t.ok(bare.length >= 4)
  for (const [key, requests] of bare) {
    t.ok(hear(requests, {}).includes('missing-header x-forwarded-for'), key)
  }
  t.end()
})

t.test('every proxy that names the client is heard of when it is not listed', (t) => {
  const naming = honest.filter(
    ({ advice, peer }) =>
      peer !== null && /^(?:x-forwarded-for|forwarded)$/.test(advice.address.from),
  )
  t.ok(naming.length > 200)
  for (const capture of naming) {
    const unlisted = { ...capture, advice: { ...capture.advice, trustedPeers: [] } }
    const heard = hear([unlisted], {})
    const named = capture.headers.some(([name]) => /^(?:x-forwarded-for|forwarded)$/i.test(name))
    t.equal(heard.length, named ? 1 : 0, capture.id)
    t.notOk(named && !heard[0]?.startsWith('unlisted-peer '), capture.id)
  }
  t.end()
})
