// What is counted of a response: body bytes, and the headers the application set.

import { EventEmitter, once } from 'node:events'
import { createServer, IncomingMessage, type RequestListener, ServerResponse } from 'node:http'
import { connect, createServer as createHttp2 } from 'node:http2'
import { connect as connectTo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { type ResponseWatch, responseHeaders, watchResponse } from '../../lib/access-log/watch.ts'
import { eventually } from '../fixtures/eventually.ts'
import { heapUsed } from '../fixtures/heap-used.ts'
import { serve } from '../fixtures/serve.ts'
import { begin, wanted, watched } from '../fixtures/watched.ts'

t.test('body bytes are counted however they are written', async (t) => {
  const handlers: Readonly<Record<string, RequestListener>> = {
    'one end': (_, response) => response.end('grüße'),
    'write and end': (_, response) => {
      response.write('grü')
      response.end(Buffer.from('ße'))
    },
    'an encoding': (_, response) => response.end('6772c3bcc39f65', 'hex'),
    'a callback and no chunk': (_, response) => {
      response.write('grüße', () => {})
      response.end(() => {})
    },
    'a typed array': (_, response) => response.end(new TextEncoder().encode('grüße')),
  }
  for (const [name, handler] of Object.entries(handlers)) {
    const { bytes, text, finished } = await watched(t, handler)
    t.equal(bytes, Buffer.byteLength(text), name)
    t.equal(finished, true, name)
  }
})

t.test('chunk framing and headers are not body bytes', async (t) => {
  const { bytes } = await watched(t, (_, response) => {
    response.setHeader('X-Long', 'x'.repeat(1000))
    for (let count = 0; count < 10; count++) response.write('0123456789')
    response.end()
  })
  t.equal(bytes, 100)
})

t.test('the headers of setHeader and of writeHead are seen', async (t) => {
  const forms: readonly RequestListener[] = [
    (_, response) => response.writeHead(201, { 'X-A': 'one', 'X-B': ['1', '2'], 'X-N': 5 }).end(),
    (_, response) => {
      response.setHeader('X-A', 'zero')
      response.writeHead(201, { 'X-A': 'one', 'X-B': ['1', '2'], 'X-N': '5' }).end()
    },
  ]
  for (const handler of forms) {
    const { headers } = await watched(t, handler)
    t.match(headers, { 'x-a': 'one', 'x-b': ['1', '2'], 'x-n': '5' })
  }
})

t.test('a second writeHead throws, and what it was given is not sent', async (t) => {
  const { headers } = await watched(t, (_, response) => {
    response.writeHead(200, { 'X-A': 'one' })
    t.throws(() => response.writeHead(500, { 'X-A': 'two' }))
    response.end()
  })
  t.match(headers, { 'x-a': 'one' })
})

t.test('the status is the one that was sent, whatever is set afterwards', async (t) => {
  const forms: readonly RequestListener[] = [
    (_, response) => {
      response.statusCode = 201
      response.write('a')
      response.statusCode = 500
      response.end('b')
    },
    (_, response) => {
      response.writeHead(201).end('b')
      response.statusCode = 500
    },
  ]
  for (const handler of forms) {
    let watch: ResponseWatch | undefined
    await watched(t, (request, response) => {
      watch = begin(response, wanted)
      handler(request, response)
    })
    t.equal(watch?.status, 201)
  }
})

t.test('headers that the server adds itself are not among them', async (t) => {
  const { headers } = await watched(t, (_, response) => response.end('x'))
  t.same({ ...headers }, {})
})

t.test('a response over HTTP/2 is counted once', async (t) => {
  let watch: ResponseWatch | undefined
  let headers: object | undefined
  const server = createHttp2((_, response) => {
    watch = begin(response, wanted)
    response.once('close', () => {
      headers = watch && responseHeaders(response, watch)
    })
    response.setHeader('x-a', 'one')
    response.write('hello ')
    response.end('world')
  })
  const { url } = await serve(t, server)
  const session = connect(url)
  t.teardown(() => session.close())
  const stream = session.request({ ':path': '/' })
  stream.resume()
  await once(stream, 'close')
  session.close()
  t.equal(watch?.bytes, 11)
  t.match(headers, { 'x-a': 'one' })
})

t.test('the first byte is when something is first handed over', async (t) => {
  let watch: ResponseWatch | undefined
  await watched(t, (_, response) => {
    watch = begin(response, { ...wanted })
    t.equal(watch?.firstByte, undefined)
    response.end('x')
  })
  const { start = Number.NaN, firstByte = Number.NaN } = watch ?? {}
  t.ok(start > 0 && start <= firstByte && firstByte <= performance.now())
})

t.test('and stays that, however many follow', async (t) => {
  let watch: ResponseWatch | undefined
  let first: number | undefined
  await watched(t, async (_, response) => {
    watch = begin(response, wanted)
    response.write('x')
    first = watch.firstByte
    await sleep(5)
    response.write('y')
    response.end('z')
  })
  t.type(first, 'number')
  t.equal(watch?.firstByte, first)
})

t.test('the return values of write and end stay those of Node.js', async (t) => {
  const { text } = await watched(t, (_, response) => {
    t.type(response.write('a'), 'boolean')
    t.equal(response.end('b'), response)
  })
  t.equal(text, 'ab')
})

t.test('who watches later counts from his own beginning', async (t) => {
  const watches: ResponseWatch[] = []
  const { bytes } = await watched(t, (_, response) => {
    response.write('hello ')
    watches.push(begin(response, wanted))
    response.end('world')
  })
  t.equal(bytes, 11)
  t.equal(watches[0]?.bytes, 5)
})

t.test('what cannot be sent is not counted, and what is sent in its place is', async (t) => {
  const { bytes, text } = await watched(t, (_, response) => {
    response.statusMessage = 'not\nvalid'
    t.throws(() => response.end('hello world'))
    response.statusMessage = 'OK'
    response.end('sorry')
    response.end('too late')
    response.on('error', () => {})
    response.write('too late')
  })
  t.equal(text, 'sorry')
  t.equal(bytes, 5)
})

t.test('what is not wanted is not kept', async (t) => {
  let watch: ResponseWatch | undefined
  await watched(t, (_, response) => {
    watch = begin(response, { headers: false, times: false })
    response.writeHead(201, { 'X-A': '1' }).end('hello')
  })
  t.match(watch, { start: 0, bytes: 5, firstByte: undefined, written: undefined })
})

t.test('who watches hears once that a response is over, whoever wrapped it', async (t) => {
  const told: string[] = []
  const server = createServer((request, response) => {
    if (request.url === '/wrapped') Object.assign(response, { emit: EventEmitter.prototype.emit })
    if (request.url === '/emits') response.once('finish', () => response.emit('close'))
    const tell = (): void => void told.push(String(request.url))
    watchResponse(response, { ...wanted }, tell)
    watchResponse(response, { ...wanted }, tell)
    response.end('hello')
  })
  const { url, closed } = await serve(t, server)
  for (const path of ['/plain', '/wrapped', '/emits']) await (await fetch(url + path)).text()
  await closed()
  t.same(told, ['/plain', '/plain', '/wrapped', '/wrapped', '/emits', '/emits'])
})

t.test('a response that is over already is told of at once', async (t) => {
  const told: string[] = []
  const server = createServer((_, response) => {
    const watchLate = (): void => {
      watchResponse(response, wanted, () => told.push('over'))
      t.same(told, ['over'], 'before its connection closes')
    }
    response.once('close', () => setImmediate(watchLate))
    response.end()
  })
  const { url, closed } = await serve(t, server)
  await fetch(url)
  await closed()
  await new Promise(setImmediate)
  t.same(told, ['over'])
})

t.test('a response that waits behind another is over when its client leaves', async (t) => {
  const told: string[] = []
  const server = createServer((request, response) => {
    watchResponse(response, wanted, () => told.push(String(request.url)))
    if (request.url === '/two') response.req.socket.destroy()
  })
  const { port, closed } = await serve(t, server)
  const socket = connectTo(port, '127.0.0.1')
  socket.write(['/one', '/two'].map((path) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`).join(''))
  await once(socket.resume(), 'close')
  await closed()
  t.same(told.sort(), ['/one', '/two'])
})

t.test('nothing of a response that waited behind another stays with its connection', async (t) => {
  let over = 0
  const server = createServer((_, response) => {
    const ofRequest = new Array<number>(10_000).fill(0)
    watchResponse(response, wanted, () => {
      over += Math.sign(ofRequest.length)
    })
    setImmediate(() => response.end())
  })
  const { port } = await serve(t, server)
  const socket = connectTo(port, '127.0.0.1').resume()
  t.teardown(() => socket.destroy())
  const ask = async (requests: number): Promise<void> => {
    const before = over
    socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(requests))
    await eventually(() => over === before + requests)
  }
  await ask(10)
  const before = heapUsed('major')
  await ask(200)
  const used = heapUsed('major') - before
  t.ok(used < 8_000_000, `${used} of 16 MB`)
  t.notOk(socket.destroyed)
})

t.test('a request that is over does not wait for a full collection of garbage', (t) => {
  const socket = new Socket()
  const before = heapUsed('minor')
  for (let count = 0; count < 200; count++) {
    const response = new ServerResponse(new IncomingMessage(socket))
    const ofRequest = new Array<number>(10_000).fill(count)
    response.assignSocket(socket)
    watchResponse(response, wanted, () => ofRequest.length)
    response.detachSocket(socket)
  }
  t.ok(heapUsed('minor') - before < 8_000_000, 'of 16 MB')
  t.end()
})
