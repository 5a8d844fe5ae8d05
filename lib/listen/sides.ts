// All listening sides of one server. Node.js gives a server one, so the others hand their connections over.

import { createServer, Server } from 'node:net'
import type { Bind } from '../../types/listen.ts'
import { markListener, unmarkListener } from '../context/peer.ts'
import { ListenError } from './error.ts'
import { checkWorker, expandBind, type FileRights, kindOf, openSide, type Side } from './open.ts'

/**
 * Opens all binds, the first with the server itself, so that its own timeouts run. What comes in by the
 * others is handed over as 'connection', which Node.js documents for node:http, https and http2. The peer
 * is known by the listening side: the server is marked with its own, a connection with the one it came by.
 * Rejects with a `ListenError`, and leaves none open then.
 */
export async function openSides(
  server: Server,
  binds: readonly Bind[],
  rights: FileRights,
): Promise<readonly Side[]> {
  await checkWorker(binds)
  const sides: Side[] = []
  const servers: Server[] = []
  try {
    for (const place of binds.flatMap(expandBind)) {
      const own = servers.length === 0 ? server : besideServer(server)
      servers.push(own)
      const side = await openSide(own, place, rights)
      sides.push(side)
      markListener(own, side.kind)
      if (own !== server) own.on('error', (error) => server.emit('error', error))
      await checkMixture(server, sides)
    }
  } catch (error) {
    for (const side of sides) side.remove()
    for (const own of servers) {
      unmarkListener(own)
      // Also the one that failed: it may have listened before its file could not be made.
      own.close()
    }
    throw error
  }
  return sides
}

/**
 * Closes all sides and leaves their connections, idle ones, too: `close()` of HTTP ends those. Resolves when the
 * connections have ended. Then the servers may listen again, in another way.
 */
export async function closeSides(sides: readonly Side[]): Promise<void> {
  await Promise.all(sides.map(closeSide))
  for (const { server } of sides) unmarkListener(server)
}

function closeSide({ server }: Side): Promise<void> {
  return new Promise((resolve) => {
    // Closed by somebody else: once more would be one more 'close'.
    if (!server.listening) return resolve()
    Reflect.apply(Server.prototype.close, server, [() => resolve()])
  })
}

/** What Node.js makes the connections of a server with. */
const settings = ['allowHalfOpen', 'noDelay', 'keepAlive', 'keepAliveInitialDelay', 'highWaterMark']

/** A server whose connections are those of another one. */
function besideServer(server: Server): Server {
  const beside = createServer((socket) => {
    markListener(socket, kindOf(beside))
    server.emit('connection', socket)
  })
  for (const name of [...settings, 'maxConnections']) {
    if (name in server) Reflect.set(beside, name, Reflect.get(server, name))
  }
  return beside
}

/** Only plain HTTP/1 shows the connection itself to a request; TLS and HTTP/2 put another object above it. */
async function checkMixture(server: Server, sides: readonly Side[]): Promise<void> {
  const other = sides.find(({ kind }) => kind !== sides[0]?.kind)
  if (other === undefined) return
  // Here, since most programs never mix, and an import costs as much as the rest of this door.
  const { Server: HttpServer } = await import('node:http')
  if (server instanceof HttpServer) return
  throw new ListenError(
    'mixed-binds',
    other.bind.text,
    'over TLS or HTTP/2 the peers of UNIX sockets and of TCP could not be told apart',
    'Make a server for each of the two',
  )
}
