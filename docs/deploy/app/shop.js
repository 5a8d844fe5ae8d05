// The application: a few pages, a stream, a form and a chat, behind hopwise's door.

import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import { compileTrust, observe, resolveContext } from 'hopwise'
import hopwise from 'hopwise/fastify'
import { WebSocketServer } from 'ws'

const FORMAT =
  '%({client.address}x)s %({x-request-id}i)s %(p)s %(t)s "%(r)s" %(s)s %(b)s %(D)s %({outcome}x)s'

/** The application, ready to listen, and what tells the guests of its chat to go. */
export async function createShop(log) {
  // Whom to believe: FORWARDED_ALLOW_IPS, or loopback. curl on this machine asks for localhost.
  const trust = compileTrust({ allowedHosts: ['shop.example', 'localhost', '127.0.0.1'] })

  // As many bytes of a body as nginx lets through.
  const app = Fastify({ bodyLimit: 10 * 1024 * 1024 })
  observe(app.server, { trust, accessLog: { format: FORMAT, stream: log } })
  await app.register(hopwise, { trust })

  app.get('/', async (request) => `Hello ${request.forwarded.client.address}\n`)
  app.get('/health', async () => ({ pid: process.pid }))
  app.get('/whoami', async (request) => request.forwarded)
  app.get('/old', async (request, reply) => reply.redirect(request.forwarded.url('/new').href))
  app.get('/:article', async (request) => ({ article: request.params.article }))
  app.get('/catalogue', async () => 'a line of the catalogue\n'.repeat(1_250_000))
  app.post('/orders', async (request) => ({ taken: JSON.stringify(request.body).length }))
  app.get('/clock', (_request, reply) => reply.type('text/plain').send(Readable.from(ticks())))

  // It says everything back, and whose guest it is.
  const chat = new WebSocketServer({ server: app.server, path: '/chat' })
  chat.on('connection', (socket, request) => {
    const { client } = resolveContext(request, trust)
    socket.on('message', (text) => socket.send(`${client.address}: ${text}`))
  })

  await app.ready()
  const farewell = () => {
    for (const socket of chat.clients) socket.close(1001)
  }
  return { app, farewell }
}

/** A stream of ten pieces, one every 100 ms. */
async function* ticks() {
  for (let tick = 1; tick <= 10; tick++) {
    await sleep(100)
    yield `tick ${tick}\n`
  }
}
