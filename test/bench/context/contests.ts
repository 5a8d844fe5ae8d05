// Peer, client, scheme and host: against what the frameworks have for it, on their own requests.

import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import express from 'express'
import fastify, { type FastifyRequest } from 'fastify'
import { compileTrust, resolveContext } from 'hopwise'
import { type Contender, type Contest, type Field, openField } from '../measure/contest.ts'
import type { Target } from '../report/result.ts'
import { type Chain, chains, trusted } from './chains.ts'
import { type Answer, answerByHand, answerFromObject } from './lower-bound.ts'
import { type Captured, captureRequests, type Listener } from './requests.ts'

const require = createRequire(import.meta.url)

type FindAddress = (
  request: IncomingMessage,
  trust: (address: string, hop: number) => boolean,
) => string
interface ProxyAddr extends FindAddress {
  compile(list: readonly string[]): (address: string, hop: number) => boolean
}
const proxyAddr: ProxyAddr = require('proxy-addr')
const fastifyProxyAddr: ProxyAddr = require('@fastify/proxy-addr')

/** It has no types of its own. */
interface KoaContext {
  readonly req: IncomingMessage
  readonly ip: string
  readonly protocol: string
  readonly host: string
  body: string
}
interface KoaApplication {
  proxy: boolean
  use(middleware: (context: KoaContext) => void): void
  callback(): Listener
}
const Koa: new () => KoaApplication = require('koa')

const LOWER_BOUND = 'lower bound: by hand from rawHeaders'

/** Half of the answer's cost would vanish if nobody kept it. */
const kept: { answer: unknown } = { answer: undefined }

function ours(): (request: IncomingMessage) => number {
  const trust = compileTrust({ forwardedAllowIps: trusted })
  return (request) => {
    const context = resolveContext(request, trust)
    kept.answer = context
    return (
      context.peer.address.length +
      context.client.address.length +
      context.scheme.length +
      context.host.length
    )
  }
}

function reading(find: (request: IncomingMessage) => Answer): (request: IncomingMessage) => number {
  return (request) => {
    const answer = find(request)
    kept.answer = answer
    return answer.peer.length + answer.client.length + answer.scheme.length + answer.host.length
  }
}

/** Both answers are the same for each request, or nothing is measured. */
function check(messages: readonly IncomingMessage[]): void {
  const trust = compileTrust({ forwardedAllowIps: trusted })
  for (const message of messages) {
    const { peer, client, scheme, host, problems } = resolveContext(message, trust)
    const answer = { peer: peer.address, client: client.address, scheme, host }
    assert.deepEqual(answerByHand(message), answer)
    assert.deepEqual(answerFromObject(message), answer)
    assert.equal(client.address, message.headers['x-forwarded-for']?.toString().split(',')[0])
    assert.equal(scheme, 'https')
    assert.deepEqual(problems, [])
  }
}

/** The contest between a framework's own requests and ours. */
async function open<Request>(
  captured: Captured<Request>,
  messageOf: (request: Request) => IncomingMessage,
  theirs: readonly Contender<Request>[],
): Promise<Field> {
  check(captured.requests.map(messageOf))
  const resolve = ours()
  const byHand = reading(answerByHand)
  const fromObject = reading(answerFromObject)
  return openField({
    fresh: captured.fresh,
    contenders: [
      ...theirs,
      { name: 'hopwise', run: (request) => resolve(messageOf(request)) },
      { name: LOWER_BOUND, run: (request) => byHand(messageOf(request)) },
      {
        name: 'the same from request.headers (blind to a second Host)',
        run: (request) => fromObject(messageOf(request)),
      },
    ],
    end: captured.end,
  })
}

const itself = (message: IncomingMessage): IncomingMessage => message

async function openNode(chain: Chain): Promise<Field> {
  const captured = await captureRequests(
    chain,
    (capture) => (request, response) => {
      capture(request)
      response.end()
    },
    itself,
  )
  const trust = proxyAddr.compile(trusted)
  const fastifyTrust = fastifyProxyAddr.compile(trusted)
  return open(captured, itself, [
    { name: 'proxy-addr (client only)', run: (request) => proxyAddr(request, trust) },
    {
      name: '@fastify/proxy-addr (client only)',
      run: (request) => fastifyProxyAddr(request, fastifyTrust),
    },
  ])
}

async function openExpress(chain: Chain): Promise<Field> {
  const captured = await captureRequests<express.Request>(
    chain,
    (capture) => {
      const app = express()
      app.set('trust proxy', [...trusted])
      app.use((request, response) => {
        capture(request)
        response.end()
      })
      return app
    },
    itself,
  )
  return open(captured, itself, [
    {
      name: 'Express: ip, protocol, host',
      run: ({ ip = '', protocol, host }) => ip.length + protocol.length + host.length,
    },
  ])
}

async function openFastify(chain: Chain): Promise<Field> {
  const app = fastify({ trustProxy: [...trusted] })
  let capture: (request: FastifyRequest) => void = () => {}
  app.get('/cart', async (request) => {
    capture(request)
    return ''
  })
  await app.ready()
  const captured = await captureRequests<FastifyRequest>(
    chain,
    (given) => {
      capture = given
      return app.routing
    },
    ({ raw }) => raw,
  )
  return open(captured, ({ raw }) => raw, [
    {
      name: 'Fastify: ip, protocol, host',
      run: ({ ip, protocol, host }) => ip.length + protocol.length + host.length,
    },
  ])
}

async function openKoa(chain: Chain): Promise<Field> {
  const captured = await captureRequests<KoaContext>(
    chain,
    (capture) => {
      const app = new Koa()
      app.proxy = true
      app.use((context) => {
        capture(context)
        context.body = ''
      })
      return app.callback()
    },
    ({ req }) => req,
  )
  return open(captured, ({ req }) => req, [
    {
      name: 'Koa: ip, protocol, host (believes everybody)',
      run: ({ ip, protocol, host }) => ip.length + protocol.length + host.length,
    },
  ])
}

const against = (name: string, atMost: number): Target => ({ of: 'hopwise', against: name, atMost })

export function contextContests(): readonly Contest[] {
  return chains.flatMap((chain): readonly Contest[] => {
    const bytesAtMost = chain.name.includes('1 hop') ? 400 : 700
    const contest = (
      server: string,
      begin: (chain: Chain) => Promise<Field>,
      targets: readonly Target[],
      reference = `${server}: ip, protocol, host`,
    ): Contest => ({
      name: `${server}, ${chain.name}`,
      reference,
      targets: [...targets, against(LOWER_BOUND, 1.5), { of: 'hopwise', bytesAtMost }],
      begin: () => begin(chain),
    })
    return [
      contest('node:http', openNode, [], LOWER_BOUND),
      contest('Express', openExpress, [against('Express: ip, protocol, host', 1 / 15)]),
      contest('Fastify', openFastify, [against('Fastify: ip, protocol, host', 1 / 12)]),
      contest('Koa', openKoa, [], 'Koa: ip, protocol, host (believes everybody)'),
    ]
  })
}
