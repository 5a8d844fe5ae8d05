// What is seen of a response while it is written: how far it came, and what the application set.

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
}

/** The methods that are wrapped, whatever they are called with. */
interface Writing {
  write(...args: readonly unknown[]): unknown
  end(...args: readonly unknown[]): unknown
  writeHead(...args: readonly unknown[]): unknown
  readonly writableEnded: boolean
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
    finished: false,
    written: undefined,
  }
  wrap(response, watch)
  whenOver(response, watch, over)
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
function wrap(response: Writing, watch: Watch): void {
  const { write, end } = response
  const watchedWrite: Writing['write'] = (...args) => {
    noteByte(watch)
    if (!response.writableEnded) watch.bytes += sizeOf(args[0], args[1])
    return Reflect.apply(write, response, args)
  }
  const watchedEnd: Writing['end'] = (...args) => {
    noteByte(watch)
    const before = watch.bytes
    const ended = response.writableEnded
    const result = Reflect.apply(end, response, args)
    // HTTP/2 ends by way of `write`, which has counted then.
    if (watch.bytes === before && !ended) watch.bytes += sizeOf(args[0], args[1])
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
    watch.written = writtenHeaders(args.at(-1))
    return Reflect.apply(writeHead, response, args)
  }
  response.writeHead = watchedWriteHead
}

function whenOver(response: AnyResponse, watch: Watch, over: (watch: ResponseWatch) => void): void {
  let told = false
  let stay: (() => void) | undefined
  const tell = (): void => {
    if (told) return
    told = true
    stay?.()
    over(watch)
  }
  // Not `once`, though each comes once: that makes and takes away more, and Express makes all of it dear.
  response.on('finish', () => {
    watch.finished = true
  })
  // A response that waits behind another (pipelining) has no socket yet, and hears nothing of it.
  if (response.socket === null && response.req.socket != null) {
    stay = whenLeaving(response.req.socket, tell)
  }
  // The client may have gone while something before the log was at work.
  if (isClosed(response)) tell()
  else response.on('close', tell)
}
