// The application that every recipe in this folder starts. What it needs is in its environment:
//
//     BIND=unix:/run/shop/shop.sock SOCKET_GROUP=www-data ACCESS_LOG=/var/log/shop/access.log \
//     node server.js

import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import { compileTrust, observe, resolveContext } from 'hopwise'
import { openFile, toStream } from 'hopwise/destinations'
import hopwise from 'hopwise/fastify'
import { listen } from 'hopwise/listen'
import { WebSocketServer } from 'ws'

const { BIND = '127.0.0.1:8000', SOCKET_GROUP, ACCESS_LOG } = process.env

// Whom to believe: FORWARDED_ALLOW_IPS, or loopback. curl on this machine asks for localhost.
const trust = compileTrust({ allowedHosts: ['shop.example', 'localhost', '127.0.0.1'] })

// A file that SIGUSR1 opens anew, or stdout for whoever starts us. Without a handler that signal opens
// the inspector of Node.js.
process.on('SIGUSR1', () => {})
const log =
  ACCESS_LOG === undefined
    ? toStream(process.stdout)
    : openFile(ACCESS_LOG, { reopenOn: 'SIGUSR1' })
const format =
  '%({client.address}x)s %({x-request-id}i)s %(p)s %(t)s "%(r)s" %(s)s %(b)s %(D)s %({outcome}x)s'

// As many bytes of a body as nginx lets through.
const app = Fastify({ bodyLimit: 10 * 1024 * 1024 })
observe(app.server, { trust, accessLog: { format, stream: log } })
await app.register(hopwise, { trust })

app.get('/', async (request) => `Hello ${request.forwarded.client.address}\n`)
app.get('/health', async () => ({ pid: process.pid }))
app.get('/whoami', async (request) => request.forwarded)
app.get('/old', async (request, reply) => reply.redirect(request.forwarded.url('/new').href))
app.get('/:article', async (request) => ({ article: request.params.article }))
app.get('/catalogue', async () => 'a line of the catalogue\n'.repeat(300_000))
app.post('/orders', async (request) => ({ taken: JSON.stringify(request.body).length }))

// A stream of ten pieces, one every 100 ms.
app.get('/clock', (_request, reply) => reply.type('text/plain').send(Readable.from(ticks())))
async function* ticks() {
  for (let tick = 1; tick <= 10; tick++) {
    await sleep(100)
    yield `tick ${tick}\n`
  }
}

// A WebSocket that says everything back, and whose guest it is.
const chat = new WebSocketServer({ server: app.server, path: '/chat' })
chat.on('connection', (socket, request) => {
  const { client } = resolveContext(request, trust)
  socket.on('message', (text) => socket.send(`${client.address}: ${text}`))
})

// SIGTERM lets requests end, tells the guests of the chat to go, and writes the last lines.
const onStop = () => {
  for (const socket of chat.clients) socket.close(1001)
}
try {
  await app.ready()
  await listen(app.server, BIND, { group: SOCKET_GROUP, onStop, closeAfter: [app, log] })
} catch (error) {
  // A mistake that starting again does not mend: process managers may look at the code.
  console.error(error.message)
  process.exit(2)
}
