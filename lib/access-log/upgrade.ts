// What is seen of a connection that was handed over: an upgrade, or CONNECT.

import type { Duplex } from 'node:stream'
import type { Ending } from './record.ts'
import { microsSince } from './record.ts'
import { encodingOf, sizeOf } from './response.ts'

/** `HTTP-version SP status-code` (RFC 9112 4). */
const STATUS = /^HTTP\/\d\.\d (\d{3})/
const HEADERS_END = '\r\n\r\n'

/** An answer whose headers are longer is not looked at: what is written may be no answer at all. */
const MAX_HEAD = 16_384

/**
 * Watches what is written to the connection, and calls back once when it is closed. The status is read
 * from the answer; its bytes are those behind the headers.
 */
export function watchUpgrade(socket: Duplex, over: (ending: Ending) => void): void {
  const start = performance.now()
  let status = '-'
  let bytes = 0
  let head: string | undefined = ''
  const see = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return
    if (head === undefined) {
      bytes += sizeOf(chunk, encoding)
      return
    }
    const sent = typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(encoding)) : chunk
    head += Buffer.from(sent).toString('latin1')
    const end = head.indexOf(HEADERS_END)
    if (end === -1 && head.length <= MAX_HEAD) return
    status = STATUS.exec(head)?.[1] ?? '-'
    bytes += end === -1 ? head.length : head.length - end - HEADERS_END.length
    head = undefined
  }
  const { write, end } = socket
  Object.assign(socket, {
    write(...args: readonly unknown[]): unknown {
      see(args[0], args[1])
      return Reflect.apply(write, socket, args)
    },
    end(...args: readonly unknown[]): unknown {
      see(args[0], args[1])
      return Reflect.apply(end, socket, args)
    },
  })
  socket.once('close', () => {
    const outcome = head === undefined ? 'complete' : 'aborted'
    over({ status, bytes, outcome, durationMicros: microsSince(start) })
  })
}
