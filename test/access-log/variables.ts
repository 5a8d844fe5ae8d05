// The variables of %({name}e)s: from the record, from its context, and from its own environ.

import t from 'tap'
import {
  headerVariable,
  recordPath,
  recordQuery,
  variable,
} from '../../lib/access-log/variables.ts'
import { compileTrust, resolveContext } from '../../lib/index.ts'
import { record } from '../fixtures/record.ts'

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

t.test('the environ of the record wins, in any case', (t) => {
  const made = record({ environ: { REMOTE_ADDR: '192.0.2.1', 'my.key': 7, None: null } })
  t.equal(variable(made, 'remote_addr'), '192.0.2.1')
  t.equal(variable(made, 'my.key'), 7)
  t.equal(variable(made, 'none'), null)
  t.end()
})

t.test('path and query of the record win over those of the target', (t) => {
  t.equal(recordPath(record({ path: '/given' })), '/given')
  t.equal(recordQuery(record({ query: 'given' })), 'given')
  t.equal(recordPath(record({ target: 'http://h.example/a%2Fb?q#f' })), '/a/b')
  t.equal(recordQuery(record({ target: '/a' })), '')
  t.end()
})

t.test(
  'a header is read as its HTTP_ variable, which the environ of the record may replace',
  (t) => {
    const requestHeaders = ['User-Agent', 'one', 'user-agent', 'two']
    t.equal(headerVariable(record({ requestHeaders }), 'user-agent'), 'one,two')
    t.equal(headerVariable(record({ requestHeaders }), 'referer'), undefined)
    const referer = 'http://ref.example/'
    t.equal(headerVariable(record(), 'referer'), referer)
    const environ = { HTTP_USER_AGENT: 'three' }
    t.equal(headerVariable(record({ requestHeaders, environ }), 'user-agent'), 'three')
    t.equal(headerVariable(record({ environ: { HTTP_REFERER: null } }), 'referer'), referer)
    t.end()
  },
)
