// What is seen of a response while it is written: how far it came, and what the application set.

import { whenLeaving } from './leaving.ts'
import { hasLeft, isUnbroken, type Outlet, outletOf } from './outlet.ts'
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
  /** The status when the first byte was handed over: what is set afterwards is not sent. */
  readonly status: number | undefined
  /** Whether all of it was handed to the operating system. */
  readonly finished: boolean
  /** What was given to `writeHead`, if headers are wanted. */
  readonly written: ResponseHeaders | undefined
}

interface Watch extends ResponseWatch {
  firstByte: number | undefined
  bytes: number
  status: number | undefined
  /** Whether nothing of it was waiting any more once it was ended. */
  left: boolean
  finished: boolean
  written: ResponseHeaders | undefined
}

/** The methods that are wrapped, whatever they are called with. */
interface Writing {
  write(...args: readonly unknown[]): unknown
  end(...args: readonly unknown[]): unknown
  writeHead(...args: readonly unknown[]): unknown
  readonly writableEnded: boolean
  readonly statusCode: number
  readonly socket: unknown
}

/** Watches a response from now on, and calls back once when it is over. */
export function watchResponse(
  response: AnyResponse,
  wanted: Wanted,
  over: (watch: ResponseWatch) => void,
): ResponseWatch {
  const watch: Watch = {
    wanted,
    start: wanted.times ? performance.now() : 0,
    firstByte: undefined,
    bytes: 0,
    status: undefined,
    left: false,
    finished: false,
    written: undefined,
  }
  const outlet = outletOf(response)
  wrap(response, outlet, watch)
  whenOver(response, outlet, watch, over)
  return watch
}

/** What the application set, by lower-case name. */
export function responseHeaders(
  response: AnyResponse,
  { written }: ResponseWatch,
): ResponseHeaders {
  return { ...response.getHeaders(), ...written }
}

/**
 * Wraps methods, since nothing else tells body from framing: the socket counts both, and Content-Length
 * is a promise. On this response, not on its class, which belongs to every server of the process; and no
 * more than needed, since a property costs 1.7 µs on a response of Express. Each function has a name before
 * it is a property: V8 puts one that is written straight into a property among the old objects, where it
 * keeps the whole request alive until the next full collection (2 µs a request).
 */
function wrap(response: Writing, outlet: Outlet, watch: Watch): void {
  const { write, end } = response
  const watchedWrite: Writing['write'] = (...args) => {
    noteByte(watch)
    if (!response.writableEnded) watch.bytes += sizeOf(args[0], args[1])
    const result = Reflect.apply(write, response, args)
    watch.status ??= response.statusCode
    return result
  }
  const watchedEnd: Writing['end'] = (...args) => {
    noteByte(watch)
    const before = watch.bytes
    const ended = response.writableEnded
    const result = Reflect.apply(end, response, args)
    // HTTP/2 ends by way of `write`, which has counted then.
    if (watch.bytes === before && !ended) watch.bytes += sizeOf(args[0], args[1])
    watch.status ??= response.statusCode
    watch.left = hasLeft(outlet, response)
    return result
  }
  response.write = watchedWrite
  response.end = watchedEnd
  if (watch.wanted.headers) wrapWriteHead(response, watch)
}

/** The first of them, if it is wanted. */
function noteByte(watch: Watch): void {
  if (watch.wanted.times) watch.firstByte ??= performance.now()
}

function wrapWriteHead(response: Writing, watch: Watch): void {
  const { writeHead } = response
  const watchedWriteHead: Writing['writeHead'] = (...args) => {
    const result = Reflect.apply(writeHead, response, args)
    // A second time it throws, and nothing of it is sent.
    watch.written = writtenHeaders(args.at(-1))
    return result
  }
  response.writeHead = watchedWriteHead
}

function whenOver(
  response: AnyResponse,
  outlet: Outlet,
  watch: Watch,
  over: (watch: ResponseWatch) => void,
): void {
  let told = false
  let stay: (() => void) | undefined
  const tell = (): void => {
    if (told) return
    told = true
    stay?.()
    // Newer Node.js has no 'finish' for what had left before the connection broke.
    watch.finished ||= watch.left
    over(watch)
  }
  // Not `once`, though each comes once: that makes and takes away more, and Express makes all of it dear.
  response.on('finish', () => {
    watch.finished = isUnbroken(outlet)
  })
  // Without a socket of its own it hears nothing of the one that it may have to wait for.
  if (outlet.early && outlet.socket != null) stay = whenLeaving(outlet.socket, tell)
  // The client may have gone while something before the log was at work.
  if (isClosed(response)) tell()
  else response.on('close', tell)
}
