// Safe escaping, character by character.

import t from 'tap'
import { compileEscape } from '../../lib/access-log/escape.ts'

t.test('a harmless value is returned as it is, in every column', (t) => {
  for (const column of ['quoted', 'bracketed', 'bare'] as const) {
    t.equal(compileEscape(column)('/a/b?c=d&é=1;Ünïcode€😀'), '/a/b?c=d&é=1;Ünïcode€😀', column)
  }
  t.end()
})

t.test('what a line or a column could end with is escaped', (t) => {
  const escapeText = compileEscape('quoted')
  const cases: readonly (readonly [string, string])[] = [
    ['a"b', 'a\\"b'],
    ['a\\b', 'a\\\\b'],
    ['a\nb', 'a\\nb'],
    ['a\r\nb', 'a\\r\\nb'],
    ['a\tb', 'a\\tb'],
    ['\x00\x1b[31m', '\\x00\\x1b[31m'],
    ['\x7f', '\\x7f'],
    ['\x80\x85\x9f\xa0', '\\x80\\x85\\x9f\xa0'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['\ud800', '\\ud800'],
    ['\udfffx', '\\udfffx'],
    ['a b', 'a b'],
    [']', ']'],
  ]
  for (const [text, escaped] of cases) t.equal(escapeText(text), escaped)
  t.end()
})

t.test('a blank ends a bare column, and a bracket a bracketed one', (t) => {
  t.equal(compileEscape('bare')('a b ]'), 'a\\x20b\\x20]')
  t.equal(compileEscape('bracketed')('a b ]"'), 'a b \\x5d\\"')
  t.end()
})
