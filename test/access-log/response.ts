// What a response is asked, and what is read of what is handed over to it.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, createServer as createHttp2 } from 'node:http2'
import t from 'tap'
import { isClosed, sizeOf, writtenHeaders } from '../../lib/access-log/response.ts'
import { serve } from '../fixtures/serve.ts'

t.test('a chunk is as many bytes as its encoding makes of it', (t) => {
  t.equal(sizeOf('grüße', undefined), 7)
  t.equal(sizeOf('grüße', 'latin1'), 5)
  t.equal(sizeOf('6772c3bc', 'hex'), 4)
  t.equal(sizeOf('grüße', 'no-encoding'), 7)
  t.equal(
    sizeOf('grüße', () => {}),
    7,
  )
  t.equal(sizeOf(new Uint8Array(3), undefined), 3)
  t.equal(sizeOf(undefined, undefined), 0)
  t.equal(
    sizeOf(() => {}, undefined),
    0,
  )
  t.end()
})

t.test('headers are read in every form that writeHead takes', (t) => {
  const pairs = [
    ['X-A', 'one'],
    ['X-B', ['1', '2']],
    ['X-N', '5'],
  ]
  const forms = [{ 'X-A': 'one', 'X-B': ['1', '2'], 'X-N': 5 }, pairs, pairs.flat(1)]
  for (const form of forms) {
    t.same(writtenHeaders(form), { 'x-a': 'one', 'x-b': ['1', '2'], 'x-n': '5' })
  }
  for (const none of [200, 'OK', undefined, null]) t.same(writtenHeaders(none), {})
  t.end()
})

t.test('a response is closed once it has said so', async (t) => {
  let before: boolean | undefined
  let after: boolean | undefined
  const server = createServer((_, response) => {
    before = isClosed(response)
    response.once('close', () => {
      after = isClosed(response)
    })
    response.end()
  })
  const { url, closed } = await serve(t, server)
  await fetch(url)
  await closed()
  t.same([before, after], [false, true])
})

t.test('a response over HTTP/2 is closed with its stream', async (t) => {
  let after: boolean | undefined
  const server = createHttp2((_, response) => {
    t.equal(isClosed(response), false)
    response.once('close', () => {
      after = isClosed(response)
    })
    response.end()
  })
  const { url, closed } = await serve(t, server)
  const session = connect(url)
  const stream = session.request({ ':path': '/' })
  stream.resume()
  await once(stream, 'close')
  session.close()
  await closed()
  t.equal(after, true)
})
