// The request target: its four forms (RFC 9112 3.2), and the path that is decoded from it.

import t from 'tap'
import {
  decodePath,
  hasNoPath,
  originForm,
  pathBelow,
  splitTarget,
  targetAuthority,
} from '../../lib/context/target.ts'

/** A target; its authority, what is left of it in origin-form, and its path and query. */
const targets = [
  ['/', undefined, '/', '/', ''],
  ['/cart', undefined, '/cart', '/cart', ''],
  ['/cart?x=1&y=%20', undefined, '/cart?x=1&y=%20', '/cart', 'x=1&y=%20'],
  ['/cart?', undefined, '/cart?', '/cart', ''],
  ['/a?b?c', undefined, '/a?b?c', '/a', 'b?c'],
  ['/a#f?x', undefined, '/a#f?x', '/a', ''],
  ['/a?x#f', undefined, '/a?x#f', '/a', 'x'],
  ['?x=1', undefined, '?x=1', '', 'x=1'],
  ['', undefined, '', '', ''],
  ['//evil.example/x', undefined, '//evil.example/x', '//evil.example/x', ''],
  ['/http://other/x', undefined, '/http://other/x', '/http://other/x', ''],
  ['http://other.example/x?y', 'other.example', '/x?y', '/x', 'y'],
  ['HTTPS://Other.example:8443/x', 'Other.example:8443', '/x', '/x', ''],
  ['http://user:pw@other.example/', 'user:pw@other.example', '/', '/', ''],
  ['http://other.example', 'other.example', '', '', ''],
  ['http://other.example?x', 'other.example', '?x', '', 'x'],
  ['http://other.example#f', 'other.example', '#f', '', ''],
  ['http://[2001:db8::1]:80/x', '[2001:db8::1]:80', '/x', '/x', ''],
  ['http:///x', '', '/x', '/x', ''],
  ['git+ssh.x-1://h/p', 'h', '/p', '/p', ''],
  ['1http://h/p', undefined, '1http://h/p', '1http://h/p', ''],
  ['https:evil', undefined, 'https:evil', 'https:evil', ''],
  ['http:/evil', undefined, 'http:/evil', 'http:/evil', ''],
  ['http:\\\\evil', undefined, 'http:\\\\evil', 'http:\\\\evil', ''],
  [' http://h/p', undefined, ' http://h/p', ' http://h/p', ''],
  ['*', undefined, '*', '*', ''],
  ['shop.example:443', undefined, 'shop.example:443', 'shop.example:443', ''],
] as const

for (const [target, authority, origin, path, query] of targets) {
  t.test(`'${target}' is taken apart`, (t) => {
    t.equal(targetAuthority(target, 'GET'), authority)
    t.equal(originForm(target), origin)
    t.same(splitTarget(target), { path, query })
    t.end()
  })
}

t.test('what CONNECT asks for is an authority (RFC 9112 3.3)', (t) => {
  t.equal(targetAuthority('shop.example:443', 'CONNECT'), 'shop.example:443')
  t.equal(targetAuthority('[2001:db8::1]:443', 'CONNECT'), '[2001:db8::1]:443')
  for (const target of ['/x', '*', 'shop.example', 'user@shop.example:443']) {
    t.equal(targetAuthority(target, 'CONNECT'), undefined, target)
  }
  t.end()
})

t.test('asterisk-form and authority-form have no path (RFC 9112 3.2.3, 3.2.4)', (t) => {
  for (const target of [
    '*',
    'shop.example:443',
    'a:1',
    'a_b-c.d:65535',
    '192.0.2.1:80',
    '[2001:db8::1]:443',
    '[2001:DB8::1]:443',
  ]) {
    t.equal(hasNoPath(target), true, target)
  }
  t.end()
})

t.test('everything else has one, even if it is empty', (t) => {
  for (const target of [
    '',
    '/',
    '/*',
    '**',
    '/shop.example:443',
    'shop.example',
    'shop.example:',
    'shop.example:443/',
    'shop.example:44x',
    'user@shop.example:443',
    ':443',
    '[x]:443',
    'http://shop.example:443',
  ]) {
    t.equal(hasNoPath(target), false, target)
  }
  t.end()
})

t.test('PATH_INFO is decoded to bytes, one character each (PEP 3333)', (t) => {
  for (const [path, decoded] of [
    ['/plain', '/plain'],
    ['', ''],
    ['/a%20b', '/a b'],
    ['/%2e%2E/', '/../'],
    ['/%0A%0d', '/\n\r'],
    ['/%00', '/\0'],
    ['/%C3%A9', '/\u00c3\u00a9'],
    ['/%ff', '/\u00ff'],
    ['/é%20', '/é '],
    ['/%25%32%30', '/%20'],
    ['/%2520', '/%20'],
    ['/a+b', '/a+b'],
  ] as const) {
    t.equal(decodePath(path), decoded, path)
  }
  t.end()
})

t.test('what is no percent escape stays as it is', (t) => {
  for (const path of ['/%', '/%4', '/%zz', '/%%', '/100%', '/%g0%']) t.equal(decodePath(path), path)
  t.equal(decodePath('/%%41%4'), '/%A%4')
  t.end()
})

t.test('the path below a prefix is what is left of it, decoded', (t) => {
  t.equal(pathBelow('/app', '/app/x%41?q=1'), '/xA')
  t.equal(pathBelow('/app', 'http://shop.example/app'), '')
  t.equal(pathBelow('', '/app#top'), '/app')
  t.end()
})
