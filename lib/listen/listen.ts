// listen(): a server on its binds, with a stop that loses no request.

import { Server } from 'node:net'
import type { Listening, ListenOptions } from '../../types/listen.ts'
import { OptionError, show } from '../errors.ts'
import { parseBinds } from './bind.ts'
import { followConnections } from './connections.ts'
import { findGroup } from './group.ts'
import { readListenOptions } from './options.ts'
import { openSides } from './sides.ts'
import { stopOnSignals } from './signals.ts'
import { closeTogether, createStop } from './stop.ts'
import { tellReady } from './systemd.ts'

/**
 * Listens with a server of node:http, https or http2 (Fastify: `app.server`, after `app.ready()`; Express:
 * `createServer(app)`) on gunicorn's binds: `HOST:PORT`, `[v6]:PORT`, `unix:PATH`, `fd://FD`, and
 * `systemd` or `systemd:NAME` for sockets that systemd passed. Resolves when all of them are open, and
 * systemd knows. SIGTERM and SIGINT then stop it. Rejects with an `OptionError` for a wrong option, and
 * with a `ListenError` that names the bind, the reason and the remedy; nothing is left open then.
 */
export async function listen(
  server: Server,
  bind: string | readonly string[],
  options?: ListenOptions,
): Promise<Listening> {
  checkServer(server)
  const { mode, group, stopWithinMillis, signals, onStop, closeAfter } = readListenOptions(options)
  const binds = parseBinds(bind)
  const gid = group === undefined ? -1 : await findGroup(group, String(bind))
  const connections = followConnections(server)
  const sides = await openSides(server, binds, { mode, group: gid }).catch((error) => {
    connections.forget()
    throw error
  })
  const stopping = createStop({ sides, connections, stopWithinMillis, onStop, closeAfter })
  const { stop } = stopping
  const forget = signals ? stopOnSignals(stop) : () => {}
  if (sides.length > 1) closeTogether(server, stopping)
  // Whoever closes the server by himself stops it.
  server.once('close', () => void stop().then(forget))
  await tellReady()
  return Object.freeze({ addresses: Object.freeze(sides.map(({ address }) => address)), stop })
}

function checkServer(server: unknown): asserts server is Server {
  if (server instanceof Server && !server.listening) return
  const listens = server instanceof Server
  throw new OptionError(
    'wrong-type',
    listens ? 'the server listens already' : `${show(server)} is no server of Node.js`,
    listens
      ? 'Leave out its own listen(): this one takes its place'
      : 'Express: createServer(app). Fastify: await app.ready(), then app.server',
    { option: 'server', input: undefined },
  )
}
