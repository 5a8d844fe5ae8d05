// preset: 'gunicorn' in a context: the client is the peer, schemes are exact, SCRIPT_NAME is the prefix.

import t from 'tap'
import { environ } from '../../lib/context/environ.ts'
import { resolveContext } from '../../lib/context/resolve.ts'
import { compileTrust } from '../../lib/trust/policy.ts'

const trust = compileTrust({ forwardedAllowIps: '10.0.0.2', preset: 'gunicorn' })

function resolve(url: string, rawHeaders: readonly string[], remoteAddress = '10.0.0.2') {
  return resolveContext(
    { remoteAddress, method: 'GET', url, rawHeaders: ['Host', 'shop.example', ...rawHeaders] },
    trust,
  )
}

function codes({ problems }: ReturnType<typeof resolve>): readonly string[] {
  return problems.map(({ code }) => code)
}

t.test('the client is the peer, whatever X-Forwarded-For says', (t) => {
  const context = resolve('/', ['X-Forwarded-For', '203.0.113.7'])
  t.equal(context.client.address, '10.0.0.2')
  t.same(codes(context), [])
  t.end()
})

t.test('each of three headers means https in its exact value only', (t) => {
  for (const [name, value, scheme] of [
    ['X-Forwarded-Proto', 'https', 'https'],
    ['x-forwarded-protocol', 'ssl', 'https'],
    ['X-FORWARDED-SSL', 'on', 'https'],
    ['X-Forwarded-Proto', 'HTTPS', 'http'],
    ['X-Forwarded-Proto', 'wss', 'http'],
    ['X-Forwarded-Proto', 'https, https', 'http'],
    ['X-Forwarded-Protocol', 'https', 'http'],
    ['X-Forwarded-Ssl', '', 'http'],
    ['X_Forwarded_Proto', 'https', 'http'],
  ] as const) {
    const context = resolve('/', [name, value])
    t.equal(context.scheme, scheme, `${name}: ${value}`)
    t.same(codes(context), [], `${name}: ${value}`)
  }
  t.equal(resolve('/', ['X-Forwarded-Proto', 'https'], '198.51.100.7').scheme, 'http', 'untrusted')
  t.end()
})

t.test('lines that agree are one, lines and headers that do not are a conflict', (t) => {
  const proto = 'X-Forwarded-Proto'
  t.equal(resolve('/', [proto, 'https', proto, 'https']).scheme, 'https')
  for (const lines of [
    [proto, 'https', proto, 'http'],
    [proto, 'http', proto, 'https'],
    [proto, 'https', 'X-Forwarded-Ssl', 'off'],
  ]) {
    const context = resolve('/', lines)
    t.equal(context.scheme, 'http')
    t.same(codes(context), ['scheme-conflict'])
  }
  t.end()
})

t.test('SCRIPT_NAME is the prefix, up to a segment, and the path goes on below it', (t) => {
  for (const [value, url, prefix, path] of [
    ['/app', '/app/x?q=1', '/app', '/x'],
    ['/app', '/app', '/app', ''],
    ['/app/', '/app/x', '/app', '/x'],
    ['/', '/app', '', '/app'],
    ['', '/app', '', '/app'],
    ['/a%20p', '/a%20p/%41', '/a%20p', '/A'],
    ['/app', 'http://shop.example/app/x', '/app', '/x'],
  ] as const) {
    const context = resolve(url, ['Script_Name', value])
    t.equal(context.prefix, prefix, `${value} of ${url}`)
    t.match(environ(context), { SCRIPT_NAME: prefix, PATH_INFO: path, RAW_URI: url })
    t.same(codes(context), [], `${value} of ${url}`)
  }
  t.end()
})

t.test('CVE-2023-26125: what is no prefix of the path is none', (t) => {
  for (const [value, url] of [
    ['/app', '/application/x'],
    ['/app', '/y/app'],
    ['//evil.example', '//evil.example/x'],
    ['app', 'app/x'],
    ['/a p', '/a%20p'],
    ['/..', '/../x'],
  ] as const) {
    const context = resolve(url, ['SCRIPT_NAME', value])
    t.equal(context.prefix, '', `${value} of ${url}`)
    t.match(context.problems, [{ code: 'bad-prefix', header: 'script_name', hop: 0, value }])
  }
  const twice = resolve('/app/x', ['SCRIPT_NAME', '/app', 'SCRIPT_NAME', '/app/x'])
  t.equal(twice.prefix, '')
  t.same(codes(twice), ['bad-prefix'])
  t.equal(resolve('/app/x', ['SCRIPT-NAME', '/app']).prefix, '', 'only with _')
  t.equal(resolve('/app/x', ['SCRIPT_NAME', '/app'], '198.51.100.7').prefix, '', 'untrusted')
  t.end()
})
