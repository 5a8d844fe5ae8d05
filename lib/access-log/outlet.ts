// What a response goes out by: whether it was handed over whole, and not only given up.

import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { AnyResponse } from './response.ts'

/** Read once: on a response of Express each read costs more than all that is asked of an outlet. */
export interface Outlet {
  /** Over HTTP/2 a stream of its own. */
  readonly stream: ServerHttp2Stream | undefined
  /** Over HTTP/1. */
  readonly socket: Socket | null | undefined
  /** The socket is not yet that of the response, which is only just made, or stands behind another one. */
  readonly early: boolean
}

export function outletOf(response: AnyResponse): Outlet {
  if ('stream' in response) return { stream: response.stream, socket: undefined, early: false }
  const { socket } = response
  return { stream: undefined, socket: socket ?? response.req.socket, early: socket === null }
}

/** Whether a response that has just been ended has left the process: what breaks now comes too late. */
export function hasLeft(
  { socket, early }: Outlet,
  response: { readonly socket: unknown },
): boolean {
  if (socket?.writableLength !== 0 || socket.destroyed) return false
  return !(early && response.socket === null)
}

/**
 * Whether a response that emits 'finish' was handed over whole. Older Node.js emits it, too, where the connection
 * broke off while the response waited to be written, and any over HTTP/2 for each stream that is closed.
 */
export function isUnbroken({ stream, socket }: Outlet): boolean {
  if (stream !== undefined) return stream.writableFinished && stream.rstCode === NO_ERROR
  return socket?.destroyed !== true
}

/** RFC 9113 7. */
const NO_ERROR = 0
