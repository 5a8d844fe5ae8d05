// Responses that other packages wrap too, or whose class is not that of Node.js.

import { createServer, ServerResponse } from 'node:http'
import t from 'tap'
import type { ResponseWatch } from '../../lib/access-log/watch.ts'
import { serve } from '../fixtures/serve.ts'
import { begin, wanted, watched } from '../fixtures/watched.ts'

/** As another package may: what is written is doubled, and a header added. */
function wrap(response: ServerResponse): void {
  const { write, end, writeHead } = response
  Object.assign(response, {
    write: (text: string) => Reflect.apply(write, response, [text.repeat(2)]),
    end: (text: string) => Reflect.apply(end, response, [text.repeat(2)]),
    writeHead: (status: number) => Reflect.apply(writeHead, response, [status, { 'X-A': '1' }]),
  })
}

t.test('a response that somebody wrapped before is heard through his methods', async (t) => {
  const server = createServer((_, response) => {
    wrap(response)
    watch = begin(response, wanted)
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
    wrap(response)
    response.writeHead(201)
    response.write('ab')
    response.end('c')
  })
  t.equal(text, 'ababcc')
  t.equal(bytes, 6)
  t.match(headers, { 'x-a': '1' })
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
      watch = begin(response, wanted)
      response.end('hello')
    })
    const { url, closed } = await serve(t, server)
    await fetch(url)
    await closed()
    t.equal(watch?.bytes, 5)
  },
)

t.test('a writeHead that somebody wrapped before is heard through his', async (t) => {
  let watch: ResponseWatch | undefined
  await watched(t, (_, response) => {
    const { writeHead } = response
    const more = (status: number) => Reflect.apply(writeHead, response, [status, { 'X-A': '1' }])
    Object.assign(response, { writeHead: more })
    watch = begin(response, { ...wanted })
    response.writeHead(201).end()
  })
  t.same(watch?.written, {})
})
