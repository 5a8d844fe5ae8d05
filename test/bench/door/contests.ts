// What a door adds to a framework: whole requests through the real doors, and other ways to keep the
// context. In process, without sockets: what is left is the framework and the door.

import assert from 'node:assert/strict'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { compileTrust, type RequestContext, resolveContext } from 'hopwise'
import hopwiseExpress from 'hopwise/express'
import hopwiseFastify from 'hopwise/fastify'
import { chains, trusted } from '../context/chains.ts'
import type { Listener } from '../context/requests.ts'
import { type Contest, type Field, openField } from '../measure/contest.ts'
import { freshList } from '../measure/strings.ts'

const BARE = 'no door'
const INPUTS = 64
/** How often the application asks who the client is. */
const READS = 3

const trust = compileTrust({ forwardedAllowIps: trusted })
const [chain] = chains

/** The header lines of a request, as Node's parser hands them over. */
function freshHeaders(): readonly string[][] {
  return Array.from({ length: INPUTS }, (_, index) =>
    freshList(Object.entries(chain?.headers(index) ?? {}).flat()),
  )
}

/** One connection, as Node.js shows it. */
function createSocket(): Socket {
  const socket = new Socket()
  for (const [name, value] of Object.entries({ remoteAddress: '127.0.0.1', remotePort: 40000 })) {
    Object.defineProperty(socket, name, { value })
  }
  return socket
}

/** Sends a request through an application as the server does when its head has been read. */
function dispatch(listener: Listener): (rawHeaders: string[]) => ServerResponse {
  const socket = createSocket()
  return (rawHeaders) => {
    const request = new IncomingMessage(socket)
    request.method = 'GET'
    request.url = '/cart'
    request.httpVersion = '1.1'
    request.httpVersionMajor = 1
    request.httpVersionMinor = 1
    addHeaderLines(request, rawHeaders)
    const response = new ServerResponse(request)
    listener(request, response)
    return response
  }
}

/** The parser's way to give a request its headers; `headers` is made of them when it is asked for. */
function addHeaderLines(request: IncomingMessage, rawHeaders: string[]): void {
  Reflect.apply(Reflect.get(request, '_addHeaderLines'), request, [rawHeaders, rawHeaders.length])
}

type Use = (app: express.Express) => void
type Read = (request: express.Request) => RequestContext

/** An application whose only route reads the context some times. */
function expressWith(use: Use, read?: Read): Listener {
  const app = express()
  use(app)
  app.use((request, response) => {
    for (let times = 0; read !== undefined && times < READS; times++) {
      const { address } = read(request).client
      if (!address.startsWith('203.0.')) throw new Error(`${address} is not the client`)
    }
    response.end()
  })
  return app
}

const viaProperty: Read = (request) => request.forwarded

const contexts = new WeakMap<object, RequestContext>()
const viaWeakMap: Read = (request) => contexts.get(request) ?? resolveContext(request, trust)

const keepInWeakMap: Use = (app) => {
  app.use((request, _, next) => {
    contexts.set(request, resolveContext(request, trust))
    next()
  })
}

const keepBehindGetter: Use = (app) => {
  keepInWeakMap(app)
  Object.defineProperty(app.request, 'forwarded', {
    get(this: express.Request) {
      return viaWeakMap(this)
    },
  })
}

const keepInProperty: Use = (app) => {
  app.use((request, _, next) => {
    request.forwarded = resolveContext(request, trust)
    next()
  })
}

/** Before Express gives the request its prototype. */
function keepOutside(listener: Listener): Listener {
  return (request, response) => {
    Object.assign(request, { forwarded: resolveContext(request, trust) })
    listener(request, response)
  }
}

function openExpress(): Promise<Field> {
  const useDoor: Use = (app) => app.use(hopwiseExpress({ trust }))
  const nothing: Use = (app) => app.use((_request, _response, next) => next())
  const listeners: Readonly<Record<string, Listener>> = {
    [BARE]: expressWith(nothing),
    hopwise: expressWith(useDoor, viaProperty),
    'a property of the request': expressWith(keepInProperty, viaProperty),
    'a WeakMap': expressWith(keepInWeakMap, viaWeakMap),
    'a getter of the prototype, with a WeakMap': expressWith(keepBehindGetter, viaProperty),
    'a property set before Express': keepOutside(expressWith(nothing, viaProperty)),
  }
  return openListeners(listeners)
}

async function openFastify(): Promise<Field> {
  const bare = fastify()
  bare.addHook('onRequest', (_request, _reply, next) => next())
  bare.get('/cart', (_request, reply) => reply.send(''))
  const doored = fastify()
  await doored.register(hopwiseFastify, { trust })
  doored.get('/cart', ({ forwarded }, reply) => reply.send(forwarded.client.address))
  const trusting = fastify({ trustProxy: [...trusted] })
  trusting.addHook('onRequest', (_request, _reply, next) => next())
  trusting.get('/cart', ({ ip, protocol, host }, reply) => reply.send(ip + protocol + host))
  await Promise.all([bare.ready(), doored.ready(), trusting.ready()])
  return openListeners({
    [BARE]: bare.routing,
    hopwise: doored.routing,
    'trustProxy: ip, protocol, host': trusting.routing,
  })
}

function openListeners(listeners: Readonly<Record<string, Listener>>): Promise<Field> {
  const contenders = Object.entries(listeners).map(([name, listener]) => ({
    name,
    run: dispatch(listener),
  }))
  for (const { name, run } of contenders) {
    const { statusCode, writableEnded } = run(freshHeaders()[0] ?? [])
    assert.deepEqual({ statusCode, writableEnded }, { statusCode: 200, writableEnded: true }, name)
  }
  return openField({ fresh: freshHeaders, contenders })
}

export function doorContests(): readonly Contest[] {
  return [
    { name: 'Express, context read three times', reference: BARE, begin: openExpress },
    { name: 'Fastify, context read once', reference: BARE, begin: openFastify },
  ]
}
