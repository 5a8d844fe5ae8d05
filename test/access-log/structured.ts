// The fields of json and logfmt, by the names and the meanings of OpenTelemetry's conventions.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { compileFields, fieldNames } from '../../lib/access-log/structured.ts'
import { compileTrust, type RequestFacts, resolveContext } from '../../lib/index.ts'
import { record } from '../fixtures/record.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

/** The fields of a record that are there. */
function fieldsOf(
  parts: Parameters<typeof record>[0] = {},
  options: Parameters<typeof compileFields>[0] = {},
): Readonly<Record<string, unknown>> {
  const made = record(parts)
  const all = compileFields(options).map(({ name, read }) => [name, read(made)])
  return Object.fromEntries(all.filter(([, value]) => value !== undefined))
}

function contextOf(facts: RequestFacts): ReturnType<typeof resolveContext> {
  const headers = ['x-forwarded-for', 'x-forwarded-proto'] as const
  return resolveContext(facts, compileTrust({ forwardedAllowIps: '10.0.0.2', headers }))
}

const context = contextOf({
  remoteAddress: '10.0.0.2',
  remotePort: 4000,
  rawHeaders: [
    ...['Host', 'Shop.example:8443', 'X-Forwarded-Proto', 'https'],
    ...['X-Forwarded-For', '203.0.113.7:51234'],
  ],
})

t.test('a record with all there is has every field, in the order of the table', (t) => {
  const nobody = contextOf({
    remoteAddress: '10.0.0.2',
    remotePort: 4000,
    rawHeaders: ['Host', 'a.example:81', 'X-Forwarded-For', '1.2.3.4:5', 'X-Forwarded-Proto', 'x'],
  })
  const parts = {
    context: nobody,
    outcome: 'complete',
    firstByteMicros: 1,
    method: 'PURGE',
  } as const
  t.same(Object.keys(fieldsOf(parts)), fieldNames)
  t.end()
})

// opentelemetry.io: HTTP server span, network attributes; http.server.request.duration is in
// seconds.
t.test('the fields are those of an HTTP server span', (t) => {
  t.strictSame(fieldsOf({ context, outcome: 'complete', firstByteMicros: 1500 }), {
    timestamp: '2026-11-20T11:29:06.216Z',
    'client.address': '203.0.113.7',
    'client.port': 51234,
    'network.peer.address': '10.0.0.2',
    'network.peer.port': 4000,
    'http.request.method': 'GET',
    'url.scheme': 'https',
    'server.address': 'shop.example',
    'server.port': 8443,
    'url.path': '/path/to%20it',
    'url.query': 'x=1&y=%22',
    'network.protocol.name': 'http',
    'network.protocol.version': '1.1',
    'user_agent.original': 'agent/1.0',
    'http.response.status_code': 200,
    'http.response.body.size': 12,
    'http.server.request.duration': 2.001076,
    'hopwise.time_to_first_byte': 0.0015,
    'hopwise.outcome': 'complete',
  })
  t.end()
})

t.test('a record without a context has what it knows itself', (t) => {
  t.same(Object.keys(fieldsOf()), [
    'timestamp',
    'network.peer.address',
    'http.request.method',
    'url.path',
    'url.query',
    'network.protocol.name',
    'network.protocol.version',
    'user_agent.original',
    'http.response.status_code',
    'http.response.body.size',
    'http.server.request.duration',
  ])
  t.end()
})

t.test('what is not known is left out', (t) => {
  const empty = fieldsOf({
    remoteAddr: '',
    method: '',
    target: '',
    protocol: 'HTTP/1.2',
    requestHeaders: [],
    status: '-',
    bytes: Number.NaN,
    time: new Date(Number.NaN),
    durationMicros: Number.POSITIVE_INFINITY,
    firstByteMicros: undefined,
    context: contextOf({ unix: true, rawHeaders: ['Host', 'h', 'X-Forwarded-For', 'unknown'] }),
  })
  t.strictSame(empty, {
    'url.scheme': 'http',
    'server.address': 'h',
    'server.port': 80,
    'hopwise.problems': ['unknown-client'],
  })
  t.end()
})

t.test('a method that the convention does not know is _OTHER, and told besides', (t) => {
  for (const method of 'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH'.split(' ')) {
    const fields = fieldsOf({ method })
    t.equal(fields['http.request.method'], method)
    t.equal(fields['http.request.method_original'], undefined)
  }
  for (const method of ['PROPFIND', 'get', 'x"y']) {
    const fields = fieldsOf({ method })
    t.equal(fields['http.request.method'], '_OTHER')
    t.equal(fields['http.request.method_original'], method)
  }
  t.end()
})

t.test('the version is the actual one, as the convention writes it', (t) => {
  const versions = { '1.0': '1.0', '1.1': '1.1', '2': '2', '2.0': '2', '3': '3', '3.0': '3' }
  for (const [http, version] of Object.entries(versions)) {
    const fields = fieldsOf({ protocol: `HTTP/${http}` })
    t.equal(fields['network.protocol.name'], 'http')
    t.equal(fields['network.protocol.version'], version)
  }
  t.equal(fieldsOf({ protocol: 'constructor' })['network.protocol.version'], undefined)
  t.end()
})

t.test('a status is a number of three digits, however it is given', (t) => {
  for (const status of [200, '200']) {
    t.equal(fieldsOf({ status })['http.response.status_code'], 200)
  }
  for (const status of ['', '-', 'None', '2e2', 20, ' 200']) {
    t.equal(fieldsOf({ status })['http.response.status_code'], undefined)
  }
  t.end()
})

t.test('the address of the server has no brackets', (t) => {
  const six = contextOf({ remoteAddress: '192.0.2.1', rawHeaders: ['Host', '[2001:db8::1]:81'] })
  t.equal(fieldsOf({ context: six })['server.address'], '2001:db8::1')
  t.equal(fieldsOf({ context: six })['server.port'], 81)
  t.end()
})

t.test('path and query are as sent, or as the record has them (RFC 9112 3.2)', (t) => {
  const cases = [
    [{ target: '/a%0a?b#c' }, '/a%0a', 'b'],
    [{ target: 'http://h.example/a?b' }, '/a', 'b'],
    [{ target: 'http://h.example' }, undefined, undefined],
    [{ target: '*' }, undefined, undefined],
    [{ target: 'h.example:443' }, undefined, undefined],
    [{ target: '/a?b', path: '/hidden', query: 'c' }, '/hidden', 'c'],
    [{ target: '*', path: '/given' }, '/given', undefined],
  ] as const
  for (const [parts, path, query] of cases) {
    const fields = fieldsOf(parts)
    t.equal(fields['url.path'], path, parts.target)
    t.equal(fields['url.query'], query, parts.target)
  }
  t.end()
})

t.test('a User-Agent that is there but empty is there', (t) => {
  t.equal(fieldsOf({ requestHeaders: ['User-Agent', ''] })['user_agent.original'], '')
  t.end()
})

t.test('what has the wrong type is text where text may stand, and else left out', (t) => {
  const parts = { bytes: '12', status: null, outcome: {}, time: null, context: 'none' }
  const fields = fieldsOf(JSON.parse(JSON.stringify(parts)))
  t.equal(fields['hopwise.outcome'], '[object Object]')
  const absent = ['http.response.body.size', 'http.response.status_code', 'timestamp', 'url.scheme']
  for (const name of absent) t.notOk(name in fields, name)
  t.end()
})

t.test('headers are printed where asked for only, a list of lines each', (t) => {
  const fields = fieldsOf(
    {},
    {
      requestHeaders: ['X-Dup', 'x-none', 'x-dup', 'X-Empty'],
      responseHeaders: ['Set-Cookie', 'age'],
    },
  )
  const headers = Object.entries(fields).filter(([name]) => name.includes('.header.'))
  t.strictSame(Object.fromEntries(headers), {
    'http.request.header.x-dup': ['one', 'two'],
    'http.request.header.x-empty': [''],
    'http.response.header.set-cookie': ['a=1', 'b=2'],
    'http.response.header.age': ['5'],
  })
  t.end()
})

t.test('what is no list of header names is an error at start-up', (t) => {
  for (const names of ['referer', [''], ['a b'], [5], ['x:'], null, {}, ['ok', 'é']]) {
    for (const side of ['requestHeaders', 'responseHeaders'] as const) {
      const error = startUpError(() => compileFields({ [side]: names }))
      t.match(error, { code: 'wrong-type', option: `accessLog.${side}`, input: names })
    }
  }
  t.end()
})

t.test('docs/access-log.md has a row for every field, in the same order', (t) => {
  const page = readFileSync(new URL('../../docs/access-log.md', import.meta.url), 'utf8')
  const section = page.split(/^## /m).find((part) => part.startsWith('Structured formats')) ?? ''
  const rows = [...section.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  )
  t.same(rows, [...fieldNames, 'http.request.header.<name>', 'http.response.header.<name>'])
  t.end()
})
