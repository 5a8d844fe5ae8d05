// What is seen of a response while it is written: how far it came, and what the application set.

import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'

export type AnyResponse = ServerResponse | Http2ServerResponse

/** Watches one response. */
export interface ResponseWatch {
  /** Whether all of it was handed to the operating system. */
  finished(): boolean
  /** Bytes of the body handed over so far, without headers and chunk framing. */
  bytes(): number
  /** What the application set, by lower-case name. */
  headers(): Readonly<Record<string, string | number | readonly string[] | undefined>>
  /** When the first byte was handed over, on the clock of `performance.now()`. */
  firstByte(): number | undefined
}

/**
 * Begins to watch. The methods are wrapped, since nothing else tells body from framing: the socket
 * counts both, and Content-Length is a promise.
 */
export function watchResponse(response: AnyResponse): ResponseWatch {
  let bytes = 0
  let finished = false
  let firstByte: number | undefined
  let written: Record<string, string | readonly string[]> = {}
  const { write, end, writeHead } = response
  Object.assign(response, {
    write(...args: readonly unknown[]): unknown {
      firstByte ??= performance.now()
      if (!response.writableEnded) bytes += size(args[0], args[1])
      return Reflect.apply(write, response, args)
    },
    end(...args: readonly unknown[]): unknown {
      firstByte ??= performance.now()
      const before = bytes
      const ended = response.writableEnded
      const result = Reflect.apply(end, response, args)
      // HTTP/2 ends by way of `write`, which has counted then.
      if (bytes === before && !ended) bytes += size(args[0], args[1])
      return result
    },
    writeHead(...args: readonly unknown[]): unknown {
      written = headersArgument(args.at(-1))
      return Reflect.apply(writeHead, response, args)
    },
  })
  response.once('finish', () => {
    finished = true
  })
  return {
    finished: () => finished,
    bytes: () => bytes,
    headers: () => ({ ...response.getHeaders(), ...written }),
    firstByte: () => firstByte,
  }
}

/** Whether 'close' has been emitted already, so that nobody who listens now hears it. */
export function isClosed(response: AnyResponse): boolean {
  return response.closed === true || ('stream' in response && response.stream.destroyed)
}

function size(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    const known = typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8'
    return Buffer.byteLength(chunk, known)
  }
  return chunk instanceof Uint8Array ? chunk.byteLength : 0
}

/** The headers given to `writeHead`: an object, a flat list or a list of pairs; of two the last. */
function headersArgument(value: unknown): Record<string, string | readonly string[]> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    pairsOf(value).map(([name, field]) => [
      String(name).toLowerCase(),
      Array.isArray(field) ? field.map(String) : String(field),
    ]),
  )
}

function pairsOf(value: object): readonly (readonly unknown[])[] {
  if (!Array.isArray(value)) return Object.entries(value)
  if (Array.isArray(value[0])) return value
  return value.flatMap((name, index) => (index % 2 === 0 ? [[name, value[index + 1]]] : []))
}
