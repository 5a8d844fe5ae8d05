// Starting and closing servers, with promises.

import { once } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import type { ListenOptions, Server } from 'node:net'

/** Listens; for port 0 the operating system chooses a free one. */
export async function listen(server: Server, where: ListenOptions): Promise<void> {
  server.listen(where)
  await once(server, 'listening')
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  const address = server.address()
  if (typeof address === 'object' && address !== null) return address.port
  throw new Error('this server has no port')
}

/** Closes a server and what is connected to it. A UNIX socket is removed. */
export async function close(server: HttpServer): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
