// url(): no target leaves the host, and none climbs out of the prefix.

import t from 'tap'
import { buildUrl } from '../../lib/context/url.ts'

const origin = 'https://shop.example:8443'

/** A target, and what stands behind the origin without and with the prefix /app. */
const targets = [
  ['/', '/', '/app/'],
  ['/cart?x=1', '/cart?x=1', '/app/cart?x=1'],
  ['/cart#top', '/cart#top', '/app/cart#top'],
  ['/a%2Fb?q=%20', '/a%2Fb?q=%20', '/app/a%2Fb?q=%20'],
  // A missing slash is added.
  ['', '/', '/app/'],
  ['cart', '/cart', '/app/cart'],
  ['?x=1', '/?x=1', '/app/?x=1'],
  ['#top', '/#top', '/app/#top'],
  // Scheme and authority of absolute-form are cut off.
  ['http://evil.example/x?y', '/x?y', '/app/x?y'],
  ['https://user:pw@evil.example:1/x', '/x', '/app/x'],
  ['http://evil.example', '/', '/app/'],
  ['http://evil.example?x', '/?x', '/app/?x'],
  ['http:///evil.example/', '/evil.example/', '/app/evil.example/'],
  // Asterisk-form and authority-form have no path.
  ['*', '/', '/app'],
  ['evil.example:443', '/', '/app'],
  ['[::1]:443', '/', '/app'],
  // Dot segments are removed before the prefix is put in front (RFC 3986 5.2.4).
  ['/../../x', '/x', '/app/x'],
  ['/a/../../x', '/x', '/app/x'],
  ['/a/./b/..', '/a/', '/app/a/'],
  ['/%2e%2e/x', '/x', '/app/x'],
  ['/%2E./x', '/x', '/app/x'],
  ['..', '/', '/app/'],
  ['\\..\\..\\x', '/x', '/app/x'],
  ['/..\\..\\x', '/x', '/app/x'],
  ['http://evil.example/../x', '/x', '/app/x'],
  // Tabs and line ends are dropped before anybody looks for them (WHATWG URL 4.4).
  ['/\t../x', '/x', '/app/x'],
  ['/\n../x', '/x', '/app/x'],
  ['/\r../x', '/x', '/app/x'],
] as const

for (const [target, path, behind] of targets) {
  t.test(`${JSON.stringify(target)} is a path and query on our host`, (t) => {
    t.equal(buildUrl(origin, '', target).href, origin + path)
    t.equal(buildUrl(origin, '/app', target).href, origin + behind)
    t.end()
  })
}

t.test('so is one that is long', (t) => {
  const query = `?${'x'.repeat(10_000)}`
  for (const path of ['/cart', '/', '//evil.example/']) {
    t.equal(buildUrl(origin, '', path + query).href, origin + path + query)
    t.equal(buildUrl(origin, '/app', path + query).href, `${origin}/app${path}${query}`)
  }
  t.end()
})

t.test('a target is never resolved as a reference (RFC 3986 4.2, open redirects)', (t) => {
  for (const target of [
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    '@evil.example',
    ':80@evil.example',
    '.evil.example',
    'https:evil.example',
    'https:/evil.example',
    'https:\\\\evil.example',
    'javascript:alert(1)',
    'javascript://%0aalert(1)',
    'data:text/html,x',
    '\t//evil.example',
    ' //evil.example',
    '/\t/evil.example',
    '\n/\r/evil.example',
    '\0//evil.example',
    'http://evil.example//other.example',
    'http://evil.example\\@shop.example/',
    'http://evil.example:x/',
    '\ud800',
    '/%',
    '[',
  ]) {
    for (const prefix of ['', '/app', '/a/b']) {
      const url = buildUrl(origin, prefix, target)
      t.equal(url.origin, origin, JSON.stringify(target))
      t.equal(url.username + url.password, '')
      t.ok(url.pathname.startsWith(`${prefix}/`), url.pathname)
    }
  }
  t.end()
})

t.test('an IPv6 origin, and one without a port, are kept', (t) => {
  t.equal(buildUrl('http://[2001:db8::1]:81', '', '/x').href, 'http://[2001:db8::1]:81/x')
  t.equal(buildUrl('https://shop.example', '/app', 'x').href, 'https://shop.example/app/x')
  t.end()
})

t.test('a prefix is kept as it was sent, escapes and punctuation included', (t) => {
  const prefix = "/caf%C3%A9/!$&'()*+,;=:@"
  t.equal(buildUrl(origin, prefix, '/x').pathname, `${prefix}/x`)
  t.equal(buildUrl(origin, prefix, '*').pathname, prefix)
  t.end()
})
