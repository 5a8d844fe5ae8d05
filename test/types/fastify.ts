// Compiled, not run: the types of the door "hopwise/fastify".

import Fastify from 'fastify'
import { compileTrust } from 'hopwise'
import hopwise from 'hopwise/fastify'

const trust = compileTrust()
const app = Fastify({ trustProxy: trust.trusts })
await app.register(hopwise, { trust, accessLog: '%(h)s' })
await app.register(hopwise)
await app.register(hopwise, { forwardedAllowIps: '*', hops: 2, getters: true })
app.get('/', async (request, reply) => {
  const address: string = request.forwarded.client.address
  return reply.redirect(request.forwarded.url(`/${address}`).href)
})

const overHttp2 = Fastify({ http2: true })
await overHttp2.register(hopwise)

// @ts-expect-error true is no list
await app.register(hopwise, { forwardedAllowIps: true })
