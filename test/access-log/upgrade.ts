// Connections that are handed over: the status of the answer, and the bytes behind it.

import { PassThrough } from 'node:stream'
import t from 'tap'
import type { Ending } from '../../lib/access-log/record.ts'
import { watchUpgrade } from '../../lib/access-log/upgrade.ts'

/** What is told of a connection to which these chunks are written. */
async function endingOf(
  ...chunks: readonly (string | Uint8Array | (() => void))[]
): Promise<Ending> {
  const socket = new PassThrough()
  const over = new Promise<Ending>((resolve) => watchUpgrade(socket, resolve))
  socket.resume()
  for (const chunk of chunks.slice(0, -1)) socket.write(chunk)
  const last = chunks.at(-1)
  if (last === undefined) socket.destroy()
  else socket.end(last)
  return over
}

t.test('the status is that of the answer, the bytes are those behind its headers', async (t) => {
  const answer = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n'
  t.match(await endingOf(answer, 'frame', Buffer.from('frame')), {
    status: '101',
    bytes: 10,
    outcome: 'complete',
  })
  t.match(await endingOf(`${answer}12`, '3'), { status: '101', bytes: 3 })
  t.match(await endingOf(`${answer}12`, () => {}), { status: '101', bytes: 2 })
  t.match(await endingOf(answer.slice(0, 10), answer.slice(10), '1'), { status: '101', bytes: 1 })
  t.match(await endingOf('HTTP/1.1 403 Forbidden\r\n\r\nno'), { status: '403', bytes: 2 })
  t.match(await endingOf(Buffer.from(`${answer}1`), '2'), { status: '101', bytes: 2 })
})

t.test('bytes are counted in the encoding that they are written in', async (t) => {
  const socket = new PassThrough()
  const over = new Promise<Ending>((resolve) => watchUpgrade(socket, resolve))
  socket.resume()
  socket.write(Buffer.from('HTTP/1.1 101 Switching\r\n\r\n').toString('base64'), 'base64')
  socket.write('00112233', 'hex')
  socket.write('\xff\xfe', 'latin1')
  socket.end('grüße', 'utf8')
  t.match(await over, { status: '101', bytes: 4 + 2 + 7 })
})

t.test('without an answer there is no status', async (t) => {
  t.match(await endingOf(), { status: '-', bytes: 0, outcome: 'aborted' })
  t.match(await endingOf('HTTP/1.1 101 '), { status: '-', bytes: 0, outcome: 'aborted' })
  t.match(await endingOf('not HTTP\r\n\r\n12'), { status: '-', bytes: 2, outcome: 'complete' })
  t.ok(Number.isInteger((await endingOf()).durationMicros))
})

t.test('what is no answer is not kept: a tunnel may write without end', async (t) => {
  const chunk = 'x'.repeat(10_000)
  t.match(await endingOf(chunk, chunk, chunk), { status: '-', bytes: 30_000, outcome: 'complete' })
  const longest = 'HTTP/1.1 101 Switching\r\nX: '.padEnd(16_384, 'x')
  t.match(await endingOf(longest, '\r\n\r\n12'), { status: '101', bytes: 2 })
  t.match(await endingOf(`${longest}x`, '\r\n\r\n12'), { status: '101', bytes: 16_385 + 6 })
})
