// Hostile requests over a real connection: 60 KB headers, floods of lines, hosts that are none.

import { createServer } from 'node:http'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import hopwise, { type ForwardedRequest } from '../../lib/express.ts'
import { serve } from '../fixtures/serve.ts'

const SIZE = 60_000

/** A text of this size made of a piece. */
function fill(piece: string): string {
  return piece.repeat(Math.floor(SIZE / piece.length))
}

/** What came back: from the application the client and the problems, from the door a refusal. */
interface Answer {
  readonly status: number
  readonly body: string
}

/** A server that takes large headers; the function asks it with these header lines. */
async function start(t: Test, headers: readonly string[]) {
  const forwarded = hopwise({ headers, accessLog: { stream: { write: () => {} } } })
  const server = createServer(
    { maxHeaderSize: 256 * 1024 },
    (request: ForwardedRequest, response) => {
      forwarded(request, response, () => {
        const { client, problems = [] } = request.forwarded ?? {}
        response.end([client?.address, ...problems.map(({ code }) => code)].join(' '))
      })
    },
  )
  const { port } = await serve(t, server)
  return async (...lines: readonly string[]): Promise<Answer> => {
    const socket = connect(port, '127.0.0.1')
    const head = ['GET /x HTTP/1.1', 'Connection: close', ...lines, '', ''].join('\r\n')
    socket.write(Buffer.from(head, 'latin1'))
    let text = ''
    for await (const chunk of socket.setEncoding('latin1')) text += chunk
    const end = text.indexOf('\r\n\r\n')
    const body = text.slice(end + 4).replace(/^[\da-f]+\r\n|\r\n0\r\n\r\n$/g, '')
    return { status: Number(text.split(' ', 2)[1]), body }
  }
}

const shapes: Readonly<Record<string, string>> = {
  commas: fill(','),
  'one token': fill('a'),
  'trusted addresses': fill('127.0.0.1, '),
  'other addresses': fill('198.51.100.66, '),
  quotes: fill('"'),
  backslashes: fill('\\'),
  blanks: fill(' '),
  'blanks and commas': fill(' ,'),
  'control bytes of latin-1': fill('\x80'),
}

t.test('behind 60 KB of anything stands what the proxy appended to X-Forwarded-For', async (t) => {
  const ask = await start(t, ['x-forwarded-for'])
  for (const [name, text] of Object.entries(shapes)) {
    const { status, body } = await ask(
      'Host: shop.example',
      `X-Forwarded-For: ${text}, 203.0.113.7`,
    )
    t.same({ status, body }, { status: 200, body: '203.0.113.7' }, name)
  }
})

t.test('60 KB of anything alone is never a client', async (t) => {
  const wanted: Readonly<Record<string, string>> = {
    commas: '127.0.0.1',
    blanks: '127.0.0.1',
    'blanks and commas': '127.0.0.1',
    'other addresses': '198.51.100.66',
    'trusted addresses': ' too-many-hops',
  }
  const ask = await start(t, ['x-forwarded-for'])
  for (const [name, text] of Object.entries(shapes)) {
    const { status, body } = await ask('Host: shop.example', `X-Forwarded-For: ${text}`)
    t.same({ status, body }, { status: 200, body: wanted[name] ?? ' bad-client' }, name)
  }
})

t.test(
  'behind 60 KB of anything in Forwarded stands the element of the proxy, or nobody',
  async (t) => {
    const ask = await start(t, ['forwarded'])
    for (const [name, text] of Object.entries(shapes)) {
      const line = `Forwarded: ${text}, for=203.0.113.7`
      t.same(await ask('Host: shop.example', line), { status: 200, body: '203.0.113.7' }, name)
    }
    const open = await ask('Host: shop.example', `Forwarded: x="${fill('a')}, for=203.0.113.7`)
    t.same(open, { status: 200, body: ' bad-forwarded' }, 'an open quote swallows it')
  },
)

t.test('a single-address header of 60 KB is no address', async (t) => {
  const ask = await start(t, ['x-real-ip'])
  for (const [name, text] of Object.entries(shapes)) {
    const body = text.trim() === '' ? '127.0.0.1' : ' bad-client'
    t.same(await ask('Host: shop.example', `X-Real-IP: ${text}`), { status: 200, body }, name)
  }
})

t.test('1,100 lines of a client push out what the proxy appended: refused', async (t) => {
  const ask = await start(t, ['x-forwarded-for'])
  const flood = Array.from({ length: 1100 }, (_, index) => `X-${index}: y`)
  const { status, body } = await ask('Host: shop.example', ...flood, 'X-Forwarded-For: 203.0.113.7')
  t.equal(status, 431)
  // Newer Node.js refuses it by itself, without a word.
  t.ok(['431 Request Header Fields Too Large: too-many-headers\n', ''].includes(body), body)
})

t.test('a Host that is none is refused, whatever is wrong with it', async (t) => {
  const ask = await start(t, ['x-forwarded-for'])
  const hosts = [
    ...['user@shop.example', 'shop.example/evil', 'shop.example?x', 'shop.example#x', 'a b'],
    ...['[shop.example]', '[::1', '::1', 'shop.example:0', 'shop.example:65536', 'a..b', '.a'],
    ...['0x7f.1', '1.2.3', 'ev%69l.example', 'a\\b', 'a"b', 'a,b', 'caf\xe9.example', fill('a')],
  ]
  for (const host of hosts) {
    const { status, body } = await ask(`Host: ${host}`)
    t.same([status, body], [400, '400 Bad Request: bad-host\n'], host.slice(0, 40))
  }
  const { status, body } = await ask('Host: shop.example', 'Host: evil.example')
  t.same([status, body], [400, '400 Bad Request: bad-host\n'], 'two of them')
})
