// The option accessLog, and one line for each response.

import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import t from 'tap'
import { type AccessLogOption, compileLogger } from '../../lib/access-log/logger.ts'
import { compileTrust, OptionError, resolveContext } from '../../lib/index.ts'
import { serve } from '../fixtures/serve.ts'

const trust = compileTrust()

/** Compiles whatever JavaScript may pass. */
function compile(option: unknown): unknown {
  return Reflect.apply(compileLogger, undefined, [option])
}

t.test('no log is asked for by leaving it out or by false', (t) => {
  t.equal(compileLogger(undefined), undefined)
  t.equal(compileLogger(false), undefined)
  t.end()
})

t.test('true, a name, a format and options are four ways to ask', async (t) => {
  const lines = t.capture(process.stdout, 'write', () => true)
  const stream = { write: (text: string) => process.stdout.write(text) }
  const options: readonly AccessLogOption[] = [
    true,
    'common',
    '%(m)s %(s)s',
    { stream },
    { format: '%(t)s', stream, timezone: 'UTC' },
  ]
  for (const option of options) {
    const log = compileLogger(option)
    const server = createServer((request, response) => {
      log?.watch(resolveContext(request, trust), response)
      response.end('hello')
    })
    const { url, closed } = await serve(t, server)
    await (await fetch(url)).text()
    await closed()
  }
  const written = lines().map(({ args }) => String(args[0]))
  t.match(written, [
    /^127\.0\.0\.1 - - \[.*\] "GET \/ HTTP\/1\.1" 200 5 "-" "node"\n$/,
    /^127\.0\.0\.1 - - \[.*\] "GET \/ HTTP\/1\.1" 200 5\n$/,
    /^GET 200\n$/,
    /^127\.0\.0\.1 .* "node"\n$/,
    /^\[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\]\n$/,
  ])
})

t.test('a response has one line, whether it ends or its client goes away', async (t) => {
  const lines: string[] = []
  const log = compileLogger({
    format: '%(m)s %(s)s %(b)s %({outcome}x)s',
    stream: { write: (text: string) => lines.push(text) },
  })
  const server = createServer((request, response) => {
    log?.watch(resolveContext(request, trust), response)
    if (request.url === '/whole') response.end('hello')
    else if (request.url === '/part') response.write('hel')
    else if (request.url === '/fails') response.destroy(new Error('on purpose'))
  })
  const { url, closed } = await serve(t, server)
  await (await fetch(`${url}/whole`)).text()
  for (const path of ['/part', '/never', '/fails']) {
    await new Promise<void>((resolve) => {
      const outgoing = httpRequest(url + path, { agent: false }, (response) => {
        response.once('data', () => outgoing.destroy())
        response.on('error', () => {})
      })
      outgoing.on('error', () => {})
      outgoing.once('close', resolve)
      if (path === '/never') setTimeout(() => outgoing.destroy(), 50)
      outgoing.end()
    })
  }
  await closed()
  t.same(lines, [
    'GET 200 5 complete\n',
    'GET 200 3 aborted\n',
    'GET - 0 aborted\n',
    'GET - 0 error\n',
  ])
})

t.test('a request without a response has its line written at once', (t) => {
  const lines: string[] = []
  const log = compileLogger({
    format: '"%(r)s" %(s)s %(b)s %(D)s %({outcome}x)s',
    stream: { write: (text) => lines.push(text) },
  })
  const context = resolveContext({ method: 'GET', url: '/x' }, trust)
  log?.write(context, { status: 408, bytes: 0, durationMicros: 5, outcome: 'error' })
  t.same(lines, ['"GET /x HTTP/1.1" 408 0 5 error\n'])
  t.end()
})

t.test(
  'pipelined requests have their lines, also those that wait when the client leaves',
  async (t) => {
    const lines: string[] = []
    const log = compileLogger({
      format: '%(U)s %(s)s %({outcome}x)s',
      stream: { write: (text) => lines.push(text) },
    })
    const server = createServer((request, response) => {
      log?.watch(resolveContext(request, trust), response)
      if (request.url === '/one') response.end('one')
    })
    const { port, closed } = await serve(t, server)
    const socket = connect(port, '127.0.0.1')
    socket.write(
      ['/one', '/two', '/three'].map((path) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`).join(''),
    )
    await once(socket, 'data')
    socket.destroy()
    await closed()
    t.same(lines.sort(), ['/one 200 complete\n', '/three - aborted\n', '/two - aborted\n'])
  },
)

t.test('the duration is in whole microseconds of a clock that cannot be set back', async (t) => {
  const lines: string[] = []
  const log = compileLogger({ format: '%(D)s', stream: { write: (text) => lines.push(text) } })
  const server = createServer((request, response) => {
    log?.watch(resolveContext(request, trust), response)
    setTimeout(() => response.end(), 20)
  })
  const { url, closed } = await serve(t, server)
  await (await fetch(url)).text()
  await closed()
  t.match(lines, [/^\d+\n$/])
  t.ok(Number(lines[0]) >= 15_000, 'about the 20 ms that the handler took')
})

t.test('a mistake is an error at start-up that names the option', (t) => {
  const mistakes: readonly (readonly [unknown, { code: string; [more: string]: unknown }])[] = [
    [5, { code: 'wrong-type', option: 'accessLog' }],
    [null, { code: 'wrong-type', option: 'accessLog' }],
    [{ formt: 'common' }, { code: 'unknown-option', message: /Did you mean `format`/ }],
    [{ format: 5 }, { code: 'wrong-type', option: 'accessLog.format' }],
    [{ stream: 'stdout' }, { code: 'wrong-type', option: 'accessLog.stream' }],
    [{ stream: null }, { code: 'wrong-type', option: 'accessLog.stream' }],
    [{ escape: 'all' }, { code: 'wrong-type', option: 'accessLog.escape' }],
    [{ timezone: 'No/Where', format: '%(t)s' }, { code: 'bad-timezone' }],
    ['%h', { code: 'bad-format' }],
    ['/var/log/access.log', { code: 'bad-format', message: /stream/ }],
    [':remote-addr :method', { code: 'bad-format', message: /names no value/ }],
  ]
  for (const [option, wanted] of mistakes) {
    t.throws(() => compile(option), wanted)
    t.throws(() => compile(option), OptionError)
  }
  t.end()
})

t.test(
  'a response that two doors watch has one line, and a client that has left has one',
  async (t) => {
    const lines: string[] = []
    const log = compileLogger({
      format: '%(U)s %({outcome}x)s',
      stream: { write: (text) => lines.push(text) },
    })
    const server = createServer((request, response) => {
      const context = resolveContext(request, trust)
      if (request.url === '/twice') {
        log?.watch(context, response)
        log?.watch(context, response)
        response.end()
      } else response.once('close', () => setImmediate(() => log?.watch(context, response)))
    })
    const { url, port, closed } = await serve(t, server)
    await fetch(`${url}/twice`)
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /left HTTP/1.1\r\nHost: h\r\n\r\n')
    await once(server, 'request')
    socket.resetAndDestroy()
    await closed()
    await new Promise((resolve) => setTimeout(resolve, 20))
    t.same(lines, ['/twice complete\n', '/left aborted\n'])
  },
)

t.test('a stream that throws is a warning, not the end of the process', async (t) => {
  const warnings = t.capture(process, 'emitWarning')
  const log = compileLogger({
    format: '%(U)s',
    stream: {
      write() {
        throw new Error('on purpose')
      },
    },
  })
  const context = resolveContext({ url: '/x' }, trust)
  log?.write(context, { status: 200, bytes: 0, durationMicros: 1, outcome: 'complete' })
  t.match(warnings(), [{ args: [/could not be written: Error: on purpose/, 'HopwiseWarning'] }])
})

t.test('a request that Node.js refuses has its answer, unless another one was sent', async (t) => {
  const lines: string[] = []
  const stream = { write: (line: string) => lines.push(line) }
  const log = compileLogger({ format: '%(U)s %(s)s %({outcome}x)s', stream })
  const server = createServer((request, response) => {
    const context = resolveContext(request, trust)
    log?.watch(context, response)
    log?.refuse(context, 408)
    if (request.url === '/sent') response.end('hello')
    else request.socket.destroy()
  })
  const { url, closed } = await serve(t, server)
  await (await fetch(`${url}/sent`)).text()
  await t.rejects(fetch(`${url}/refused`))
  await closed()
  t.same(lines, ['/sent 200 complete\n', '/refused 408 error\n'])
})

t.test(
  'all logs on stdout have one queue: their lines keep the order of the requests',
  async (t) => {
    const written = t.capture(process.stdout, 'write', () => true)
    const logs = [compileLogger('one %(U)s'), compileLogger('two %(U)s')]
    const ending = { status: 200, bytes: 0, durationMicros: 1, outcome: 'complete' } as const
    for (const url of ['/a', '/b']) {
      for (const log of logs) log?.write(resolveContext({ url }, trust), ending)
    }
    await new Promise(setImmediate)
    const text = written().map(({ args }) => args[0])
    t.equal(text.join(''), 'one /a\ntwo /a\none /b\ntwo /b\n')
  },
)

t.test('what is skipped or not sampled is not written', (t) => {
  const lines: string[] = []
  const log = compileLogger({
    format: '%(U)s %(s)s',
    stream: { write: (text) => lines.push(text) },
    skip: ({ target }) => target === '/healthz',
    sample: { ratio: 0.5 },
  })
  const ending = { bytes: 0, durationMicros: 1, outcome: 'complete' } as const
  for (const [url, status] of [
    ...([
      ['/a', 200],
      ['/healthz', 500],
      ['/b', 200],
      ['/c', 404],
      ['/d', 200],
    ] as const),
  ]) {
    log?.write(resolveContext({ url }, trust), { ...ending, status })
  }
  t.same(lines, ['/b 200\n', '/c 404\n'])
  t.end()
})

t.test('a mask covers the private header that the client is read from', (t) => {
  const headers = ['x-other'] as const
  const rawHeaders = ['X-My-Client', '203.0.113.217', 'X-Other', '203.0.113.218']
  const context = resolveContext({ rawHeaders }, trust)
  const ending = { status: 200, bytes: 0, durationMicros: 1 }
  for (const [maskAddress, written] of [
    [undefined, '203.0.113.217 203.0.113.218\n'],
    [true, '203.0.113.0 203.0.113.218\n'],
    [{ ipv4: 16 }, '203.0.0.0 203.0.113.218\n'],
    [{ headers }, '203.0.113.0 203.0.113.0\n'],
  ] as const) {
    const lines: string[] = []
    const format = '%({x-my-client}i)s %({x-other}i)s'
    const option = { format, maskAddress, stream: { write: (text: string) => lines.push(text) } }
    compileLogger(option, 'x-my-client')?.write(context, ending)
    t.same(lines, [written])
  }
  for (const maskAddress of [5, { headers: 'x' }]) {
    const wrong = (): unknown =>
      Reflect.apply(compileLogger, undefined, [{ maskAddress }, 'x-my-client'])
    t.throws(wrong, OptionError)
  }
  t.end()
})
