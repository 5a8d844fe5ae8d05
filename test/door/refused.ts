// What can be told of a request that Node.js refused.

import t from 'tap'
import { isRefusal, refusedRequest, refusedStatus } from '../../lib/door/refused.ts'

/** An error as the server's 'clientError' has it. */
function clientError(code: string, rawPacket?: string, bytesParsed?: number): Error {
  const packet = rawPacket === undefined ? undefined : Buffer.from(rawPacket, 'latin1')
  return Object.assign(new Error('x'), { code, rawPacket: packet, bytesParsed })
}

t.test('errors of the parser and time-outs are refusals, a reset connection is not', (t) => {
  t.equal(isRefusal(clientError('HPE_INVALID_METHOD')), true)
  t.equal(isRefusal(clientError('ERR_HTTP_REQUEST_TIMEOUT')), true)
  t.equal(isRefusal(clientError('ECONNRESET')), false)
  t.equal(isRefusal(new Error('no code')), false)
  t.end()
})

t.test('the status is what Node.js answers (http.Server, event clientError)', (t) => {
  t.equal(refusedStatus(clientError('HPE_INVALID_METHOD')), 400)
  t.equal(refusedStatus(clientError('HPE_HEADER_OVERFLOW')), 431)
  t.equal(refusedStatus(clientError('HPE_CHUNK_EXTENSIONS_OVERFLOW')), 413)
  t.equal(refusedStatus(clientError('ERR_HTTP_REQUEST_TIMEOUT')), 408)
  t.equal(refusedStatus(new Error('no code')), 400)
  t.equal(refusedStatus(clientError('constructor')), 400)
  t.end()
})

t.test('the request line is told where the packet holds it', (t) => {
  const socket = { remoteAddress: '192.0.2.1' }
  const packet = 'GET /a?b HTTP/1.0\r\nHost: x\r\nBad header\r\n\r\n'
  t.match(refusedRequest(clientError('HPE_X', packet, 30), socket), {
    socket,
    rawHeaders: [],
    method: 'GET',
    url: '/a?b',
    httpVersion: '1.0',
  })
  const unknown = { method: '-', url: '-', httpVersion: '1.1' }
  for (const text of [
    undefined,
    '',
    'garbage',
    '\x16\x03\x01\x02',
    'GET / HTTP/1.1',
    'G T / HTTP/1.1\r\n',
  ]) {
    t.match(refusedRequest(clientError('HPE_X', text, text?.length), socket), unknown, String(text))
  }
  t.end()
})

t.test('of several requests in a packet it is the one that broke off', (t) => {
  const first = 'GET /first HTTP/1.1\r\nHost: x\r\n\r\n'
  const second = 'POST /second HTTP/1.1\r\nBad header\r\n\r\n'
  const error = clientError('HPE_X', first + second, first.length + 30)
  t.match(refusedRequest(error, {}), { method: 'POST', url: '/second' })
  t.match(refusedRequest(clientError('HPE_X', first + second), {}), { url: '/first' })
  t.end()
})

t.test('a request line that does not end is not looked for without end', (t) => {
  const error = clientError(
    'HPE_HEADER_OVERFLOW',
    `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n`,
    20_000,
  )
  t.match(refusedRequest(error, {}), { method: '-', url: '-' })
  t.end()
})
