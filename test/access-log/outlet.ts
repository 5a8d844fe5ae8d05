// Whole, or broken off: over sockets that really break, and streams that are really reset.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  connect as connectHttp2,
  createServer as createHttp2,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import { connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { responseEnding } from '../../lib/access-log/record.ts'
import type { AnyResponse } from '../../lib/access-log/response.ts'
import { watchResponse } from '../../lib/access-log/watch.ts'
import { compileTrust, resolveContext } from '../../lib/index.ts'
import { eventually } from '../fixtures/eventually.ts'
import { serve } from '../fixtures/serve.ts'
import { wanted } from '../fixtures/watched.ts'

const trust = compileTrust()

/** What is told of a response when it is over: status and outcome. */
function tellTo(
  told: unknown[],
  request: IncomingMessage | Http2ServerRequest,
  response: AnyResponse,
) {
  const context = resolveContext(request, trust)
  watchResponse(response, wanted, (watch) => {
    const { status, outcome } = responseEnding(context, response, watch)
    told.push([status, outcome])
  })
}

/** More than the buffers of both ends take. */
const big = Buffer.alloc(32 * 1024 * 1024, 'x')

/** One request, and what is told of it. `breakOff` is called once the first bytes have come. */
async function overHttp1(
  t: Test,
  answer: (response: ServerResponse) => void,
  breakOff: (socket: Socket) => void = () => {},
): Promise<unknown> {
  const told: unknown[] = []
  const server = createServer((request, response) => {
    response.on('error', () => {})
    tellTo(told, request, response)
    answer(response)
  })
  const { port, closed } = await serve(t, server)
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  socket.write('GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
  await Promise.race([once(socket, 'data'), once(socket, 'close')])
  breakOff(socket)
  socket.resume()
  await eventually(() => told.length > 0)
  socket.destroy()
  await closed()
  return told
}

t.test('over HTTP/1 a response that breaks off while it is written is not complete', async (t) => {
  const destroy = (socket: Socket) => void socket.destroy()
  const reset = (socket: Socket) => void socket.resetAndDestroy()
  for (const breakOff of [destroy, reset]) {
    t.same(await overHttp1(t, (response) => response.end(big), breakOff), [[200, 'aborted']])
  }
  const given = (response: ServerResponse): void => {
    response.end(big)
    setImmediate(() => response.req.socket.destroy())
  }
  t.same(await overHttp1(t, given), [[200, 'aborted']])
  const late = (response: ServerResponse): void => {
    response.req.socket.destroy()
    response.end('hello')
  }
  t.same(await overHttp1(t, late), [[200, 'aborted']])
  t.same(await overHttp1(t, (response) => response.end(big)), [[200, 'complete']])
})

t.test('over HTTP/1 what has left the process is complete, whatever breaks then', async (t) => {
  const given = (response: ServerResponse): void => {
    response.end('hello')
    response.req.socket.destroy()
  }
  t.same(await overHttp1(t, given), [[200, 'complete']])
  const reset = (socket: Socket) => void socket.resetAndDestroy()
  t.same(await overHttp1(t, (response) => response.end('hello'), reset), [[200, 'complete']])
})

t.test('a response behind one that breaks off has not left', async (t) => {
  const told: unknown[] = []
  const server = createServer((request, response) => {
    tellTo(told, request, response)
    if (request.url === '/second') {
      response.end('hello')
      setImmediate(() => request.socket.destroy())
    }
  })
  const { port, closed } = await serve(t, server)
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  const lines = ['/first', '/second'].map((path) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`)
  socket.write(lines.join(''))
  await eventually(() => told.length === 2)
  await closed()
  t.same(told.map(String).sort(), ['-,aborted', '200,aborted'])
})

/** One request over HTTP/2, and what is told of it. */
async function overHttp2(
  t: Test,
  answer: (response: Http2ServerResponse) => void,
  breakOff?: 'stream' | 'session',
): Promise<unknown> {
  const told: unknown[] = []
  const begun: Http2ServerResponse[] = []
  const server = createHttp2((request, response) => {
    response.stream.on('error', () => {})
    tellTo(told, request, response)
    answer(response)
    begun.push(response)
  })
  const { url } = await serve(t, server)
  const session = connectHttp2(url).on('error', () => {})
  const stream = session.request({ ':path': '/' }).on('error', () => {})
  await eventually(() => begun.length === 1)
  if (breakOff === 'stream') stream.close(8)
  else if (breakOff === 'session') session.destroy()
  else stream.resume()
  await eventually(() => told.length === 1)
  session.destroy()
  return told
}

t.test('over HTTP/2 a stream that is reset, or whose connection goes, is aborted', async (t) => {
  for (const breakOff of ['stream', 'session'] as const) {
    t.same(await overHttp2(t, () => {}, breakOff), [['-', 'aborted']])
    const partly = (response: Http2ServerResponse) => void response.write('x')
    t.same(await overHttp2(t, partly, breakOff), [[200, 'aborted']])
    const whole = (response: Http2ServerResponse) => void response.end(big)
    t.same(await overHttp2(t, whole, breakOff), [[200, 'aborted']])
  }
  const given = (response: Http2ServerResponse): void => {
    response.write('x')
    setImmediate(() => response.stream.close(2))
  }
  t.same(await overHttp2(t, given), [[200, 'aborted']])
})

t.test('over HTTP/2 a response that ends is complete', async (t) => {
  for (const body of ['', 'hello', big]) {
    t.same(await overHttp2(t, (response) => void response.end(body)), [[200, 'complete']])
  }
})
