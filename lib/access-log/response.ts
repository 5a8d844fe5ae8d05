// What a response can be asked, and what is handed over to it, read.

import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'

export type AnyResponse = ServerResponse | Http2ServerResponse

/** Response headers by lower-case name. */
export type ResponseHeaders = Readonly<
  Record<string, string | number | readonly string[] | undefined>
>

/** Whether 'close' has been emitted already, so that nobody who listens now hears it. */
export function isClosed(response: AnyResponse): boolean {
  // Over HTTP/1 it is destroyed before it says so.
  if (response.destroyed === false) return false
  const { closed } = response
  if (closed !== undefined) return closed
  return 'stream' in response && response.stream.destroyed
}

/** How many bytes of the body a chunk is. */
export function sizeOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk, encodingOf(encoding))
  return chunk instanceof Uint8Array ? chunk.byteLength : 0
}

/** In the place of an encoding there may be a callback. */
export function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8'
}

/**
 * The headers given to `writeHead`, by lower-case name: an object, a flat list or a list of pairs; of two
 * the last.
 */
export function writtenHeaders(value: unknown): ResponseHeaders {
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
