// What is seen of a response while it is written: how far it came, and what the application set.

import type { ServerResponse } from 'node:http'
import { type AnyResponse, type ResponseHeaders, sizeOf, writtenHeaders } from './response.ts'
import type { Wanted } from './wanted.ts'

/** What was seen of a response so far. */
export interface ResponseWatch {
  readonly wanted: Wanted
  /** Bytes of the body handed over, without headers and chunk framing. */
  readonly bytes: number
  /** Whether all of it was handed to the operating system. */
  readonly finished: boolean
  /** When the first byte was handed over, on the clock of `performance.now()`. */
  readonly firstByte: number | undefined
  /** What was given to `writeHead`, if headers are wanted. */
  readonly written: ResponseHeaders | undefined
}

interface Watch extends ResponseWatch {
  bytes: number
  finished: boolean
  firstByte: number | undefined
  written: ResponseHeaders | undefined
  /** Whether the methods of this one response are wrapped, and not those of its class. */
  readonly alone: boolean
  readonly next: Watch | undefined
}

/** A WeakMap would take 2 µs for each request, most of it when garbage is collected. */
const WATCH: unique symbol = Symbol('hopwise.watch')

type Watched = AnyResponse & { [WATCH]?: Watch | undefined }

/**
 * Begins to watch; undefined if the same `wanted` is watched for already. Methods are wrapped, since
 * nothing else tells body from framing: the socket counts both, and Content-Length is a promise.
 */
export function watchResponse(response: Watched, wanted: Wanted): ResponseWatch | undefined {
  const next = response[WATCH]
  for (let other = next; other !== undefined; other = other.next) {
    if (other.wanted === wanted) return undefined
  }
  methods ??= wrapClass()
  const watch: Watch = {
    wanted,
    bytes: 0,
    finished: false,
    firstByte: undefined,
    written: undefined,
    alone: !isPlain(response, methods),
    next,
  }
  response[WATCH] = watch
  if (watch.alone) wrapOne(response, watch)
  response.on('finish', () => {
    watch.finished = true
  })
  return watch
}

type Methods = Pick<ServerResponse, 'write' | 'end' | 'writeHead'>

/** Whether nobody else has wrapped it: who came before us is heard through his methods, not behind them. */
function isPlain(response: AnyResponse, { write, end, writeHead }: Methods): boolean {
  return response.write === write && response.end === end && response.writeHead === writeHead
}

/** The methods of Node's class that look on. */
let methods: Methods | undefined

/**
 * Wraps the methods of Node's class, once in a process. Three functions on each response would be
 * three new hidden classes for each, since Express swaps its prototype: that took 25 µs of a request.
 */
function wrapClass(): Methods {
  // Not imported: who only prints lines would load a server.
  const { prototype } = process.getBuiltinModule('node:http').ServerResponse
  const { write, end, writeHead } = prototype
  const wrapped = {
    write(this: Watched, ...args: readonly unknown[]) {
      for (let watch = this[WATCH]; watch !== undefined; watch = watch.next) {
        if (!watch.alone) seeWrite(watch, this, args)
      }
      return Reflect.apply(write, this, args)
    },
    end(this: Watched, ...args: readonly unknown[]) {
      const first = this[WATCH]
      if (first === undefined) return Reflect.apply(end, this, args)
      const ended = this.writableEnded
      for (let watch: Watch | undefined = first; watch !== undefined; watch = watch.next) {
        if (!watch.alone) seeBegin(watch)
      }
      const result = Reflect.apply(end, this, args)
      if (ended) return result
      for (let watch: Watch | undefined = first; watch !== undefined; watch = watch.next) {
        if (!watch.alone) watch.bytes += sizeOf(args[0], args[1])
      }
      return result
    },
    writeHead(this: Watched, ...args: readonly unknown[]) {
      for (let watch = this[WATCH]; watch !== undefined; watch = watch.next) {
        if (!watch.alone) seeHeaders(watch, args)
      }
      return Reflect.apply(writeHead, this, args)
    },
  }
  for (const [name, value] of Object.entries(wrapped)) {
    // Where it cannot be changed, each response is wrapped alone.
    Reflect.defineProperty(prototype, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    })
  }
  return wrapped
}

/** HTTP/2, a class of somebody else, or a response that somebody has wrapped before. */
function wrapOne(response: AnyResponse, watch: Watch): void {
  const { write, end, writeHead } = response
  Object.assign(response, {
    write(...args: readonly unknown[]): unknown {
      seeWrite(watch, response, args)
      return Reflect.apply(write, response, args)
    },
    end(...args: readonly unknown[]): unknown {
      seeBegin(watch)
      const before = watch.bytes
      const ended = response.writableEnded
      const result = Reflect.apply(end, response, args)
      // HTTP/2 ends by way of `write`, which has counted then.
      if (watch.bytes === before && !ended) watch.bytes += sizeOf(args[0], args[1])
      return result
    },
    writeHead(...args: readonly unknown[]): unknown {
      seeHeaders(watch, args)
      return Reflect.apply(writeHead, response, args)
    },
  })
}

function seeBegin(watch: Watch): void {
  if (watch.wanted.times) watch.firstByte ??= performance.now()
}

function seeWrite(watch: Watch, response: AnyResponse, args: readonly unknown[]): void {
  seeBegin(watch)
  if (!response.writableEnded) watch.bytes += sizeOf(args[0], args[1])
}

function seeHeaders(watch: Watch, args: readonly unknown[]): void {
  if (watch.wanted.headers) watch.written = writtenHeaders(args.at(-1))
}

/** What the application set, by lower-case name. */
export function responseHeaders(
  response: AnyResponse,
  { written }: ResponseWatch,
): ResponseHeaders {
  return { ...response.getHeaders(), ...written }
}
