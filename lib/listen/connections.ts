// The connections of a server, and how they end without a request being lost.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'

export interface Connections {
  /** How many have come so far. */
  readonly accepted: number
  /** Lets requests end, for so long; then cuts what is left, and answers with how many that were. */
  drain(withinMillis: number): Promise<number>
  /** Follows them no more. */
  forget(): void
}

/**
 * How long an idle connection, or a session of HTTP/2, waits for a request that is on its way already. Node.js by
 * itself closes it at once, and such a request is lost. What becomes idle later ends within the same time.
 */
const LINGER_MILLIS = 500

/** What is asked of a server of HTTP; one of HTTP/2 has sessions in place of idle connections. */
interface HttpServer extends Server {
  closeIdleConnections?(): void
}

interface Session {
  close(): void
  once(event: 'close', listener: () => void): unknown
}

/** Follows the connections of a server from now on. */
export function followConnections(server: HttpServer): Connections {
  const sockets = new Set<Socket>()
  /** Over TLS requests come on a socket of their own, above that of the connection. */
  const secured = new Set<Socket>()
  const sessions = new Set<Session>()
  /** The response that each connection had last. */
  const latest = new WeakMap<Socket, ServerResponse>()
  let accepted = 0
  let draining = false
  let emptied = (): void => {}

  const onConnection = (socket: Socket): void => {
    accepted++
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      if (sockets.size === 0) emptied()
    })
  }
  const onSecured = (socket: Socket): void => {
    secured.add(socket)
    socket.once('close', () => secured.delete(socket))
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.httpVersionMajor !== 1) return
    latest.set(request.socket, response)
    if (draining) endWith(response)
  }
  const onSession = (session: Session): void => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    if (draining) setTimeout(() => session.close(), LINGER_MILLIS).unref()
  }
  server.on('connection', onConnection)
  server.on('secureConnection', onSecured)
  // A listener would make a server of HTTP/2 that speaks in streams speak in requests, too.
  if (server.listenerCount('stream') === 0 || server.listenerCount('request') > 0) {
    server.prependListener('request', onRequest)
  }
  server.on('session', onSession)

  /** Resolves when no connection is left, or after so long. */
  function empty(withinMillis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMillis)
      emptied = () => {
        clearTimeout(timer)
        resolve()
      }
      if (sockets.size === 0) emptied()
    })
  }

  function sweep(): void {
    server.closeIdleConnections?.()
    // It ends with its last stream, and refuses new ones, which may be asked for again (RFC 9113 8.7).
    for (const session of sessions) session.close()
    // Node.js does not count a connection as idle on which nothing ever came.
    for (const socket of [...sockets, ...secured]) if (socket.bytesRead === 0) socket.destroy()
  }

  return {
    get accepted() {
      return accepted
    },
    async drain(withinMillis) {
      const end = performance.now() + withinMillis
      draining = true
      for (const socket of [...sockets, ...secured]) endWith(latest.get(socket))
      await empty(Math.min(LINGER_MILLIS, withinMillis))
      sweep()
      const sweeping = setInterval(sweep, LINGER_MILLIS)
      await empty(Math.max(0, end - performance.now()))
      clearInterval(sweeping)
      const cut = sockets.size
      for (const socket of sockets) socket.destroy()
      return cut
    },
    forget() {
      server.off('connection', onConnection)
      server.off('secureConnection', onSecured)
      server.off('request', onRequest)
      server.off('session', onSession)
    },
  }
}

/** Tells the client that this response is the last one of its connection, if it can still be told. */
function endWith(response: ServerResponse | undefined): void {
  if (response?.headersSent === false) response.setHeader('Connection', 'close')
}
