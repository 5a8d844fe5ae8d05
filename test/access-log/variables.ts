// The variables of %({name}e)s: from the record, from its context, and from its own environ.

import fc from 'fast-check'
import t from 'tap'
import { compilePrivacy, openPrivacy } from '../../lib/access-log/privacy.ts'
import { createRecord } from '../../lib/access-log/record.ts'
import {
  compileHeaderVariable,
  compileVariable,
  recordPath,
  recordQuery,
} from '../../lib/access-log/variables.ts'
import { compileTrust, environ, resolveContext } from '../../lib/index.ts'
import type { AccessRecord } from '../../types/access-log.ts'
import { facts } from '../fixtures/arbitraries.ts'
import { assertProperty } from '../fixtures/assert-property.ts'
import { record } from '../fixtures/record.ts'

function variable(made: AccessRecord, name: string): string | undefined {
  return compileVariable(name)(made)
}

t.test('a record without a context has the variables that its own parts tell', (t) => {
  const made = record({ requestHeaders: { 'x-dup': ['one', 'two'], 'content-type': 'a/b' } })
  const wanted = {
    remote_addr: '10.0.0.2',
    request_method: 'GET',
    server_protocol: 'HTTP/1.1',
    raw_uri: '/path/to%20it?x=1&y=%22',
    script_name: '',
    path_info: '/path/to it',
    query_string: 'x=1&y=%22',
    http_x_dup: 'one,two',
    content_type: 'a/b',
    content_length: undefined,
    http_cookie: undefined,
    server_name: undefined,
  }
  for (const [name, value] of Object.entries(wanted)) t.equal(variable(made, name), value, name)
  t.end()
})

t.test('a context adds what only the connection knows', (t) => {
  const facts = { remoteAddress: '10.0.0.2', localAddress: '10.0.0.9', localPort: 8080, url: '/x' }
  const context = resolveContext(facts, compileTrust({ forwardedAllowIps: [] }))
  t.equal(variable(record({ context }), 'server_name'), '10.0.0.9')
  t.equal(variable(record({ context }), 'server_port'), '8080')
  t.equal(variable(record({ context }), 'wsgi.url_scheme'), 'http')
  t.end()
})

t.test(
  'what a request brings is what environ() says of it, and nothing that it leaves out',
  (t) => {
    const trust = compileTrust({ forwardedAllowIps: '*' })
    const ending = { status: 200, bytes: 0, durationMicros: 0 }
    const names = fc.constantFrom('HTTP_PROXY', 'HTTP_CONTENT_TYPE', 'HTTP_X-A', 'HTTP_:PATH', 'X')
    const property = fc.property(facts, names, (request, name) => {
      const context = resolveContext(request, trust)
      const variables = environ(context)
      const made = createRecord(context, ending)
      return [...Object.keys(variables), name].every(
        (key) => String(variable(made, key.toLowerCase())) === String(variables[key]),
      )
    })
    t.doesNotThrow(() => assertProperty(property, 1_000))
    t.end()
  },
)

t.test('CVE-2016-5385: a Proxy header is no HTTP_PROXY', (t) => {
  const requestHeaders = ['Proxy', 'http://evil.example/', 'Content-Type', 'a/b', 'X-A', '1']
  for (const name of ['http_proxy', 'http_content_type', 'http_x-a', 'http_:path']) {
    t.equal(variable(record({ requestHeaders }), name), undefined, name)
  }
  t.equal(variable(record({ environ: { HTTP_PROXY: 'set by hand' } }), 'http_proxy'), 'set by hand')
  t.end()
})

t.test('the environ of the record wins, in any case', (t) => {
  const made = record({ environ: { REMOTE_ADDR: '192.0.2.1', 'my.key': 7, None: null } })
  t.equal(variable(made, 'remote_addr'), '192.0.2.1')
  t.equal(variable(made, 'my.key'), '7')
  t.equal(variable(made, 'none'), 'None')
  t.equal(variable(record({ environ: { A: true } }), 'a'), 'True')
  t.equal(variable(record({ environ: { A: false } }), 'a'), 'False')
  t.end()
})

t.test('path and query of the record win over those of the target', (t) => {
  t.equal(recordPath(record({ path: '/given' }), openPrivacy), '/given')
  t.equal(recordQuery(record({ query: 'given' }), openPrivacy), 'given')
  t.equal(recordPath(record({ target: 'http://h.example/a%2Fb?q#f' }), openPrivacy), '/a/b')
  t.equal(recordQuery(record({ target: '/a' }), openPrivacy), '')
  t.end()
})

t.test(
  'a header is read as its HTTP_ variable, which the environ of the record may replace',
  (t) => {
    const requestHeaders = ['User-Agent', 'one', 'user-agent', 'two']
    t.equal(compileHeaderVariable('user-agent')(record({ requestHeaders })), 'one,two')
    t.equal(compileHeaderVariable('referer')(record({ requestHeaders })), undefined)
    const referer = 'http://ref.example/'
    t.equal(compileHeaderVariable('referer')(record()), referer)
    const environ = { HTTP_USER_AGENT: 'three' }
    t.equal(compileHeaderVariable('user-agent')(record({ requestHeaders, environ })), 'three')
    t.equal(compileHeaderVariable('referer')(record({ environ: { HTTP_REFERER: null } })), referer)
    t.end()
  },
)

t.test('what is to be hidden is looked for before a path is decoded', (t) => {
  const privacy = compilePrivacy({})
  const target = '//user:p%2Fa%3Fs@h.example/%41'
  t.equal(recordPath(record({ target }), privacy), '//REDACTED:REDACTED@h.example/A')
  t.equal(
    recordPath(record({ path: '//user:p?s#%@h.example/?' }), privacy),
    '//REDACTED:REDACTED@h.example/?',
  )
  t.equal(
    compileVariable('path_info', privacy)(record({ target })),
    '//REDACTED:REDACTED@h.example/A',
  )
  t.equal(recordQuery(record({ query: 'u=//a:b@c' }), privacy), 'u=//REDACTED:REDACTED@c')
  t.end()
})

t.test('variables are rewritten by what they hold, also those of the record itself', (t) => {
  const privacy = compilePrivacy({ maskAddress: true })
  const environ = {
    HTTP_COOKIE: 'a=1',
    HTTP_X: 'a',
    REMOTE_ADDR: '203.0.113.217',
    RAW_URI: '//a:b@c',
  }
  for (const made of [
    record({ environ }),
    record({
      remoteAddr: '203.0.113.217',
      target: '//a:b@c',
      requestHeaders: ['Cookie', 'a=1', 'X', 'a'],
    }),
  ]) {
    t.equal(compileVariable('http_cookie', privacy)(made), 'REDACTED')
    t.equal(compileVariable('http_x', privacy)(made), 'a')
    t.equal(compileVariable('remote_addr', privacy)(made), '203.0.113.0')
    t.equal(compileVariable('raw_uri', privacy)(made), '//REDACTED:REDACTED@c')
  }
  t.end()
})
