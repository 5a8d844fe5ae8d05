// The door "hopwise/express": a middleware for Express 4 and 5, connect, polka and plain node:http.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestContext } from '../types/context.ts'
import { contextOf } from './door/found.ts'
import { compileDoor, type Door, type DoorOptions } from './door/options.ts'
import { REFUSAL_TYPE, refusalOf } from './door/refuse.ts'
import { OptionError } from './errors.ts'

export type { RequestContext } from '../types/context.ts'
export type { DoorOptions } from './door/options.ts'

declare global {
  namespace Express {
    interface Request {
      /** Who asked, under which scheme and host. */
      forwarded: RequestContext
    }
  }
}

/** A request on its way through the middleware. */
export type ForwardedRequest = IncomingMessage & { forwarded?: RequestContext }

/** Resolves the context, sets `request.forwarded`, and calls `next` or refuses the request. */
export type HopwiseMiddleware = (
  request: ForwardedRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * The middleware. Put it first: what stands before it sees no context, and gets no line in the log.
 * Throws an `OptionError` for a wrong option; a request never makes it throw.
 */
export default function hopwise(options?: DoorOptions): HopwiseMiddleware {
  if (options !== undefined) checkIsCalled(options)
  const door = compileDoor(options)
  const { log, getters } = door
  return function hopwiseMiddleware(request, response, next) {
    const context = contextOf(request, door)
    request.forwarded = context
    if (getters) replaceGetters(request, door)
    log?.watch(context, response)
    const refusal = refusalOf(context)
    if (refusal === undefined) {
      next()
    } else {
      response.statusCode = refusal.status
      response.setHeader('Content-Type', REFUSAL_TYPE)
      response.end(refusal.body)
    }
  }
}

/** Where the door itself is used, and not what it returns, a request or an application comes for options. */
function checkIsCalled(options: object): void {
  const given = Object(options)
  if ('rawHeaders' in given) {
    throw notOptions('a request', 'Call it: app.use(hopwise({ ... }))')
  }
  if ('addHook' in given) {
    throw notOptions('an application of Fastify', "Import 'hopwise/fastify'")
  }
}

function notOptions(given: string, remedy: string): OptionError {
  const reason = `${given} was given as its options`
  return new OptionError('wrong-type', reason, remedy, { option: 'options' })
}

/** What Express' own getters answer, by name (Express 5.x API, Request). */
const getters: Readonly<Record<string, (context: RequestContext) => unknown>> = {
  ip: ({ client }) => client.address,
  /** Express has the client first, and leaves out the peer. */
  ips: ({ hops }) =>
    hops
      .slice(1)
      .reverse()
      .map(({ address }) => address),
  protocol: ({ scheme }) => scheme,
  secure: ({ scheme }) => scheme === 'https',
  host: ({ host }) => host,
  hostname: ({ hostname }) => hostname,
}

/** In Express 4 `req.host` is a deprecated word for `req.hostname`, and stays one. */
const express4 = { leave: 'host', mark: 'lazyrouter' }

/** What this file needs of an Express application. */
interface Application {
  /** The prototype of its requests. */
  readonly request: object
  get(setting: string): unknown
  set(setting: string, value: unknown): unknown
}

/** The applications that have them, and the doors that came upon none. */
const settled = new WeakSet<Application | Door>()

/**
 * Puts getters on the application's own request prototype, once: a property on each request would cost
 * more than the whole context. A request that has not come to the door yet is resolved then. The setting
 * that other packages look at, 'trust proxy', is made to agree unless the application has set it.
 */
function replaceGetters(request: object, door: Door): void {
  const app: unknown = Reflect.get(request, 'app')
  const place = isApplication(app) ? app : door
  if (settled.has(place)) return
  settled.add(place)
  if (isApplication(app)) replaceIn(app, door)
  else process.emitWarning(NO_APPLICATION, 'HopwiseWarning')
}

const NO_APPLICATION =
  'getters: true has nothing to replace, since only Express has req.ip and its kin. Read req.forwarded.client.address, and leave getters out'

function replaceIn(app: Application, { trust, resolve }: Door): void {
  if (app.get('trust proxy') === false) app.set('trust proxy', trust.trusts)
  for (const [name, answer] of Object.entries(getters)) {
    if (name === express4.leave && express4.mark in app) continue
    Object.defineProperty(app.request, name, {
      configurable: true,
      enumerable: true,
      get(this: ForwardedRequest): unknown {
        this.forwarded ??= resolve(this)
        return answer(this.forwarded)
      },
    })
  }
}

function isApplication(app: unknown): app is Application {
  return typeof app === 'function' && typeof Reflect.get(app, 'request') === 'object'
}

export { hopwise as 'module.exports' }
