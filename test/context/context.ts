// The context as an object: what it shows, and what it keeps to itself.

import { inspect } from 'node:util'
import t from 'tap'
import { type Answer, createContext, factsOf } from '../../lib/context/context.ts'
import { readFacts } from '../../lib/context/peer.ts'
import { resolveContext } from '../../lib/context/resolve.ts'
import { compileTrust } from '../../lib/trust/policy.ts'
import type { Hop, RequestContext } from '../../types/context.ts'

const facts = readFacts(
  { remoteAddress: '10.0.0.2', url: '/cart?x=1', rawHeaders: ['Cookie', 'session=secret'] },
  false,
)

function hopOf(address: string, trusted: boolean): Hop {
  return { address, port: undefined, node: address, trusted, by: undefined }
}

const peer = hopOf('10.0.0.2', true)
const client = hopOf('203.0.113.7', false)

const answer: Answer = {
  hops: [peer, hopOf('10.0.0.3', true), client],
  trusted: 2,
  scheme: 'https',
  host: 'shop.example:8443',
  hostname: 'shop.example',
  port: 8443,
  prefix: '/app',
  origin: 'https://shop.example:8443',
  problems: [{ code: 'bad-prefix' }],
}

t.test('the peer is the first hop, the client the last', (t) => {
  const context = createContext(facts, answer)
  t.equal(context.peer, peer)
  t.equal(context.client, client)
  const alone = createContext(facts, { ...answer, hops: [peer] })
  t.equal(alone.client, peer)
  t.end()
})

t.test('every part of the answer can be read', (t) => {
  t.match(createContext(facts, answer), answer)
  t.end()
})

t.test('url() is this request without an argument, else the target on the same host', (t) => {
  const context = createContext(facts, answer)
  t.equal(context.url().href, 'https://shop.example:8443/app/cart?x=1')
  t.equal(context.url('/basket').href, 'https://shop.example:8443/app/basket')
  t.equal(context.url('').href, 'https://shop.example:8443/app/')
  t.equal(context.url(undefined).href, 'https://shop.example:8443/app/cart?x=1')
  t.type(context.url(), URL)
  t.not(context.url(), context.url(), 'nobody can change the URL of somebody else')
  t.end()
})

t.test('as JSON it is the answer with the URL, and without the headers', (t) => {
  const json = JSON.stringify(createContext(facts, answer))
  t.same(JSON.parse(json), {
    ...JSON.parse(JSON.stringify(answer)),
    peer: JSON.parse(JSON.stringify(peer)),
    client: JSON.parse(JSON.stringify(client)),
    url: 'https://shop.example:8443/app/cart?x=1',
  })
  t.notMatch(json, 'secret')
  t.end()
})

t.test('no way of printing it shows the headers it was made from', (t) => {
  const context = createContext(facts, answer)
  t.notMatch(inspect(context, { depth: 9, showHidden: true, getters: true }), 'secret')
  t.notMatch(JSON.stringify({ ...context }), 'secret')
  t.notMatch(inspect(structuredClone({ ...context })), 'secret')
  t.end()
})

t.test('the facts are known to this room alone', (t) => {
  const context = createContext(facts, answer)
  t.equal(factsOf(context), facts)
  const copy: RequestContext = { ...context, url: context.url, toJSON: context.toJSON }
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
