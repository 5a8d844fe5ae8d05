// Safe escaping, read back; the escapes are those of the table in docs/access-log.md.

import t from 'tap'
import { type Column, compileEscape, compileSourceEscape } from '../../lib/access-log/escape.ts'
import { scanValue, unescapeSource, unescapeValue } from '../../lib/access-log/unescape.ts'

const columns: readonly Column[] = ['quoted', 'bracketed', 'bare']

t.test('a value is read as it was', (t) => {
  const values = [
    '',
    'plain',
    '"',
    '\\',
    '\\n',
    'a\nb\r\t',
    '\x00\x7f\x80',
    '\u2028\ud800',
    'é€😀',
    ' ]',
  ]
  for (const column of columns) {
    for (const value of values) t.equal(unescapeValue(compileEscape(column)(value)), value, column)
  }
  t.end()
})

t.test('hexadecimal digits may be capitals, as nginx writes them', (t) => {
  t.equal(unescapeValue('\\x5C\\x5c\\u00E9'), '\\\\é')
  t.end()
})

t.test('an escape that is none has no value', (t) => {
  for (const text of [
    '\\',
    'a\\',
    '\\a',
    '\\x',
    '\\x5',
    '\\x5g',
    '\\u123',
    '\\u123g',
    '\\N',
    '\\ ',
  ]) {
    t.equal(unescapeValue(text), undefined, text)
  }
  t.end()
})

t.test('of Python source only what ends a column is read back', (t) => {
  for (const source of [`'a\\nb'`, `'\\\\x20\\\\"'`, `'"] \\\\'`, `"it's"`, `'\\x1b\\u2028\\''`]) {
    for (const column of columns) {
      t.equal(unescapeSource(compileSourceEscape(column)(source)), source, column)
    }
  }
  t.end()
})

t.test('every printable character that is escaped by its number is ours', (t) => {
  const separators = '!#$%&()*+,/:;<=>?@^`{|}~'
  const source = `'\\x7f\\x1f\\\\x2c${separators} "'`
  t.equal(unescapeSource(compileSourceEscape('bare', separators)(source)), source)
  t.end()
})

t.test('a value ends at the first character that stops it, never inside an escape', (t) => {
  const quote = (line: string, index: number) => line.charAt(index) === '"'
  t.equal(scanValue('abc" d', 0, quote), 3)
  t.equal(scanValue('a\\"bc"', 0, quote), 5)
  t.equal(scanValue('a\\\\"bc"', 0, quote), 3)
  t.equal(scanValue('"abc"', 1, quote), 4)
  t.equal(scanValue('abc', 0, quote), 3)
  t.equal(scanValue('abc\\', 0, quote), 4)
  t.equal(scanValue('', 0, quote), 0)
  t.end()
})
