// What real proxies sent: with the advised configuration the answer is the truth, and never a forgery.

import { readFileSync } from 'node:fs'
import t from 'tap'
import {
  compileTrust,
  type HeaderName,
  type RequestContext,
  resolveContext,
} from '../../lib/index.ts'

type Label = 'truth' | 'SPOOFED' | 'unknown' | 'peer-or-proxy' | 'wrong' | 'differs'

interface Capture {
  readonly id: string
  readonly peer: string | null
  readonly requestLine: string
  readonly headers: readonly (readonly [string, string])[]
  readonly truth: {
    readonly client: string | null
    readonly scheme: string
    readonly host: string | null
  }
  readonly advice: {
    readonly trustedPeers: readonly string[]
    readonly address: { readonly from: string }
    readonly scheme: { readonly from: string }
    readonly host: { readonly from: string }
  }
  readonly outcome: {
    readonly clientAddress: Label
    readonly scheme: Label
    readonly host: Label
  }
  readonly forged: readonly string[]
}

const file = new URL('../fixtures/proxy-captures.json', import.meta.url)
const { cases }: { cases: readonly Capture[] } = JSON.parse(readFileSync(file, 'utf8'))

/** Where following the advice could tell the truth, and we fail closed. Each row must be used. */
const closed: readonly {
  readonly reason: string
  readonly holds: (capture: Capture) => boolean
}[] = [
  {
    reason: 'a header for one address that the proxy appends to holds two: neither is taken',
    holds: ({ advice }) => advice.address.from === 'x-client-ip',
  },
]

/** The headers that the advice lets one believe. */
function headersOf({ address, scheme, host }: Capture['advice']): readonly HeaderName[] {
  if (address.from === 'forwarded') return ['forwarded']
  const client: readonly HeaderName[] =
    address.from === 'x-tinyproxy' ? [{ address: 'x-tinyproxy' }] : [address.from]
  return [...client, scheme.from, host.from].filter(
    (name) => typeof name !== 'string' || name.startsWith('x-'),
  )
}

function resolve({ peer, requestLine, headers, advice }: Capture): RequestContext {
  const forwardedAllowIps = advice.trustedPeers.filter((name) => name !== 'unix')
  const unix = advice.trustedPeers.includes('unix')
  const trust = compileTrust({ forwardedAllowIps, unix, headers: headersOf(advice) })
  const [method, url, protocol = 'HTTP/1.1'] = requestLine.split(' ')
  const remoteAddress = peer ?? undefined
  const httpVersion = protocol.slice('HTTP/'.length)
  const rawHeaders = headers.flat()
  const facts = { remoteAddress, unix: peer === null, method, url, httpVersion, rawHeaders }
  return resolveContext(facts, trust)
}

t.test('the client is the truth wherever the advice makes it so', (t) => {
  const used = new Map(closed.map(({ reason }) => [reason, 0]))
  let told = 0
  for (const capture of cases.filter(({ outcome }) => outcome.clientAddress === 'truth')) {
    const { address } = resolve(capture).client
    const reason = address === '' ? closed.find(({ holds }) => holds(capture))?.reason : undefined
    if (reason !== undefined) used.set(reason, (used.get(reason) ?? 0) + 1)
    else {
      told++
      t.equal(address, capture.truth.client ?? '', capture.id)
    }
  }
  for (const [reason, count] of used) t.ok(count > 0, `${count}: ${reason}`)
  t.comment(`${told} of ${cases.length} captures tell the true client`)
  t.end()
})

t.test('a forged address is never the client where the advice can be followed', (t) => {
  for (const capture of cases.filter(({ outcome }) => outcome.clientAddress !== 'SPOOFED')) {
    const { client, peer } = resolve(capture)
    const forged = capture.forged.includes(client.address)
    const own = client.address === peer.address || client.address === capture.truth.client
    t.ok(!forged || own, `${capture.id}: ${client.address}`)
  }
  t.end()
})

t.test('the scheme is the truth wherever the advice makes it so', (t) => {
  for (const capture of cases.filter(({ outcome }) => outcome.scheme === 'truth')) {
    t.equal(resolve(capture).scheme, capture.truth.scheme, capture.id)
  }
  t.end()
})

t.test('the host is the truth, in lower case, wherever there is one host that is one', (t) => {
  for (const capture of cases.filter(({ outcome }) => outcome.host === 'truth')) {
    const { host, problems } = resolve(capture)
    const refused = problems.some(({ code }) => code === 'bad-host' || code === 'no-host')
    const lines = capture.headers.filter(([name]) => name.toLowerCase() === 'host')
    if (!refused) t.equal(host, (capture.truth.host ?? host).toLowerCase(), capture.id)
    else if (lines.length < 2) t.notMatch(capture.truth.host ?? '', /^[a-z\d.-]+$/i, capture.id)
  }
  t.end()
})
