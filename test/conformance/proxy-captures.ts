// What real proxies sent: with the advised configuration the answer is the truth, and never a forgery.

import t from 'tap'
import type { HeaderName, RequestContext } from '../../lib/index.ts'
import {
  type Capture,
  captures,
  forgeries,
  resolveCapture,
  setupOf,
  tellsHost,
} from '../fixtures/captures.ts'

/** The headers that the advice lets one believe. */
function headersOf({ address, scheme, host }: Capture['advice']): readonly HeaderName[] {
  if (address.from === 'forwarded') return ['forwarded']
  return [address.from, scheme.from, host.from].filter((name) => name.startsWith('x-'))
}

function resolve(capture: Capture): RequestContext {
  return resolveCapture(capture, { headers: headersOf(capture.advice) })
}

/** Whether the context tells the truth about one part, and what the label of the recorders is. */
const parts = {
  client: {
    told: ({ truth }: Capture, { client }: RequestContext) =>
      client.address === (truth.client ?? ''),
    label: ({ outcome }: Capture) => outcome.clientAddress,
  },
  scheme: {
    told: ({ truth }: Capture, { scheme }: RequestContext) => scheme === truth.scheme,
    label: ({ outcome }: Capture) => outcome.scheme,
  },
  host: { told: tellsHost, label: ({ outcome }: Capture) => outcome.host },
} as const

type Part = keyof typeof parts

/** Why a part cannot be told. Each row must be used, and nothing else may be untold. */
const untold: readonly {
  readonly part: Part
  readonly reason: string
  readonly holds: (capture: Capture, context: RequestContext) => boolean
  /** The advice could be followed, and we fail closed. */
  readonly closed?: true
}[] = [
  {
    part: 'client',
    reason: 'no proxy tells the client: it is the proxy that is seen',
    holds: ({ advice }) => advice.address.from === 'peer',
  },
  {
    part: 'client',
    reason: 'the proxy hands on what the client wrote about itself',
    holds: ({ outcome }) => outcome.clientAddress === 'SPOOFED',
  },
  {
    part: 'client',
    reason: 'the proxy hands on what the client wrote, and that is no address',
    holds: ({ id, outcome }) =>
      outcome.clientAddress === 'unknown' && /-if-none\/|-pass-xff\//.test(id),
  },
  {
    part: 'client',
    reason: 'the proxy gives the client a made-up name',
    holds: (_, { problems }) => problems.some(({ code }) => code === 'obfuscated-client'),
  },
  {
    part: 'client',
    reason:
      'Forwarded is malformed: by the client, with a quote that it leaves open, or by the proxy',
    holds: (_, { problems }) => problems.some(({ code }) => code === 'bad-forwarded'),
  },
  {
    part: 'client',
    reason: 'a header for one address that the proxy appends to holds two: neither is taken',
    holds: ({ advice }) => advice.address.from === 'x-client-ip',
    closed: true,
  },
  {
    part: 'scheme',
    reason: 'TLS ended at a proxy that does not tell the scheme, and the transport is plain',
    holds: ({ advice, truth }) => advice.scheme.from === 'none' && truth.scheme === 'https',
  },
  {
    part: 'scheme',
    reason: 'the proxy hands on the X-Forwarded-Proto of the client',
    holds: ({ id }) => /^(?:apache-.+-remote-addr-expr|httpxy-.+)\//.test(id),
  },
  {
    part: 'scheme',
    reason: 'Forwarded is malformed, and with the client its scheme is lost',
    holds: (_, { problems }) => problems.some(({ code }) => code === 'bad-forwarded'),
  },
  {
    part: 'host',
    reason: 'the proxy asks for another host, and does not tell the first',
    holds: ({ advice }) => advice.host.from === 'none',
  },
  {
    part: 'host',
    reason: 'nginx with `Host $host` drops the port, and normalises the name',
    holds: ({ id, outcome }) => outcome.host === 'differs' && id.includes('nginx'),
  },
  {
    part: 'host',
    reason: 'the proxy makes up the Host, or hands on another than the one it was asked for',
    holds: ({ outcome }) => outcome.host === 'differs',
  },
]

const contexts = captures.map((capture) => ({ capture, context: resolve(capture) }))

for (const part of ['client', 'scheme', 'host'] as const) {
  const { told, label } = parts[part]
  const rows = untold.filter((row) => row.part === part)
  const missed = contexts.filter(({ capture, context }) => !told(capture, context))

  t.test(`the ${part} is the truth wherever the advice makes it so`, (t) => {
    for (const { capture, context } of missed) {
      const closed = rows.some((row) => row.closed && row.holds(capture, context))
      if (!closed)
        t.not(
          label(capture),
          'truth',
          `${capture.id}: ${context.client.address} ${context.scheme} ${context.host}`,
        )
    }
    const recovered = captures.length - missed.length
    t.ok(recovered > captures.length / 2)
    t.comment(`${part}: ${recovered} of ${captures.length} captures tell the truth`)
    t.end()
  })

  t.test(`where the ${part} cannot be told, it is known why`, (t) => {
    const rest = new Set(missed)
    for (const { reason, holds } of rows) {
      const held = [...rest].filter(({ capture, context }) => holds(capture, context))
      for (const entry of held) rest.delete(entry)
      t.ok(held.length > 0, `${held.length}: ${reason}`)
      const setups = new Map<string, string[]>()
      for (const { capture } of held) {
        const setup = setupOf(capture)
        const names = setups.get(setup) ?? []
        setups.set(setup, [...names, capture.id.slice(setup.length + 1)])
      }
      t.comment(`${part} untold, ${held.length} captures: ${reason}`)
      for (const [setup, names] of setups) t.comment(`  ${setup}: ${names.join(' ')}`)
    }
    t.same(
      [...rest].map(({ capture }) => capture.id),
      [],
    )
    t.end()
  })
}

/** Where the proxy hands on the header that the advice reads: following it cannot help. */
const handedOn: readonly ((capture: Capture) => boolean)[] = [
  ({ outcome }) => outcome.clientAddress === 'SPOOFED',
  // It sets X-Forwarded-Proto for https alone.
  ({ id }) => /^apache-.+-remote-addr-expr\//.test(id),
  // It sets X-Forwarded-Host only if there is none.
  ({ id }) => /^http-proxy-.+-changeOrigin\//.test(id),
]

t.test('nothing that a client made up is ever answered where the advice can be followed', (t) => {
  const forged = contexts.filter(({ capture, context }) => forgeries(capture, context).length > 0)
  for (const { capture, context } of forged) {
    t.ok(
      handedOn.some((holds) => holds(capture)),
      `${capture.id}: ${forgeries(capture, context).join(' ')}`,
    )
  }
  for (const holds of handedOn) t.ok(forged.some(({ capture }) => holds(capture)))
  t.comment(`forged: ${forged.length} of ${captures.length}, where the header itself is handed on`)
  t.end()
})
