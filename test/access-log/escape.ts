// Safe escaping, character by character.

import t from 'tap'
import {
  type Column,
  compileEscape,
  compileEscapes,
  compileHarmless,
  compileSourceEscape,
  needsEscape,
  rewrite,
  unicodeEscape,
} from '../../lib/access-log/escape.ts'

const columns: readonly Column[] = ['quoted', 'bracketed', 'bare']

t.test('a harmless value is returned as it is, in every column', (t) => {
  for (const column of columns) {
    t.equal(compileEscape(column)('/a/b?c=d&é=1;Ünïcode€😀'), '/a/b?c=d&é=1;Ünïcode€😀', column)
  }
  t.end()
})

/** A value and what stands for it, in every column. */
const everywhere: readonly (readonly [string, string])[] = [
  ['a"b', 'a\\"b'],
  ['a\\b', 'a\\\\b'],
  ['a\nb', 'a\\nb'],
  ['a\r\nb', 'a\\r\\nb'],
  ['a\tb', 'a\\tb'],
  ['"\\\n\r\t', '\\"\\\\\\n\\r\\t'],
  ['\x00\x1b[31m', '\\x00\\x1b[31m'],
  ['\b\v\f', '\\x08\\x0b\\x0c'],
  ['"\b\\n', '\\"\\x08\\\\n'],
  ['\x7f', '\\x7f'],
  ['\x80\x85\x9f', '\\x80\\x85\\x9f'],
  ['\u2028\u2029', '\\u2028\\u2029'],
  ['\ud800', '\\ud800'],
  ['\udfffx', '\\udfffx'],
  ['\ud83d\ud83d\ude00\ude00', '\\ud83d😀\\ude00'],
  ['é\x01€\x02😀\x03', 'é\\x01€\\x02😀\\x03'],
]

t.test('what a line or a column could end with is escaped', (t) => {
  for (const column of columns) {
    const escapeText = compileEscape(column)
    for (const [text, escaped] of everywhere) t.equal(escapeText(text), escaped, column)
  }
  t.end()
})

t.test('a blank stays inside quotes and brackets, whatever kind of blank it is', (t) => {
  for (const column of ['quoted', 'bracketed'] as const) {
    t.equal(compileEscape(column)('a b\xa0\u3000\ufeff'), 'a b\xa0\u3000\ufeff', column)
  }
  t.end()
})

t.test('a blank ends a bare column, and a bracket a bracketed one', (t) => {
  t.equal(compileEscape('bare')('a b ]'), 'a\\x20b\\x20]')
  t.equal(compileEscape('bracketed')('a b ]"'), 'a b \\x5d\\"')
  t.equal(compileEscape('quoted')(']'), ']')
  t.end()
})

t.test('a bare column holds no white space that a reader could split at', (t) => {
  const escaped = compileEscape('bare')('\xa0\u1680\u2003\u202f\u205f\u3000\ufeff')
  t.equal(escaped, '\\xa0\\u1680\\u2003\\u202f\\u205f\\u3000\\ufeff')
  for (let code = 0; code <= 0xffff; code++) {
    const character = String.fromCharCode(code)
    if (/\s/.test(compileEscape('bare')(character))) t.fail(code.toString(16))
  }
  t.end()
})

t.test('Python source keeps its backslashes: only what ends a column is escaped', (t) => {
  const source = `'a\\nb\\\\ "c" ]'`
  t.equal(compileSourceEscape('quoted')(source), `'a\\nb\\\\ \\"c\\" ]'`)
  t.equal(compileSourceEscape('bracketed')(source), `'a\\nb\\\\ \\"c\\" \\x5d'`)
  t.equal(compileSourceEscape('bare')(source), `'a\\nb\\\\\\x20\\"c\\"\\x20]'`)
  t.end()
})

t.test('what separates the values of a format is escaped besides', (t) => {
  t.equal(compileEscape('bare', ',^')('a,b^c|d é'), 'a\\x2cb\\x5ec|d\\x20é')
  t.equal(compileEscapes('bare', '|')('|', 0), '\\x7c')
  t.equal(compileSourceEscape('bare', ',|')(`'a,b| "'`), `'a\\x2cb\\x7c\\x20\\"'`)
  t.end()
})

t.test('the escape of a unit is told by its column, and half of a pair has none', (t) => {
  const bare = compileEscapes('bare')
  t.equal(bare('a b', 1), '\\x20')
  t.equal(bare('a b', 0), undefined)
  t.equal(compileEscapes('quoted')('a b', 1), undefined)
  t.equal(compileEscapes('bracketed')(']', 0), '\\x5d')
  for (const index of [0, 1]) t.equal(bare('😀', index), undefined)
  t.equal(bare('\ud83d', 0), '\\ud83d')
  t.equal(bare('€\u2028', 1), '\\u2028')
  t.end()
})

t.test('a text is rewritten unit by unit', (t) => {
  const capitals = (text: string, index: number) =>
    /[A-Z]/.test(text.charAt(index)) ? unicodeEscape(text.charCodeAt(index)) : undefined
  t.equal(rewrite('aBcDD', capitals), 'a\\u0042c\\u0044\\u0044')
  t.equal(rewrite('abc', capitals), 'abc')
  t.equal(rewrite('', capitals), '')
  t.end()
})

t.test(
  'a line in quotes needs an escape for quotes, backslashes, controls and lone halves',
  (t) => {
    for (const [text] of everywhere) t.ok(needsEscape.test(text))
    for (const text of ['', 'a b', ']', '\xa0', '😀', 'é€']) t.notOk(needsEscape.test(text))
    t.end()
  },
)

t.test('a value of a megabyte is escaped in one pass', (t) => {
  for (const unit of ['"', '\x80', '€\u2028']) {
    const start = performance.now()
    compileEscape('bare')(unit.repeat(2 ** 20))
    t.ok(performance.now() - start < 5_000)
  }
  t.end()
})

/** A line with one value, and the same with the value in quotes. */
const bare = (value: string) => `a ${value} "b"`
const quoted = (value: string) => `a b "${value}"`

t.test('a line is harmless if nothing in it needs care but its literal text', (t) => {
  for (const [line, isHarmless] of [
    [bare, compileHarmless(bare(''))],
    [quoted, compileHarmless(quoted(''))],
  ] as const) {
    for (const value of ['', '-', '10.0.0.2', "/a?b=c'd;e,f|g"]) {
      t.ok(isHarmless.test(line(value)), value)
    }
    for (const [value] of everywhere) t.notOk(isHarmless.test(line(value)), value)
    for (const value of ['"', '" "', '\\"', 'é', '\n']) t.notOk(isHarmless.test(line(value)), value)
  }
  t.ok(compileHarmless(quoted('')).test(quoted('a b[c]')))
  for (const value of ['a b', '[', ']']) t.notOk(compileHarmless(bare('')).test(bare(value)), value)
  t.end()
})

t.test('a harmless value is one that no column escapes', (t) => {
  for (const column of columns) {
    const separators = column === 'bare' ? ',' : ''
    const escapeText = compileEscape(column, separators)
    const line = column === 'quoted' ? quoted : bare
    const isHarmless = compileHarmless(line(''), separators)
    for (let code = 0; code <= 0xffff; code++) {
      const character = String.fromCharCode(code)
      if (isHarmless.test(line(character)) && escapeText(character) !== character) {
        t.fail(code.toString(16))
      }
    }
  }
  t.end()
})

t.test('literal text of a line may need care, and counts in its order', (t) => {
  const isHarmless = compileHarmless('é\t"" [] | "\ud83d"', '|')
  t.ok(isHarmless.test('é\t"a b" c[d] |e "f|g\ud83dh"'))
  for (const line of [
    'é\t"" []| "\ud83d"',
    'é\t"" [] || "\ud83d"',
    'é\t"é" [] | "\ud83d"',
    '\té"" [] | ""',
  ]) {
    t.notOk(isHarmless.test(line), line)
  }
  t.end()
})

t.test('a hostile line of a megabyte is told in one pass', (t) => {
  const isHarmless = compileHarmless(quoted(''))
  for (const unit of ['a', 'a b', 'a"', ' ']) {
    const start = performance.now()
    isHarmless.test(`${quoted(unit.repeat(2 ** 18))}"`)
    t.ok(performance.now() - start < 5_000)
  }
  t.end()
})
