// update() under running servers: each request sees the old list or the new one, never some of both.

import { once } from 'node:events'
import { Agent, createServer, get } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import Fastify from 'fastify'
import t from 'tap'
import hopwiseExpress from '../../lib/express.ts'
import hopwiseFastify from '../../lib/fastify.ts'
import { compileTrust, type RequestContext, resolveContext } from '../../lib/index.ts'
import { serve } from '../fixtures/serve.ts'

/** The one list trusts the peer, the other the hop behind it. */
const PEER = '127.0.0.1'
const HOP = '10.0.0.1'
/** Who trusts both believes what the client wrote to the left of them. */
const FORGED = '198.51.100.66'
const headers = { 'x-forwarded-for': `${FORGED}, ${HOP}`, 'x-forwarded-proto': 'https' }

/** The swaps here are too many for a site, and what is forged is forged on purpose. */
const onWarning = (): void => {}

/** What is answered by the list with the peer, and by the list with the hop. */
const believing = `${HOP} https`
const doubting = `${PEER} http`

function sayWho({ client, scheme }: RequestContext): string {
  return `${client.address} ${scheme}`
}

t.test('a list that is swapped while a request is being resolved does not reach into it', (t) => {
  for (const [list, next, answer] of [
    [PEER, HOP, believing],
    [HOP, PEER, doubting],
  ] as const) {
    for (const moment of ['remoteAddress', 'encrypted', 'headers'] as const) {
      const trust = compileTrust({ forwardedAllowIps: list, onWarning })
      const facts = { remoteAddress: PEER, encrypted: false, headers }
      const value = facts[moment]
      const swapping = Object.defineProperty({ ...facts }, moment, {
        get() {
          trust.update(next)
          return value
        },
      })
      t.equal(sayWho(resolveContext(swapping, trust)), answer, `${list}, at ${moment}`)
    }
  }
  t.end()
})

t.test('what is asked of a context later is answered by the list that it was resolved by', (t) => {
  const trust = compileTrust({ forwardedAllowIps: PEER, onWarning })
  const context = resolveContext({ remoteAddress: PEER, headers }, trust)
  trust.update([PEER, HOP, FORGED])
  t.same(
    context.hops.map(({ address, trusted }) => [address, trusted]),
    [
      [PEER, true],
      [HOP, false],
    ],
  )
  t.end()
})

t.test('the next request on a connection is judged by the new list', async (t) => {
  const trust = compileTrust({ forwardedAllowIps: PEER, onWarning })
  const sockets = new Set<object>()
  const server = createServer((request, response) => {
    sockets.add(request.socket)
    response.end(sayWho(resolveContext(request, trust)))
  })
  const { url } = await serve(t, server)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  const ask = async () => {
    const [response] = await once(get(url, { agent, headers }), 'response')
    return text(response)
  }
  t.equal(await ask(), believing)
  trust.update(HOP)
  t.equal(await ask(), doubting)
  trust.update(PEER)
  t.equal(await ask(), believing)
  t.equal(sockets.size, 1, 'one connection for all')
})

t.test(
  'all who hold a handle follow it, and a request that has begun stays as it is',
  async (t) => {
    const trust = compileTrust({ forwardedAllowIps: PEER, onWarning })
    const app = express()
    app.use(hopwiseExpress({ trust, getters: true }))
    app.get('/', async (request, response) => {
      const first = `${request.ip} ${request.protocol}`
      await sleep(2)
      response.send([first, `${request.ip} ${request.protocol}`, sayWho(request.forwarded)].join())
    })
    const fastify = Fastify()
    t.teardown(() => fastify.close())
    await fastify.register(hopwiseFastify, { trust, getters: true })
    fastify.get('/', async (request) => {
      const first = `${request.ip} ${request.protocol}`
      await sleep(2)
      return [first, `${request.ip} ${request.protocol}`, sayWho(request.forwarded)].join()
    })
    const urls = [
      (await serve(t, createServer(app))).url,
      await fastify.listen({ host: PEER, port: 0 }),
    ]

    const swapping = setInterval(() => {
      trust.update(trust.trusts(PEER) ? HOP : PEER)
    }, 1)
    t.teardown(() => clearInterval(swapping))
    const seen = new Set<string>()
    for (let round = 0; round < 50; round++) {
      const answers = await Promise.all(
        [...urls, ...urls, ...urls].map(async (url) => (await fetch(url, { headers })).text()),
      )
      for (const answer of answers) {
        const parts = answer.split(',')
        t.ok(
          parts.length === 3 && new Set(parts).size === 1,
          `one answer, whenever it is asked: ${answer}`,
        )
        seen.add(parts[0] ?? '')
      }
    }
    t.same(
      [...seen].sort(),
      [believing, doubting].sort(),
      'both lists were in force, and nothing else',
    )
  },
)
