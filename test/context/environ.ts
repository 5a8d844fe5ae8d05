// environ(): RFC 3875's meta-variables, as gunicorn hands them to an application.

import t from 'tap'
import { environ } from '../../lib/context/environ.ts'
import { resolveContext } from '../../lib/context/resolve.ts'
import { compileTrust } from '../../lib/trust/policy.ts'
import type { RequestContext } from '../../types/context.ts'
import type { RequestFacts } from '../../types/facts.ts'
import type { TrustOptions } from '../../types/trust.ts'

const tcp: RequestFacts = {
  remoteAddress: '127.0.0.1',
  remotePort: 40000,
  localAddress: '127.0.0.9',
  localPort: 8080,
  httpVersion: '1.1',
  method: 'GET',
  url: '/app/x?q=1',
  rawHeaders: ['Host', 'shop.example'],
}

function of(facts: RequestFacts, options: TrustOptions = { forwardedAllowIps: '127.0.0.1' }) {
  return environ(resolveContext(facts, compileTrust(options)))
}

t.test('a plain request over TCP', (t) => {
  t.same(of(tcp), {
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_PORT: '40000',
    SERVER_NAME: '127.0.0.9',
    SERVER_PORT: '8080',
    SERVER_PROTOCOL: 'HTTP/1.1',
    REQUEST_METHOD: 'GET',
    RAW_URI: '/app/x?q=1',
    SCRIPT_NAME: '',
    PATH_INFO: '/app/x',
    QUERY_STRING: 'q=1',
    'wsgi.url_scheme': 'http',
    HTTP_HOST: 'shop.example',
  })
  t.end()
})

t.test('REMOTE_ADDR is the peer, never a header (RFC 3875 4.1.8)', (t) => {
  const rawHeaders = ['Host', 'shop.example', 'X-Forwarded-For', '203.0.113.7']
  const variables = of({ ...tcp, rawHeaders })
  t.equal(variables.REMOTE_ADDR, '127.0.0.1')
  t.equal(variables.HTTP_X_FORWARDED_FOR, '203.0.113.7')
  t.equal(of({ ...tcp, remoteAddress: '::ffff:10.0.0.2' }).REMOTE_ADDR, '10.0.0.2')
  t.end()
})

t.test('a UNIX peer has an empty address and no port, and the host names the server', (t) => {
  const facts: RequestFacts = { unix: true, rawHeaders: ['Host', 'shop.example:8443'] }
  const variables = of(facts)
  t.equal(variables.REMOTE_ADDR, '')
  t.notOk('REMOTE_PORT' in variables)
  t.same([variables.SERVER_NAME, variables.SERVER_PORT], ['shop.example', '8443'])
  const plain = of({ unix: true, rawHeaders: ['Host', 'shop.example'] })
  t.same([plain.SERVER_NAME, plain.SERVER_PORT], ['shop.example', '80'])
  t.end()
})

t.test('over TCP the server is the address that was connected to', (t) => {
  for (const [localAddress, localPort, name, port] of [
    ['::ffff:10.0.0.9', 80, '10.0.0.9', '80'],
    ['2001:DB8::9', 443, '2001:db8::9', '443'],
    ['fe80::1%eth0', 80, 'fe80::1', '80'],
    ['10.0.0.9', undefined, '10.0.0.9', ''],
  ] as const) {
    const { SERVER_NAME, SERVER_PORT } = of({ ...tcp, localAddress, localPort })
    t.same([SERVER_NAME, SERVER_PORT], [name, port])
  }
  t.equal(of({ ...tcp, localAddress: 'garbage' }).SERVER_NAME, 'shop.example')
  t.end()
})

t.test('the scheme and the prefix are those of the context', (t) => {
  const headers = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-prefix']
  const forwarded = ['X-Forwarded-Proto', 'https', 'X-Forwarded-Prefix', '/shop']
  const rawHeaders = ['Host', 'shop.example', ...forwarded]
  const variables = of({ ...tcp, rawHeaders }, { headers })
  t.equal(variables['wsgi.url_scheme'], 'https')
  t.equal(variables.SCRIPT_NAME, '/shop')
  t.equal(variables.PATH_INFO, '/app/x')
  t.end()
})

t.test('the path is decoded to bytes, the query and RAW_URI stay as sent', (t) => {
  const variables = of({ ...tcp, url: '/%2e%2e/%0a%ff%C3%A9?x=%0a' })
  t.equal(variables.PATH_INFO, '/../\n\u00ff\u00c3\u00a9')
  t.equal(variables.QUERY_STRING, 'x=%0a')
  t.equal(variables.RAW_URI, '/%2e%2e/%0a%ff%C3%A9?x=%0a')
  const absolute = of({ ...tcp, url: 'http://other.example/x?y' })
  t.same([absolute.PATH_INFO, absolute.RAW_URI], ['/x', 'http://other.example/x?y'])
  t.end()
})

t.test('method and protocol are those of the request', (t) => {
  const { REQUEST_METHOD, SERVER_PROTOCOL } = of({ ...tcp, method: 'PUT', httpVersion: '1.0' })
  t.same([REQUEST_METHOD, SERVER_PROTOCOL], ['PUT', 'HTTP/1.0'])
  t.equal(of({ ...tcp, httpVersion: '2.0' }).SERVER_PROTOCOL, 'HTTP/2.0')
  t.end()
})

t.test('headers are HTTP_ variables; type and length of the content are not (4.1.18)', (t) => {
  const rawHeaders = [
    'Content-Type',
    'text/plain',
    'content-length',
    '5',
    'X-A-b',
    '1',
    'Empty',
    '',
  ]
  const { CONTENT_TYPE, CONTENT_LENGTH, HTTP_X_A_B, HTTP_EMPTY, ...rest } = of({
    ...tcp,
    rawHeaders,
  })
  t.same([CONTENT_TYPE, CONTENT_LENGTH, HTTP_X_A_B, HTTP_EMPTY], ['text/plain', '5', '1', ''])
  t.notOk(Object.keys(rest).some((name) => name.startsWith('HTTP_')))
  t.end()
})

t.test('repeated headers are joined with a comma, in any case and in order', (t) => {
  const rawHeaders = ['X-A', '1', 'x-a', '2', 'X-B', '', 'X-B', 'b', 'Cookie', 'a', 'Cookie', 'b']
  const variables = of({ ...tcp, rawHeaders })
  t.equal(variables.HTTP_X_A, '1,2')
  t.equal(variables.HTTP_X_B, ',b')
  t.equal(variables.HTTP_COOKIE, 'a,b')
  t.end()
})

t.test('CVE-2015-0219: a name with _ cannot pass for one with -', (t) => {
  const rawHeaders = ['X_Forwarded_For', '6.6.6.6', 'Content_Length', '5', 'REMOTE_ADDR', '6.6.6.6']
  const variables = of({ ...tcp, rawHeaders: [...rawHeaders, 'X-Under_Score', 'x'] })
  t.notMatch(JSON.stringify(variables), '6.6.6.6')
  t.notOk('CONTENT_LENGTH' in variables)
  t.notOk('HTTP_X_UNDER_SCORE' in variables)
  t.end()
})

t.test('no header can take the place of another variable', (t) => {
  const rawHeaders = ['REMOTE-ADDR', '6.6.6.6', 'wsgi.url_scheme', 'https', 'wsgi.url-scheme', 'x']
  const variables = of({ ...tcp, rawHeaders: [...rawHeaders, 'Script-Name', '/evil'] })
  t.equal(variables.REMOTE_ADDR, '127.0.0.1')
  t.equal(variables['wsgi.url_scheme'], 'http')
  t.equal(variables.SCRIPT_NAME, '')
  t.same(
    [variables.HTTP_REMOTE_ADDR, variables['HTTP_WSGI.URL_SCHEME'], variables.HTTP_SCRIPT_NAME],
    ['6.6.6.6', 'x', '/evil'],
  )
  t.end()
})

t.test('CVE-2016-5385: a Proxy header does not become HTTP_PROXY', (t) => {
  for (const name of ['Proxy', 'PROXY', 'proxy']) {
    t.notOk('HTTP_PROXY' in of({ ...tcp, rawHeaders: [name, 'http://evil.example'] }))
  }
  t.equal(of({ ...tcp, rawHeaders: ['Proxy-X', 'a'] }).HTTP_PROXY_X, 'a')
  t.end()
})

t.test('HTTP/2 pseudo-headers are no headers (RFC 9113 8.3)', (t) => {
  const rawHeaders = [':method', 'GET', ':authority', 'shop.example', 'x-a', '1']
  const names = Object.keys(of({ ...tcp, httpVersion: '2.0', rawHeaders }))
  t.same(
    names.filter((name) => name.startsWith('HTTP_')),
    ['HTTP_X_A'],
  )
  t.end()
})

t.test('a name without a value at the end of the list is left out', (t) => {
  t.equal(of({ ...tcp, rawHeaders: ['X-A', '1', 'X-B'] }).HTTP_X_A, '1')
  t.notOk('HTTP_X_B' in of({ ...tcp, rawHeaders: ['X-A', '1', 'X-B'] }))
  t.end()
})

t.test('a list that somebody built with holes in it makes nothing throw', (t) => {
  const rawHeaders = JSON.parse('[null, "a", "X-A", null, "X-B", "b"]')
  const { HTTP_X_A, HTTP_X_B } = of({ ...tcp, rawHeaders })
  t.same([HTTP_X_A, HTTP_X_B], ['', 'b'])
  t.end()
})

t.test('of a context that was not made here only the public part is known', (t) => {
  const made = resolveContext(tcp, compileTrust())
  const copy: RequestContext = { ...made, url: made.url, toJSON: made.toJSON }
  t.same(environ(copy), {
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_PORT: '40000',
    SERVER_NAME: 'shop.example',
    SERVER_PORT: '80',
    SERVER_PROTOCOL: 'HTTP/1.1',
    REQUEST_METHOD: '',
    RAW_URI: '',
    SCRIPT_NAME: '',
    PATH_INFO: '',
    QUERY_STRING: '',
    'wsgi.url_scheme': 'http',
  })
  t.end()
})

t.test('PATH_INFO goes on where a SCRIPT_NAME that stands in the target ends', (t) => {
  const rawHeaders = ['Host', 'shop.example', 'SCRIPT_NAME', '/app']
  const facts = { ...tcp, url: '/app/x%41?q=1', rawHeaders }
  const variables = of(facts, { forwardedAllowIps: '127.0.0.1', preset: 'gunicorn' })
  t.match(variables, { SCRIPT_NAME: '/app', PATH_INFO: '/xA', RAW_URI: '/app/x%41?q=1' })
  t.end()
})

t.test('what is no field name is no variable (RFC 9110 5.1)', (t) => {
  const names = ['\u1f80', 'X A', '', ':path', 'X_A', 'X/A']
  const rawHeaders = names.flatMap((name) => [name, 'evil'])
  const variables = environ(resolveContext({ rawHeaders }, compileTrust()))
  t.notOk(Object.values(variables).includes('evil'))
  t.end()
})
