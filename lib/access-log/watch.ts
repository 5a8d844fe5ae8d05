// What is seen of a response while it is written: how far it came, and what the application set.

import type { ServerResponse } from 'node:http'
import { whenLeaving } from './leaving.ts'
import {
  type AnyResponse,
  isClosed,
  type ResponseHeaders,
  sizeOf,
  writtenHeaders,
} from './response.ts'
import type { Wanted } from './wanted.ts'

/** What was seen of a response so far. */
export interface ResponseWatch {
  readonly wanted: Wanted
  /** When it began, on the clock of `performance.now()`; 0 if no times are wanted. */
  readonly start: number
  /** When the first byte was handed over, if times are wanted. */
  readonly firstByte: number | undefined
  /** Bytes of the body handed over, without headers and chunk framing. */
  readonly bytes: number
  /** Whether all of it was handed to the operating system. */
  readonly finished: boolean
  /** What was given to `writeHead`, if headers are wanted. */
  readonly written: ResponseHeaders | undefined
}

interface Watch extends ResponseWatch {
  firstByte: number | undefined
  bytes: number
  finished: boolean
  written: ResponseHeaders | undefined
  /** Whether the methods of this one response are wrapped, and not those of its class. */
  readonly alone: boolean
  readonly over: (watch: ResponseWatch) => void
  told: boolean
  stay: (() => void) | undefined
  /** Who else watches. */
  readonly next: Watch | undefined
}

/** Not a WeakMap: the garbage collector would pay 2 to 10 µs for each request. */
const WATCH: unique symbol = Symbol('hopwise.watch')

type Watched = AnyResponse & { [WATCH]?: Watch | undefined }

/**
 * Watches a response from now on, and calls back once when it is over; undefined if it is watched for
 * the same `wanted` already. Methods are wrapped, since nothing else tells body from framing: the
 * socket counts both, and Content-Length is a promise.
 */
export function watchResponse(
  response: Watched,
  wanted: Wanted,
  over: (watch: ResponseWatch) => void,
): ResponseWatch | undefined {
  const next = response[WATCH]
  for (let other = next; other !== undefined; other = other.next) {
    if (other.wanted === wanted) return undefined
  }
  methods ??= wrapClass()
  const watch: Watch = {
    wanted,
    start: wanted.times ? performance.now() : 0,
    firstByte: undefined,
    bytes: 0,
    finished: false,
    written: undefined,
    alone: !isPlain(response, methods),
    over,
    told: false,
    stay: undefined,
    next,
  }
  response[WATCH] = watch
  if (watch.alone) wrapOne(response, watch)
  // A response that waits behind another (pipelining) has no socket yet, and hears nothing of it.
  if (response.socket === null && response.req.socket != null) {
    watch.stay = whenLeaving(response.req.socket, () => tell(watch))
  }
  // The client may have gone while something before the log was at work.
  if (isClosed(response)) tell(watch)
  return watch
}

/** What the application set, by lower-case name. */
export function responseHeaders(
  response: AnyResponse,
  { written }: ResponseWatch,
): ResponseHeaders {
  return { ...response.getHeaders(), ...written }
}

type Methods = Pick<ServerResponse, 'write' | 'end' | 'writeHead' | 'emit'>

/** The methods of Node's class that look on. */
let methods: Methods | undefined

/**
 * Wraps the methods of Node's class, once in a process. Express swaps the prototype of each response,
 * so that what is set on one makes a hidden class for it alone, and all that is read of it takes the
 * slow way: three functions and two listeners on each took 25 µs of a request.
 */
function wrapClass(): Methods {
  // Not imported: who only prints lines would load a server.
  const { prototype } = process.getBuiltinModule('node:http').ServerResponse
  // As they were; what the class inherits may still be replaced above it.
  const before: Methods = Object.create(
    Object.getPrototypeOf(prototype),
    Object.getOwnPropertyDescriptors(prototype),
  )
  const wrapped = {
    write(this: Watched, ...args: readonly unknown[]) {
      for (let watch = this[WATCH]; watch !== undefined; watch = watch.next) {
        if (!watch.alone) seeWrite(watch, this, args)
      }
      return Reflect.apply(before.write, this, args)
    },
    end(this: Watched, ...args: readonly unknown[]) {
      const first = this[WATCH]
      if (first === undefined) return Reflect.apply(before.end, this, args)
      const ended = this.writableEnded
      for (let watch: Watch | undefined = first; watch !== undefined; watch = watch.next) {
        if (!watch.alone) seeBegin(watch)
      }
      const result = Reflect.apply(before.end, this, args)
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
      return Reflect.apply(before.writeHead, this, args)
    },
    emit(this: Watched, ...args: readonly unknown[]) {
      const [event] = args
      if (event === 'finish' || event === 'close') {
        for (let watch = this[WATCH]; watch !== undefined; watch = watch.next) {
          if (!watch.alone) seeEvent(watch, event)
        }
      }
      return Reflect.apply(before.emit, this, args)
    },
  }
  for (const [name, value] of Object.entries(wrapped)) {
    const attributes = { configurable: true, enumerable: true, writable: true }
    // False where the class is frozen: then each response is wrapped alone.
    Reflect.defineProperty(prototype, name, { ...attributes, value })
  }
  return wrapped
}

/** Whether nobody else has wrapped it: who came before us is heard through his methods, not behind them. */
function isPlain(response: AnyResponse, wrapped: Methods): boolean {
  return (
    !Object.hasOwn(response, 'write') &&
    !Object.hasOwn(response, 'end') &&
    !Object.hasOwn(response, 'writeHead') &&
    !Object.hasOwn(response, 'emit') &&
    isOfClass(Object.getPrototypeOf(response), wrapped)
  )
}

const plainPrototypes = new WeakSet<object>()

/** Remembered: a method that is looked for through all prototypes of Express takes 0.4 µs. */
function isOfClass(prototype: AnyResponse, { write, end, writeHead, emit }: Methods): boolean {
  if (plainPrototypes.has(prototype)) return true
  const isPlain =
    prototype.write === write &&
    prototype.end === end &&
    prototype.writeHead === writeHead &&
    prototype.emit === emit
  if (isPlain) plainPrototypes.add(prototype)
  return isPlain
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
  for (const event of ['finish', 'close'] as const) {
    response.once(event, () => seeEvent(watch, event))
  }
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

function seeEvent(watch: Watch, event: 'finish' | 'close'): void {
  if (event === 'finish') watch.finished = true
  else tell(watch)
}

function tell(watch: Watch): void {
  if (watch.told) return
  watch.told = true
  watch.stay?.()
  watch.over(watch)
}
