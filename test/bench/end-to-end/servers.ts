// The applications that are put under load: each framework alone, with what people use, and with ours.

import { createRequire } from 'node:module'
import express from 'express'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { openFile } from 'hopwise/destinations'
import hopwiseExpress from 'hopwise/express'
import hopwiseFastify from 'hopwise/fastify'
import type { Listener } from '../context/requests.ts'

const require = createRequire(import.meta.url)
/** It has no types of its own. */
const morgan: (format: string) => express.RequestHandler = require('morgan')

/** Descriptor 1 is a file like the one at `logPath`. */
export type CreateServer = (logPath: string) => Promise<Listener>

/** One framework, and what is compared on it. */
export interface Comparison {
  readonly name: string
  /** The names of servers. */
  readonly bare: string
  readonly peer: string
  readonly ours: readonly string[]
  /** The share of the peer's cost that the first of ours may have. */
  readonly atMost: number
}

export const comparisons: readonly Comparison[] = [
  {
    name: 'Express',
    bare: 'Express',
    peer: 'Express: ip, protocol, host, and morgan',
    ours: ['Express: hopwise, log to a file', 'Express: hopwise, log to stdout'],
    atMost: 1 / 4,
  },
  {
    name: 'Fastify',
    bare: 'Fastify',
    peer: 'Fastify: trustProxy, ip, protocol, host, and pino',
    ours: ['Fastify: hopwise, log to a file', 'Fastify: hopwise, log to stdout'],
    atMost: 1 / 3,
  },
]

const trusted = ['127.0.0.1']
const format = 'combined'
const toFile = (path: string) => ({ format, stream: openFile(path) })

export const servers: Readonly<Record<string, CreateServer>> = {
  Express: () => serveExpress(),
  'Express: ip, protocol, host, and morgan': () =>
    serveExpress(
      (app) => app.set('trust proxy', trusted).use(morgan(format)),
      ({ ip = '', protocol, host }) => ip + protocol + host,
    ),
  'Express: hopwise, log to a file': (path) => serveExpress(doorWith(toFile(path)), readContext),
  'Express: hopwise, log to stdout': () => serveExpress(doorWith(format), readContext),
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
