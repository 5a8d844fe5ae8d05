// The context as an object: what it shows, and what it keeps to itself.

import { inspect } from 'node:util'
import t from 'tap'
import { claimLine, factsOf, policyOf, shareLines } from '../../lib/context/context.ts'
import { resolveContext } from '../../lib/context/resolve.ts'
import { compileTrust } from '../../lib/trust/policy.ts'
import type { Hop, RequestContext } from '../../types/context.ts'

const policy = compileTrust({
  forwardedAllowIps: '10.0.0.0/8',
  headers: ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-prefix'],
})

const facts = {
  remoteAddress: '10.0.0.2',
  remotePort: 4711,
  url: '/cart?x=1',
  rawHeaders: [
    ...['Host', 'shop.example:8443', 'Cookie', 'session=secret', 'X-Forwarded-Proto', 'https'],
    ...['X-Forwarded-For', '203.0.113.7, 10.0.0.3', 'X-Forwarded-Prefix', '/app'],
  ],
}

function hopOf(address: string, trusted: boolean, port?: number): Hop {
  return { address, port, node: address, trusted, by: undefined }
}

const peer = hopOf('10.0.0.2', true, 4711)
const client = hopOf('203.0.113.7', false)

const answer = {
  peer,
  client,
  hops: [peer, hopOf('10.0.0.3', true), client],
  trusted: 2,
  scheme: 'https',
  host: 'shop.example:8443',
  hostname: 'shop.example',
  port: 8443,
  prefix: '/app',
  origin: 'https://shop.example:8443',
  problems: [],
}

const contextOf = (rawHeaders: readonly string[] = facts.rawHeaders) =>
  resolveContext({ ...facts, rawHeaders }, policy)

t.test('every part of the answer can be read, as often as one likes', (t) => {
  const context = contextOf()
  for (const time of ['first', 'second']) t.match(context, answer, time)
  t.equal(context.hops, context.hops)
  t.equal(context.hops[0], context.peer)
  t.equal(context.hops.at(-1), context.client)
  t.end()
})

t.test('a peer that stands alone is the client', (t) => {
  const context = contextOf(['Host', 'shop.example'])
  t.same(context.hops, [peer])
  t.equal(context.client, context.peer)
  t.end()
})

t.test('the hops are those of this request, also when others were resolved since', (t) => {
  const context = contextOf()
  const later = contextOf(['X-Forwarded-For', '198.51.100.20'])
  t.same(
    context.hops.map(({ address }) => address),
    ['10.0.0.2', '10.0.0.3', '203.0.113.7'],
  )
  t.same(
    later.hops.map(({ address }) => address),
    ['10.0.0.2', '198.51.100.20'],
  )
  t.end()
})

t.test('url() is this request without an argument, else the target on the same host', (t) => {
  const context = contextOf()
  t.equal(context.url().href, 'https://shop.example:8443/app/cart?x=1')
  t.equal(context.url('/basket').href, 'https://shop.example:8443/app/basket')
  t.equal(context.url('').href, 'https://shop.example:8443/app/')
  t.equal(context.url(undefined).href, 'https://shop.example:8443/app/cart?x=1')
  t.type(context.url(), URL)
  t.not(context.url(), context.url(), 'nobody can change the URL of somebody else')
  t.end()
})

t.test('as JSON it is the answer with the URL, and without the headers', (t) => {
  const json = JSON.stringify(contextOf())
  t.same(JSON.parse(json), {
    ...JSON.parse(JSON.stringify(answer)),
    url: 'https://shop.example:8443/app/cart?x=1',
  })
  t.notMatch(json, 'secret')
  t.end()
})

t.test('console.log shows all of the answer', (t) => {
  const printed = inspect(contextOf(), { depth: 9 })
  for (const part of ['hops: [', "'10.0.0.3'", "origin: 'https://shop.example:8443'"]) {
    t.match(printed, part)
  }
  t.end()
})

t.test('no way of printing it shows the headers it was made from', (t) => {
  const context = contextOf()
  t.notMatch(inspect(context, { depth: 9, showHidden: true, getters: true }), 'secret')
  t.notMatch(JSON.stringify({ ...context }), 'secret')
  t.notMatch(inspect(structuredClone({ ...context })), 'secret')
  t.end()
})

t.test('the facts are known to this room alone', (t) => {
  const context = contextOf()
  t.match(factsOf(context), { target: '/cart?x=1', rawHeaders: facts.rawHeaders })
  const { hops, origin, url, toJSON } = context
  const copy: RequestContext = { ...context, hops, origin, url, toJSON }
  t.equal(factsOf(copy), undefined)
  t.end()
})

t.test('a target that is no text is no path: a query parameter that came twice is a list', (t) => {
  const context = resolveContext({ rawHeaders: ['Host', 'shop.example'] }, compileTrust())
  for (const target of [['a', 'b'], null, 5, {}]) {
    t.equal(Reflect.apply(context.url, context, [target]).href, 'http://shop.example/')
  }
  t.end()
})

t.test('a prefix that still stands in the target is not put in front of the own URL again', (t) => {
  const trust = compileTrust({ preset: 'gunicorn' })
  const url = (target: string) => {
    const rawHeaders = ['Host', 'shop.example', 'SCRIPT_NAME', '/app']
    return resolveContext({ remoteAddress: '127.0.0.1', url: target, rawHeaders }, trust)
  }
  t.equal(url('/app/x?q=1').url().href, 'http://shop.example/app/x?q=1')
  t.equal(url('/app').url().href, 'http://shop.example/app')
  t.equal(url('/app/x').url('/cart').href, 'http://shop.example/app/cart')
  t.match(url('/app/x').toJSON(), { url: 'http://shop.example/app/x', prefix: '/app' })
  t.end()
})

t.test(
  'each log has one line for a context, and a context knows the policy it was made by',
  (t) => {
    const context = resolveContext(facts, policy)
    const [one, other] = [{}, {}]
    t.same(
      [one, other, one, other].map((log) => claimLine(context, log)),
      [true, true, false, false],
    )
    t.equal(policyOf(context), policy.policy)
    const copy = {
      ...context,
      url: context.url,
      toJSON: context.toJSON,
      origin: '',
      hops: context.hops,
    }
    t.same([policyOf(copy), claimLine(copy, one), claimLine(copy, one)], [undefined, true, true])
    t.end()
  },
)

t.test('two contexts of one request have one line in each log', (t) => {
  const [first, second] = [resolveContext({}, compileTrust()), resolveContext({}, compileTrust())]
  const [one, other] = [{}, {}]
  t.ok(claimLine(first, one))
  shareLines(second, first)
  t.notOk(claimLine(second, one))
  t.ok(claimLine(second, other))
  t.notOk(claimLine(first, other))
  shareLines(Object.create(first), second)
  shareLines(second, Object.create(first))
  t.notOk(claimLine(second, one), 'what was made elsewhere has no lines')
  t.end()
})
