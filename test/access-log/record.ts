// The record of a request that is over.

import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { createRecord, microsSince, responseEnding } from '../../lib/access-log/record.ts'
import type { Wanted } from '../../lib/access-log/wanted.ts'
import { watchResponse } from '../../lib/access-log/watch.ts'
import { compileTrust, type RequestContext, resolveContext } from '../../lib/index.ts'
import type { AccessRecord } from '../../types/access-log.ts'
import { serve } from '../fixtures/serve.ts'

const wanted = { headers: true, times: true } as const

/** The record of one request to a server that answers so. */
async function recordWhen(
  t: Test,
  respond: (response: ServerResponse) => void,
  ask: (url: string) => Promise<unknown>,
  looked: Wanted = wanted,
): Promise<AccessRecord> {
  let record: AccessRecord | undefined
  const server = createServer((request, response) => {
    const context = resolveContext(request, compileTrust())
    watchResponse(response, looked, (watch) => {
      record = createRecord(context, responseEnding(context, response, watch))
    })
    respond(response)
  })
  const { url, closed } = await serve(t, server)
  await ask(url)
  await closed()
  if (record === undefined) throw new Error('no request arrived')
  return record
}

const answer = (status: number) => (response: ServerResponse) => {
  response.writeHead(status, { 'x-a': 'one' }).end('hello')
}

/** The same with this status and a body. */
function recordOf(t: Test, init: RequestInit, status: number): Promise<AccessRecord> {
  return recordWhen(t, answer(status), async (url) => (await fetch(`${url}/p?q`, init)).text())
}

t.test('the parts come from the request and from what was watched', async (t) => {
  const record = await recordOf(
    t,
    { method: 'POST', headers: { 'x-forwarded-for': '192.0.2.7' } },
    200,
  )
  t.match(record, {
    remoteAddr: '127.0.0.1',
    method: 'POST',
    target: '/p?q',
    protocol: 'HTTP/1.1',
    responseHeaders: { 'x-a': 'one' },
    status: 200,
    bytes: 5,
    outcome: 'complete',
    context: { client: { address: '192.0.2.7' } },
  })
  t.ok(Array.isArray(record.requestHeaders) && record.requestHeaders.includes('192.0.2.7'))
  t.ok(Math.abs(Date.now() - Number(record.time)) < 60_000)
  const first = record.firstByteMicros ?? Number.NaN
  t.ok(first >= 0 && first <= record.durationMicros)
})

t.test('a record is plain data, whole in a copy and in JSON', async (t) => {
  const record = await recordOf(t, { headers: { 'x-forwarded-for': '192.0.2.7' } }, 200)
  const names = [
    ...['remoteAddr', 'method', 'target', 'protocol', 'requestHeaders', 'time', 'context'],
    ...['responseHeaders', 'status', 'bytes', 'durationMicros', 'firstByteMicros', 'outcome'],
  ]
  t.same(Object.keys({ ...record }), names)
  t.same(Object.keys(JSON.parse(JSON.stringify(record))), names)
  t.equal(Object.getPrototypeOf(record), Object.prototype)
})

t.test('what is written to HEAD, 204 and 304 is not sent (RFC 9110 6.4.1)', async (t) => {
  t.match(await recordOf(t, { method: 'HEAD' }, 200), { bytes: 0, status: 200 })
  t.match(await recordOf(t, {}, 204), { bytes: 0, status: 204 })
  t.match(await recordOf(t, {}, 304), { bytes: 0, status: 304 })
})

t.test(
  'a context that was made elsewhere has no facts, and makes a record all the same',
  async (t) => {
    const foreign: RequestContext = Object.create(
      resolveContext({ remoteAddress: '192.0.2.1' }, compileTrust()),
    )
    let record: AccessRecord | undefined
    const server = createServer((_, response) => {
      const watch = watchResponse(response, wanted, () => {})
      if (watch) record = createRecord(foreign, responseEnding(foreign, response, watch))
      response.end()
    })
    const { url } = await serve(t, server)
    await fetch(url)
    t.match(record, {
      remoteAddr: '192.0.2.1',
      method: '',
      target: '',
      protocol: 'HTTP/1.1',
      requestHeaders: [],
      status: '-',
      outcome: 'aborted',
    })
  },
)

t.test('a response that failed in this process is an error, not an abort', async (t) => {
  const record = await recordWhen(
    t,
    (response) => response.destroy(new Error('on purpose')),
    (url) => t.rejects(fetch(url)),
  )
  t.match(record, { outcome: 'error', status: '-', firstByteMicros: undefined })
})

t.test('headers that went alone have a status', async (t) => {
  const record = await recordWhen(
    t,
    (response) => {
      response.writeHead(201).flushHeaders()
      setImmediate(() => response.req.socket.destroy())
    },
    async (url) => t.rejects((await fetch(url)).text()),
  )
  t.match(record, { outcome: 'aborted', status: 201 })
})

t.test('a response that waits behind another one is aborted when its client leaves', async (t) => {
  const outcomes = new Map<unknown, unknown>()
  const notice = Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
  const faults: Readonly<Record<string, Error>> = {
    // What newer Node.js says by itself.
    '/left': notice,
    '/reset': Object.assign(new Error('of another connection'), { code: 'ECONNRESET' }),
    '/failed': new Error('aborted'),
  }
  const server = createServer((request, response) => {
    const context = resolveContext(request, compileTrust())
    watchResponse(response, wanted, (watch) => {
      outcomes.set(request.url, responseEnding(context, response, watch).outcome)
    })
    response.on('error', () => {})
    const fault = faults[String(request.url)]
    if (fault !== undefined) response.destroy(fault)
    if (request.url === '/last') request.socket.destroy()
  })
  const { port, closed } = await serve(t, server)
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  const paths = ['/first', ...Object.keys(faults), '/last']
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`).join(''))
  await once(socket.resume(), 'close')
  await closed()
  t.same(Object.fromEntries(outcomes), {
    '/first': 'aborted',
    '/left': 'aborted',
    '/reset': 'error',
    '/failed': 'error',
    '/last': 'aborted',
  })
})

t.test('a response that was handed over whole is complete, even if it fails then', async (t) => {
  const record = await recordWhen(
    t,
    (response) => {
      response.on('error', () => {})
      response.on('finish', () => response.destroy(new Error('on purpose')))
      response.end('hello')
    },
    // All of it may have arrived or not.
    (url) => fetch(url).catch(() => {}),
  )
  t.match(record, { outcome: 'complete', status: 200, bytes: 5 })
})

t.test('what no line needs is not found out', async (t) => {
  const record = await recordWhen(t, answer(200), fetch, { headers: false, times: false })
  t.match(record, { responseHeaders: undefined, durationMicros: 0, firstByteMicros: undefined })
})

t.test('durations are whole microseconds', (t) => {
  t.equal(microsSince(1.5, 2.7509), 1250)
  t.ok(microsSince(performance.now()) >= 0)
  t.end()
})

t.test('under a SCRIPT_NAME that stands in the target, the path is the one below it', (t) => {
  const rawHeaders = ['Host', 'shop.example', 'SCRIPT_NAME', '/app']
  const facts = { remoteAddress: '127.0.0.1', url: '/app/x?q=1', rawHeaders }
  const context = resolveContext(facts, compileTrust({ preset: 'gunicorn' }))
  const record = createRecord(context, { status: 200, bytes: 0, durationMicros: 0 })
  t.match(record, { target: '/app/x?q=1', path: '/x' })
  t.end()
})
