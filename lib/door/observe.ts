// observe(): one context and one line for every request that reaches a server, whoever answers it.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RequestContext } from '../../types/context.ts'
import type { AnyResponse } from '../access-log/response.ts'
import { watchUpgrade } from '../access-log/upgrade.ts'
import { contextFound, contextOf } from './found.ts'
import { compileDoor, type DoorOptions } from './options.ts'
import { type ClientError, isRefusal, refusedRequest, refusedStatus } from './refused.ts'

/** Published for every HTTP/1 request, also those that Node.js answers itself: no Host, 417, 503. */
const REQUEST_START = 'http.server.request.start'

/** A request, and its context where a door will look for it. */
type ObservedRequest = IncomingMessage & { forwarded?: RequestContext }

/** What `observe` takes: the options of a door, without those that need a framework. */
export type ObserveOptions = Omit<DoorOptions, 'getters'>

/**
 * Observes a server of `node:http`, `https`, `http2`, or of a framework (`app.server` in Fastify). Each
 * request is resolved at the earliest point, where a door with the same `trust` finds the context (give
 * `{ trust: compileTrust({ ... }) }` to both). With `accessLog` each has one line, also an upgrade, CONNECT,
 * a request that Node.js refuses (400, 408, 413, 417, 431, 503), and one that another hook or middleware
 * refused. Give `accessLog` here or to a door, not to both.
 *
 * Node.js answers as it would without. Observe a server once. Returns a function that ends it.
 * Throws an `OptionError` for a wrong option.
 */
export function observe(server: EventEmitter, options?: ObserveOptions): () => void {
  const door = compileDoor(options)
  const { trust, resolve, log } = door
  /** The last response of each connection. */
  const latest = new WeakMap<object, AnyResponse>()

  const begin = (request: unknown, response: unknown): void => {
    if (!isRequest(request) || !isResponse(response) || contextFound(request, trust)) return
    latest.set(request.socket, response)
    const context = contextOf(request, door)
    request.forwarded = context
    log?.watch(context, response)
  }
  const handOver = (request: unknown, socket: unknown): void => {
    if (!isRequest(request) || !isConnection(socket)) return
    const context = resolve(request)
    request.forwarded = context
    if (log !== undefined) watchUpgrade(socket, (ending) => log.write(context, ending))
  }
  const refuse = (error: ClientError, socket: object): void => {
    if (log === undefined || !isRefusal(error)) return
    // Whoever listens answers as he likes.
    const status = server.listenerCount('clientError') > 0 ? '-' : refusedStatus(error)
    const response = latest.get(socket)
    if (response?.req.complete === false) {
      // What breaks in the body of a request belongs to that request, which has a line of its own.
      const context = contextFound(response.req, trust)
      if (context !== undefined) log.refuse(context, status)
      return
    }
    // Node.js answers nothing behind a response that still has the connection.
    const isUnderWay = response?.headersSent === true && response.socket !== null
    const ending = { bytes: 0, outcome: 'error', durationMicros: 0 } as const
    const refused = resolve(refusedRequest(error, socket))
    log.write(refused, { ...ending, status: isUnderWay ? '-' : status })
  }

  const onStart = (message: unknown): void => {
    if (isStart(message) && message.server === server) begin(message.request, message.response)
  }
  const onConnect = (_: unknown, connection: Duplex | AnyResponse): void => {
    // With our listeners alone CONNECT is answered as without any: dropped, and 405 over HTTP/2.
    if (!server.listeners('connect').every((listener) => ours.has(listener))) return
    if (isResponse(connection)) connection.writeHead(405).end()
    else connection.destroy()
  }
  ours.add(onConnect)
  const { emit } = server
  let stopped = false
  const observing = (event: string | symbol, ...args: unknown[]): boolean => {
    if (!stopped) hear(event, args[0], args[1])
    return Reflect.apply(emit, server, [event, ...args])
  }
  const hear = (event: string | symbol, first: unknown, second: unknown): void => {
    if (requestEvents.has(event) || (event === 'connect' && isResponse(second)))
      begin(first, second)
    else if (event === 'upgrade' || event === 'connect') handOver(first, second)
    else if (event === 'clientError' && first instanceof Error && isConnection(second)) {
      refuse(first, second)
    } else if (event === 'listening') subscribe(REQUEST_START, onStart)
    else if (event === 'close') unsubscribe(REQUEST_START, onStart)
  }
  const stop = (): void => {
    stopped = true
    unsubscribe(REQUEST_START, onStart)
    server.off('connect', onConnect)
    if (server.emit === observing) server.emit = emit
  }
  server.on('connect', onConnect)
  server.emit = observing
  // Only while it listens: a subscription would keep a closed server alive.
  if (Reflect.get(server, 'listening') === true) subscribe(REQUEST_START, onStart)
  return stop
}

/** The events that come with a request and its response. */
const requestEvents: ReadonlySet<string | symbol> = new Set([
  'request',
  'checkContinue',
  'checkExpectation',
])

/** The listeners for CONNECT that change nothing. */
const ours = new WeakSet<object>()

// By their shape, and not by their class: to load the classes of HTTP/2 costs more than all of this.

function isStart(
  message: unknown,
): message is { readonly server: unknown; readonly request: unknown; readonly response: unknown } {
  return has(message, 'server')
}

function isRequest(value: unknown): value is ObservedRequest {
  return has(value, 'rawHeaders') && has(value, 'socket')
}

function isResponse(value: unknown): value is AnyResponse {
  return has(value, 'writeHead')
}

function isConnection(value: unknown): value is Duplex {
  return has(value, 'write') && !isResponse(value)
}

function has(value: unknown, key: string): value is object {
  return typeof value === 'object' && value !== null && key in value
}
