// The applications that are put under load: each framework alone, with what people use, and with ours.

import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import express from 'express'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { compileTrust, observe } from 'hopwise'
import { openFile } from 'hopwise/destinations'
import hopwiseExpress from 'hopwise/express'
import hopwiseFastify from 'hopwise/fastify'
import type { Listener } from '../context/requests.ts'

const require = createRequire(import.meta.url)
/** It has no types of its own. */
const morgan: (format: string) => express.RequestHandler = require('morgan')

/** What answers the requests of a server. Descriptor 1 is a file like the one at `logPath`. */
export type CreateListener = (logPath: string, server: Server) => Promise<Listener>

/** One framework, and what is compared on it. */
export interface Comparison {
  readonly name: string
  /** The names of servers. */
  readonly bare: string
  readonly peer: string
  readonly ours: readonly string[]
  /** The share of the peer's cost that those of ours may have that are judged. */
  readonly atMost: number
  readonly judged: readonly string[]
}

export const comparisons: readonly Comparison[] = [
  {
    name: 'Express',
    bare: 'Express',
    peer: 'Express: ip, protocol, host, and morgan',
    ours: [
      'Express: hopwise, log to a file',
      'Express: hopwise, log to stdout',
      'Express: hopwise, observe() with a log to a file',
    ],
    atMost: 1 / 4,
    judged: ['Express: hopwise, log to a file', 'Express: hopwise, observe() with a log to a file'],
  },
  {
    name: 'Fastify',
    bare: 'Fastify',
    peer: 'Fastify: trustProxy, ip, protocol, host, and pino',
    ours: ['Fastify: hopwise, log to a file', 'Fastify: hopwise, log to stdout'],
    atMost: 1 / 3,
    judged: ['Fastify: hopwise, log to a file'],
  },
]

const trusted = ['127.0.0.1']
const format = 'combined'
const toFile = (path: string) => ({ format, stream: openFile(path) })

export const listeners: Readonly<Record<string, CreateListener>> = {
  Express: () => serveExpress(),
  'Express: ip, protocol, host, and morgan': () =>
    serveExpress(
      (app) => app.set('trust proxy', trusted).use(morgan(format)),
      ({ ip = '', protocol, host }) => ip + protocol + host,
    ),
  'Express: hopwise, log to a file': (path) => serveExpress(doorWith(toFile(path)), readContext),
  'Express: hopwise, log to stdout': () => serveExpress(doorWith(format), readContext),
  'Express: hopwise, observe() with a log to a file': (path, server) => {
    const trust = compileTrust({ forwardedAllowIps: trusted })
    observe(server, { trust, accessLog: toFile(path) })
    return serveExpress((app) => app.use(hopwiseExpress({ trust })), readContext)
  },
  Fastify: () => serveFastify(fastify()),
  'Fastify: trustProxy, ip, protocol, host, and pino': () =>
    serveFastify(
      fastify({ trustProxy: trusted, logger: true }),
      ({ ip, protocol, host }) => ip + protocol + host,
    ),
  'Fastify: hopwise, log to a file': (path) => serveFastifyDoor(toFile(path)),
  'Fastify: hopwise, log to stdout': () => serveFastifyDoor(format),
}

async function serveExpress(
  use: (app: express.Express) => unknown = () => {},
  read: (request: express.Request) => unknown = () => {},
): Promise<Listener> {
  const app = express()
  use(app)
  app.get('/', (request, response) => {
    read(request)
    response.send('hello')
  })
  return app
}

type AccessLog = ReturnType<typeof toFile> | string

const doorWith = (accessLog: AccessLog) => (app: express.Express) =>
  app.use(hopwiseExpress({ forwardedAllowIps: trusted, accessLog }))

const readContext = ({ forwarded }: express.Request | FastifyRequest): string =>
  forwarded.client.address + forwarded.scheme + forwarded.host

async function serveFastifyDoor(accessLog: AccessLog): Promise<Listener> {
  const app = fastify()
  await app.register(hopwiseFastify, { forwardedAllowIps: trusted, accessLog })
  return serveFastify(app, readContext)
}

async function serveFastify(
  app: FastifyInstance,
  read: (request: FastifyRequest) => unknown = () => {},
): Promise<Listener> {
  app.get('/', async (request) => {
    read(request)
    return 'hello'
  })
  await app.ready()
  return app.routing
}
