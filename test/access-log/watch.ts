// What is counted of a response: body bytes, and the headers the application set.

import { once } from 'node:events'
import { createServer, type RequestListener, ServerResponse } from 'node:http'
import { connect, createServer as createHttp2 } from 'node:http2'
import t, { type Test } from 'tap'
import { type ResponseWatch, responseHeaders, watchResponse } from '../../lib/access-log/watch.ts'
import { serve } from '../fixtures/serve.ts'

const wanted = { headers: true, times: true } as const

/** What was watched of one response, after it is over. */
async function watched(
  t: Test,
  handler: RequestListener,
  init?: RequestInit,
): Promise<{
  bytes: number
  headers: ReturnType<typeof responseHeaders>
  text: string
  finished: boolean
}> {
  let watch: ResponseWatch | undefined
  let headers: ReturnType<typeof responseHeaders> = {}
  const server = createServer((request, response) => {
    watch = watchResponse(response, wanted)
    response.once('close', () => {
      if (watch !== undefined) headers = responseHeaders(response, watch)
    })
    handler(request, response)
  })
  const { url, closed } = await serve(t, server)
  const text = await (await fetch(url, init)).text()
  await closed()
  if (watch === undefined) throw new Error('no request arrived')
  return { bytes: watch.bytes, headers, text, finished: watch.finished }
}

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
    'an encoding that does not exist yet': (_, response) => {
      response.write('grüße', 'utf8')
      response.end()
    },
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

t.test('the headers of setHeader and of writeHead are seen, in every form it takes', async (t) => {
  const forms: readonly RequestListener[] = [
    (_, response) => response.writeHead(201, { 'X-A': 'one', 'X-B': ['1', '2'], 'X-N': 5 }).end(),
    (_, response) =>
      response.writeHead(201, 'Made', { 'X-A': 'one', 'X-B': ['1', '2'], 'X-N': 5 }).end(),
    (_, response) => response.writeHead(201, ['X-A', 'one', 'X-B', ['1', '2'], 'X-N', '5']).end(),
    (_, response) => {
      const pairs = [
        ['X-A', 'one'],
        ['X-B', ['1', '2']],
        ['X-N', '5'],
        ['X-Z', 'z'],
      ]
      Reflect.apply(response.writeHead, response, [201, pairs])
      response.end()
    },
    (_, response) => {
      response.setHeader('X-A', 'one')
      response.setHeader('X-B', ['1', '2'])
      response.setHeader('X-N', '5')
      response.writeHead(201).end()
    },
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

t.test('headers that the server adds itself are not among them', async (t) => {
  const { headers } = await watched(t, (_, response) => response.end('x'))
  t.same({ ...headers }, {})
})

t.test('a response over HTTP/2 is counted once', async (t) => {
  let watch: ResponseWatch | undefined
  let headers: object | undefined
  const server = createHttp2((_, response) => {
    watch = watchResponse(response, wanted)
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
  let before = 0
  const server = createServer((_, response) => {
    watch = watchResponse(response, wanted)
    t.equal(watch?.firstByte, undefined)
    before = performance.now()
    response.end('x')
  })
  const { url } = await serve(t, server)
  await (await fetch(url)).text()
  const first = watch?.firstByte ?? Number.NaN
  t.ok(first >= before && first <= performance.now())
})

t.test('the return values of write and end stay those of Node.js', async (t) => {
  const { text } = await watched(t, (_, response) => {
    t.type(response.write('a'), 'boolean')
    t.equal(response.end('b'), response)
  })
  t.equal(text, 'ab')
})

t.test('who watches twice is told so; another one counts from his own beginning', async (t) => {
  const other = { ...wanted }
  const watches: (ResponseWatch | undefined)[] = []
  const { bytes } = await watched(t, (_, response) => {
    t.equal(watchResponse(response, wanted), undefined)
    response.write('hello ')
    watches.push(watchResponse(response, other))
    t.equal(watchResponse(response, other), undefined)
    response.end('world')
  })
  t.equal(bytes, 11)
  t.equal(watches[0]?.bytes, 5)
})

t.test('a response that somebody wrapped before is heard through his methods', async (t) => {
  const server = createServer((_, response) => {
    const { write, end, writeHead } = response
    Object.assign(response, {
      write: (text: string) => Reflect.apply(write, response, [text.repeat(2)]),
      end: (text: string) => Reflect.apply(end, response, [text.repeat(2)]),
      writeHead: (status: number) => Reflect.apply(writeHead, response, [status, { 'X-A': '1' }]),
    })
    watch = watchResponse(response, wanted)
    response.writeHead(201)
    response.write('ab')
    response.end('c')
  })
  let watch: ResponseWatch | undefined
  const { url, closed } = await serve(t, server)
  t.equal(await (await fetch(url)).text(), 'ababcc')
  await closed()
  t.match(watch, { bytes: 3, finished: true, written: {} })
})

t.test('a response that somebody wraps afterwards is heard behind his methods', async (t) => {
  const { bytes, headers, text } = await watched(t, (_, response) => {
    const { write, end, writeHead } = response
    Object.assign(response, {
      write: (text: string) => Reflect.apply(write, response, [text.repeat(2)]),
      end: (text: string) => Reflect.apply(end, response, [text.repeat(2)]),
      writeHead: (status: number) => Reflect.apply(writeHead, response, [status, { 'X-A': '1' }]),
    })
    response.writeHead(201)
    response.write('ab')
    response.end('c')
  })
  t.equal(text, 'ababcc')
  t.equal(bytes, 6)
  t.match(headers, { 'x-a': '1' })
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

t.test(
  'of a class of its own, whose end goes by way of write, each byte is counted once',
  async (t) => {
    class Response extends ServerResponse {
      override end(...args: unknown[]): this {
        this.write(args[0])
        super.end()
        return this
      }
    }
    let watch: ResponseWatch | undefined
    const server = createServer({ ServerResponse: Response }, (_, response) => {
      watch = watchResponse(response, wanted)
      response.end('hello')
    })
    const { url, closed } = await serve(t, server)
    await fetch(url)
    await closed()
    t.equal(watch?.bytes, 5)
  },
)

t.test('what is not wanted is not kept', async (t) => {
  let watch: ResponseWatch | undefined
  const server = createServer((_, response) => {
    watch = watchResponse(response, { headers: false, times: false })
    response.writeHead(201, { 'X-A': '1' }).end('hello')
  })
  const { url, closed } = await serve(t, server)
  await fetch(url)
  await closed()
  t.match(watch, { bytes: 5, firstByte: undefined, written: undefined })
})

t.test('a response that nobody watches is written as ever', async (t) => {
  const { url } = await serve(
    t,
    createServer((_, response) => {
      response.writeHead(201, { 'X-A': '1' })
      response.write('hello ')
      response.end('world')
    }),
  )
  const response = await fetch(url)
  t.equal(await response.text(), 'hello world')
  t.equal(response.headers.get('x-a'), '1')
})
