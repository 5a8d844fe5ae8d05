// What a line does not say: by default, on request, and what is an error at start-up.

import t from 'tap'
import { compilePrivacy, openPrivacy } from '../../lib/access-log/privacy.ts'
import { asIs, redactAll } from '../../lib/access-log/redacted.ts'
import { addressHeaderNames } from '../../lib/trust/headers.ts'
import type { FormatOptions } from '../../types/access-log.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const url = 'https://user:pass@h.example/?token=a'
const clean = 'https://REDACTED:REDACTED@h.example/?token=a'

t.test('credentials are redacted by default, and what else is a URL is freed of them', (t) => {
  const privacy = compilePrivacy({})
  for (const name of ['authorization', 'proxy-authorization', 'cookie', 'set-cookie']) {
    t.equal(privacy.header(name), redactAll, name)
    t.equal(privacy.variable(`http_${name.replace('-', '_')}`), redactAll, name)
  }
  for (const name of ['referer', 'location', 'x-other', 'user-agent']) {
    t.equal(privacy.header(name)(url), clean, name)
  }
  for (const name of ['raw_uri', 'path_info', 'query_string', 'http_referer', 'my.database']) {
    t.equal(privacy.variable(name)(url), clean, name)
  }
  t.equal(privacy.url(url), clean)
  t.equal(privacy.query(`next=${url}`), `next=${clean}`)
  t.equal(privacy.path('//user:a?b#c%d@h.example/%'), '//REDACTED:REDACTED@h.example/%')
  t.equal(privacy.path('/a?b'), '/a?b')
  t.equal(privacy.query('a=1&b=2'), 'a=1&b=2')
  t.equal(privacy.query('a=1&email=bob@h.example'), 'a=1&email=bob@h.example')
  t.equal(privacy.header('host')('user:pass@h.example'), 'REDACTED:REDACTED@h.example')
  t.equal(privacy.header('x-user')('bob@h.example'), 'bob@h.example')
  t.equal(privacy.userAgent('mailto:bob@h.example'), 'mailto:bob@h.example')
  t.equal(privacy.address('203.0.113.217'), '203.0.113.217')
  t.equal(privacy.bareUser, false)
  t.end()
})

t.test('a header that is a URL, or begins with one, has user info in its query, too', (t) => {
  const { header, variable } = compilePrivacy({})
  const text = '/x?u=a:b@h'
  for (const name of [
    ...['referer', 'origin', 'host', ':authority', ':path', 'destination'],
    ...['location', 'content-location', 'refresh', 'link'],
    ...['x-forwarded-host', 'x-forwarded-uri', 'x-forwarded-url', 'x-original-host'],
    ...['x-original-uri', 'x-original-url', 'x-rewrite-url'],
  ]) {
    t.equal(header(name)(text), '/x?u=REDACTED:REDACTED@h', name)
  }
  t.equal(variable('http_x_original_uri')(text), '/x?u=REDACTED:REDACTED@h')
  t.equal(header('x-other')(text), text)
  t.end()
})

t.test('what may be changed can be told before', (t) => {
  const { url: rewrite } = compilePrivacy({ redact: { query: ['token'] } })
  for (const text of [url, '/?token=a']) {
    t.not(rewrite(text), text)
    t.ok(rewrite.mayChange?.(text), text)
  }
  t.equal(rewrite.mayChange?.('/cart'), false)
  t.end()
})

t.test('nothing is redacted with false, nor with exact unless it is asked for', (t) => {
  for (const options of [{ redact: false }, { escape: 'exact' }] as const) {
    const privacy = compilePrivacy(options)
    for (const rewrite of [
      ...[privacy.url, privacy.query, privacy.header('cookie'), privacy.userAgent],
      ...[privacy.variable('raw_uri'), privacy.variable('http_cookie'), privacy.address],
    ]) {
      t.equal(rewrite, asIs)
    }
    t.equal(privacy.bareUser, true)
  }
  t.equal(compilePrivacy({ escape: 'exact', redact: {} }).header('cookie'), redactAll)
  for (const rewrite of [openPrivacy.header('cookie'), openPrivacy.variable('http_cookie')]) {
    t.equal(rewrite, asIs)
  }
  t.end()
})

t.test('headers add to the default, in any case and spelled as a variable', (t) => {
  const { header, variable } = compilePrivacy({ redact: { headers: ['X-Api-Key', 'x_token'] } })
  for (const name of ['x-api-key', 'x-token', 'x_token', 'cookie']) t.equal(header(name), redactAll)
  for (const name of ['http_x_api_key', 'http_x_token']) t.equal(variable(name), redactAll)
  t.equal(compilePrivacy({ redact: { headers: ['user-agent'] } }).userAgent, redactAll)
  t.end()
})

t.test('keep prints a header that would not be', (t) => {
  const { header, bareUser } = compilePrivacy({ redact: { keep: ['Cookie'] } })
  t.equal(header('cookie')('a=1'), 'a=1')
  t.equal(header('set-cookie'), redactAll)
  t.equal(bareUser, false)
  t.equal(compilePrivacy({ redact: { keep: ['authorization'] } }).bareUser, true)
  t.end()
})

t.test('parameters are redacted by name, in URLs and in queries', (t) => {
  const privacy = compilePrivacy({ redact: { query: ['token'] } })
  const none = clean.replace('token=a', 'token=REDACTED')
  for (const rewrite of [
    ...[privacy.url, privacy.header('referer'), privacy.header('location')],
    ...[privacy.variable('raw_uri'), privacy.variable('http_referer')],
  ]) {
    t.equal(rewrite(url), none)
  }
  t.equal(privacy.query('token=a&b=1'), 'token=REDACTED&b=1')
  t.equal(privacy.variable('query_string')('a=1&token=a'), 'a=1&token=REDACTED')
  t.end()
})

t.test('addresses are masked in every header that holds them, and in their variables', (t) => {
  const masks: readonly FormatOptions[] = [
    { maskAddress: true },
    { maskAddress: {}, redact: false },
    { maskAddress: true, escape: 'exact' },
  ]
  for (const options of masks) {
    const { address, header, variable } = compilePrivacy(options)
    t.equal(address('203.0.113.217'), '203.0.113.0')
    for (const name of ['x-forwarded-for', ...addressHeaderNames]) {
      t.equal(header(name)('203.0.113.217, 10.0.0.2'), '203.0.113.0, 10.0.0.0', name)
      t.equal(variable(`http_${name.replaceAll('-', '_')}`)('203.0.113.217'), '203.0.113.0', name)
    }
    t.equal(header('forwarded')('for=203.0.113.217'), 'for=203.0.113.0')
    t.equal(variable('http_forwarded')('for=203.0.113.217'), 'for=203.0.113.0')
    t.equal(variable('remote_addr')('203.0.113.217'), '203.0.113.0')
    t.equal(header('x-other')('203.0.113.217'), '203.0.113.217')
  }
  for (const maskAddress of [undefined, false] as const) {
    t.equal(compilePrivacy({ maskAddress }).header('x-real-ip')('203.0.113.217'), '203.0.113.217')
  }
  t.end()
})

t.test('the mask may have other lengths and other headers', (t) => {
  const maskAddress = { ipv4: 16, ipv6: 0, headers: ['X-My-Client', 'x_other_client'] }
  const { address, header } = compilePrivacy({ maskAddress })
  t.equal(address('203.0.113.217'), '203.0.0.0')
  t.equal(address('2001:db8::1'), '::')
  for (const name of ['x-my-client', 'x-other-client', 'x_other_client']) {
    t.equal(header(name)('203.0.113.217'), '203.0.0.0', name)
  }
  const { header: hidden } = compilePrivacy({ maskAddress, redact: { headers: ['x-real-ip'] } })
  t.equal(hidden('x-real-ip'), redactAll, 'hidden altogether')
  t.end()
})

t.test('a mistake is an error at start-up that names the option', (t) => {
  const mistakes = [
    [{ redact: true }, 'wrong-type', 'accessLog.redact'],
    [{ redact: null }, 'wrong-type', 'accessLog.redact'],
    [{ redact: ['cookie'] }, 'wrong-type', 'accessLog.redact'],
    [{ redact: { header: ['x'] } }, 'unknown-option', 'header'],
    [{ redact: { headers: 'x' } }, 'wrong-type', 'accessLog.redact.headers'],
    [{ redact: { headers: ['a b'] } }, 'wrong-type', 'accessLog.redact.headers'],
    [{ redact: { query: 'token' } }, 'wrong-type', 'accessLog.redact.query'],
    [{ redact: { query: [''] } }, 'wrong-type', 'accessLog.redact.query'],
    [{ redact: { keep: ['referer'] } }, 'contradiction', 'accessLog.redact.keep'],
    [{ redact: { keep: [5] } }, 'wrong-type', 'accessLog.redact.keep'],
    [
      { redact: { keep: ['cookie'], headers: ['Cookie'] } },
      'contradiction',
      'accessLog.redact.keep',
    ],
    [{ maskAddress: 24 }, 'wrong-type', 'accessLog.maskAddress'],
    [{ maskAddress: null }, 'wrong-type', 'accessLog.maskAddress'],
    [{ maskAddress: { ipv5: 1 } }, 'unknown-option', 'ipv5'],
    [{ maskAddress: { ipv4: 33 } }, 'wrong-type', 'accessLog.maskAddress.ipv4'],
    [{ maskAddress: { ipv4: -1 } }, 'wrong-type', 'accessLog.maskAddress.ipv4'],
    [{ maskAddress: { ipv4: '24' } }, 'wrong-type', 'accessLog.maskAddress.ipv4'],
    [{ maskAddress: { ipv6: 48.5 } }, 'wrong-type', 'accessLog.maskAddress.ipv6'],
    [{ maskAddress: { ipv6: 129 } }, 'wrong-type', 'accessLog.maskAddress.ipv6'],
    [{ maskAddress: { headers: [''] } }, 'wrong-type', 'accessLog.maskAddress.headers'],
  ] as const
  for (const [options, code, option] of mistakes) {
    const compile = () => Reflect.apply(compilePrivacy, undefined, [options])
    t.match(startUpError(compile), { code, option }, JSON.stringify(options))
  }
  t.end()
})
