// The prefix: a path of plain segments, or nothing.

import t from 'tap'
import { parsePrefix } from '../../lib/context/prefix.ts'

t.test('one or more segments of pchar are a prefix (RFC 3986 3.3)', (t) => {
  for (const prefix of [
    '/app',
    '/a/b/c',
    '/App-1_2.3~4',
    "/!$&'()*+,;=:@",
    '/caf%C3%A9',
    '/%20',
    '/a.b',
    '/...',
    '/.a',
    '/a.',
    '/%252e',
  ]) {
    t.equal(parsePrefix(prefix), prefix)
  }
  t.end()
})

t.test('one trailing slash is dropped, and the root is no prefix', (t) => {
  t.equal(parsePrefix('/app/'), '/app')
  t.equal(parsePrefix('/a/b/'), '/a/b')
  t.equal(parsePrefix('/'), '')
  t.equal(parsePrefix(''), '')
  t.end()
})

t.test('CVE-2023-26125: two slashes, another host or a URL are no prefix', (t) => {
  for (const text of [
    '//evil.example',
    '//evil.example/',
    '///evil.example',
    '/app//',
    '/a//b',
    '//',
    'https://evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/%2fevil.example',
    '/%2Fevil.example',
    '/%5cevil.example',
    '/%5Cevil.example',
  ]) {
    t.equal(parsePrefix(text), undefined, text)
  }
  t.end()
})

t.test('dot segments are no prefix, however they are written', (t) => {
  for (const text of [
    '/.',
    '/..',
    '/./a',
    '/../a',
    '/a/.',
    '/a/..',
    '/a/./b',
    '/a/../b',
    '/a/../',
    '/%2e',
    '/%2E%2e/a',
    '/.%2e',
    '/a%2eb',
  ]) {
    t.equal(parsePrefix(text), undefined, text)
  }
  t.end()
})

t.test('what is no path is no prefix', (t) => {
  for (const text of [
    'app',
    'app/',
    ' /app',
    '/app ',
    '/a b',
    '/a?b',
    '/a#b',
    '/a"b',
    '/<b>',
    '/a\nb',
    '/a\0',
    '/%',
    '/%2',
    '/%zz',
    '/é',
    '/[a]',
    '/a|b',
    '/{a}',
    '/a^b',
    '/a`b',
  ]) {
    t.equal(parsePrefix(text), undefined, text)
  }
  t.end()
})

t.test('256 characters are enough, and one more is too many', (t) => {
  t.equal(parsePrefix(`/${'a'.repeat(255)}`)?.length, 256)
  t.equal(parsePrefix(`/${'a'.repeat(256)}`), undefined)
  t.equal(parsePrefix(`/${'a'.repeat(254)}/`)?.length, 255)
  t.end()
})
