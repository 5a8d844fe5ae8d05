// Two applications with hopwise in them: Fastify over TCP, Express over a UNIX socket.

import { createServer, type Server } from 'node:http'
import express from 'express'
import fastify from 'fastify'
import { compileTrust, type RequestContext } from 'hopwise'
import hopwiseExpress from 'hopwise/express'
import hopwiseFastify from 'hopwise/fastify'
import { LISTENER, PROXY, SITE } from './cast.ts'
import type { Journal } from './journal.ts'
import { listen } from './server.ts'

/**
 * Whom both applications believe: the reverse proxy, by its address, and not the network it shares
 * with others. Who comes over the UNIX socket is believed too: the rights of its file say who can.
 * Two headers are read, X-Forwarded-For and X-Forwarded-Proto, since the proxy sets these two.
 */
export const trust = compileTrust({
  forwardedAllowIps: [PROXY],
  headers: ['x-forwarded-for', 'x-forwarded-proto'], // the default
  allowedHosts: [SITE, 'localhost', LISTENER], // the last two for your own requests with curl
  onWarning: () => {}, // the forgeries of this walk-through are no news to anybody
})

/** gunicorn's format language; `x` atoms are what hopwise found out, `i` atoms are raw headers. */
export const LOG_FORMAT =
  '%(h)s %({client.address}x)s "%({x-forwarded-for}i)s" "%(m)s %(U)s" %(s)s "%(a)s" %({problems}x)s'

/** What both applications answer: who asked, and how that is known. */
function describe(context: RequestContext): string {
  return `${JSON.stringify(context, undefined, 2)}\n`
}

/** Over TCP, with Fastify. */
export async function startFastify(journal: Journal): Promise<Server> {
  const app = fastify()

  // All that a Fastify application needs. Its options may stand here too, instead of `trust`.
  await app.register(hopwiseFastify, {
    trust,
    accessLog: { format: LOG_FORMAT, stream: journal.lines },
  })
  app.all('/*', (request, reply) => {
    reply.type('application/json').send(describe(request.forwarded))
  })

  // For the walk-through only.
  app.addHook('onResponse', async (request) => {
    journal.arrived({ at: 'Fastify', request: request.raw, context: request.forwarded })
  })

  await app.listen({ host: LISTENER, port: 0 })
  return app.server
}

/** Over a UNIX socket, with Express. */
export async function startExpress(journal: Journal, socketPath: string): Promise<Server> {
  const app = express()

  // For the walk-through only; otherwise hopwise stands first.
  app.use((request, response, next) => {
    response.once('close', () => {
      journal.arrived({ at: 'Express', request, context: request.forwarded })
    })
    next()
  })

  // All that an Express application needs.
  app.use(hopwiseExpress({ trust, accessLog: { format: LOG_FORMAT, stream: journal.lines } }))
  app.use((request, response) => {
    response.type('application/json').send(describe(request.forwarded))
  })

  const server = createServer(app)
  await listen(server, { path: socketPath })
  return server
}
