// Requests that Node.js refuses before there is a request object: what can still be told of them.

import { type ServerRequest, type SocketView, UNSEEN } from '../context/peer.ts'

/** The error of a server's 'clientError'. */
export interface ClientError extends Error {
  readonly code?: string
  /** What was being parsed, and how far it came. */
  readonly rawPacket?: unknown
  readonly bytesParsed?: number
}

/** What Node.js answers by itself (`http.Server` 'clientError'); 400 for all other codes. */
const statuses: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** Whether it is about a request, and not about a connection without one, such as a reset. */
export function isRefusal({ code = '' }: ClientError): boolean {
  return code.startsWith('HPE_') || Object.hasOwn(statuses, code)
}

export function refusedStatus({ code = '' }: ClientError): number {
  return (Object.hasOwn(statuses, code) ? statuses[code] : undefined) ?? 400
}

/** method SP request-target SP HTTP-version (RFC 9112 3), on a line of its own. */
const REQUEST_LINE = /^([!#$%&'*+.^`|~\w-]+) ([^ \r\n]+) HTTP\/(\d\.\d)\r?\n/

/** A longer request line is not looked for. */
const MAX_LINE = 8192

const HEADERS_END = '\r\n\r\n'

/** The request as far as it is known: the connection, and the request line if the packet holds it. */
export function refusedRequest(error: ClientError, socket: SocketView): ServerRequest {
  const [, method = '-', url = '-', httpVersion = '1.1'] =
    REQUEST_LINE.exec(lastRequest(error)) ?? []
  return { socket, rawHeaders: UNSEEN, method, url, httpVersion }
}

/** The beginning of the request that broke off; others may stand before it in the same packet. */
function lastRequest({ rawPacket, bytesParsed = 0 }: ClientError): string {
  if (!Buffer.isBuffer(rawPacket)) return ''
  const before = rawPacket.subarray(0, bytesParsed).lastIndexOf(HEADERS_END)
  const start = before === -1 ? 0 : before + HEADERS_END.length
  return rawPacket.toString('latin1', start, start + MAX_LINE)
}
