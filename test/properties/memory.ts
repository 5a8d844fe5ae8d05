// What a program keeps of a context keeps no header: in a table of clients it may stay for hours.

import t from 'tap'
import { compileTrust, resolveContext } from '../../lib/index.ts'
import type { RequestContext } from '../../types/context.ts'
import type { RequestFacts } from '../../types/facts.ts'
import type { TrustOptions } from '../../types/trust.ts'
import { heapUsed } from '../fixtures/heap-used.ts'

const REQUESTS = 300
const LENGTH = 15_000

/** No two are alike, and V8 copies a piece that is shorter. */
const name = (index: number) => `abcdefgh${String(index).padStart(8, '0')}`
const padding = (index: number) => `${index}`.padEnd(LENGTH, 'x')

interface Kept {
  readonly options?: TrustOptions
  readonly facts: (index: number) => RequestFacts
  readonly take: (context: RequestContext) => string | undefined
}

const every: Readonly<Record<string, Kept>> = {
  'an address': {
    facts: (index) => ({
      headers: { 'x-forwarded-for': `${padding(index)}, 2001:db8:1:2:3:4:5:${index.toString(16)}` },
    }),
    take: ({ client }) => client.address,
  },
  'an obfuscated name': {
    facts: (index) => ({ headers: { 'x-forwarded-for': `${padding(index)}, _${name(index)}` } }),
    take: ({ client }) => client.node,
  },
  'an obfuscated name of Forwarded': {
    options: { headers: ['forwarded'] },
    facts: (index) => ({ headers: { forwarded: `for=${padding(index)}, for=_${name(index)}` } }),
    take: ({ client }) => client.node,
  },
  'how a proxy calls itself': {
    options: { headers: ['forwarded'] },
    facts: (index) => ({
      headers: { forwarded: `for=${padding(index)}, for=192.0.2.1;by=_${name(index)}` },
    }),
    take: ({ client }) => client.by,
  },
  'the host of Forwarded': {
    options: { headers: ['forwarded'] },
    facts: (index) => ({
      headers: { forwarded: `for=${padding(index)}, for=192.0.2.1;host=${name(index)}` },
    }),
    take: ({ hostname }) => hostname,
  },
  'the host of a target': {
    facts: (index) => ({ url: `http://${name(index)}/${padding(index)}` }),
    take: ({ hostname }) => hostname,
  },
  'the host of X-Forwarded-Host': {
    options: { headers: ['x-forwarded-for', 'x-forwarded-host'] },
    facts: (index) => ({
      headers: { 'x-forwarded-host': `${padding(index)}, ${name(index)}` },
    }),
    take: ({ hostname }) => hostname,
  },
  'a prefix': {
    options: { headers: ['x-forwarded-for', 'x-forwarded-prefix'] },
    facts: (index) => ({
      headers: { 'x-forwarded-prefix': `${padding(index)}, /${name(index)}` },
    }),
    take: ({ prefix }) => prefix,
  },
}

for (const [title, { options, facts, take }] of Object.entries(every)) {
  t.test(`${title} keeps no header`, (t) => {
    const trust = compileTrust({ ...options, forwardedAllowIps: '127.0.0.1', onWarning() {} })
    const resolve = (index: number) =>
      take(resolveContext({ remoteAddress: '127.0.0.1', ...facts(index) }, trust))
    for (let index = 0; index < REQUESTS; index++) resolve(index)
    const before = heapUsed('major')
    const taken = Array.from({ length: REQUESTS }, (_, index) => resolve(REQUESTS + index))
    const used = heapUsed('major') - before
    t.equal(new Set(taken).size, REQUESTS, 'none is alike, and none is missing')
    t.notOk(taken.includes(undefined))
    t.ok(used < (REQUESTS * LENGTH) / 10, `${used} bytes`)
    t.end()
  })
}
