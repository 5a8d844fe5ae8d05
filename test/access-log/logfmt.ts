// logfmt lines: key=value, quoted where a reader needs it.

import t from 'tap'
import { compileLogfmt } from '../../lib/access-log/logfmt.ts'
import type { FieldValue } from '../../lib/access-log/structured.ts'
import { record } from '../fixtures/record.ts'

function print(fields: Readonly<Record<string, FieldValue>>): string {
  const list = Object.entries(fields).map(([name, value]) => ({ name, read: () => value }))
  return compileLogfmt(list)(record())
}

t.test('fields are separated by a blank, and what is absent is left out', (t) => {
  t.equal(print({ a: undefined, b: 'x', c: 200, d: undefined, e: 0.5 }), 'b=x c=200 e=0.5')
  t.equal(print({ a: undefined }), '')
  t.end()
})

t.test('a list is joined with commas', (t) => {
  t.equal(print({ a: ['x', 'y'], b: ['x y', 'z'] }), 'a=x,y b="x y,z"')
  t.end()
})

// go-logfmt encode.go needsQuotedValueRune, and the backslash, of which readers differ.
t.test(
  'blanks, quotes, equal signs, backslashes and controls need quotes, and so does nothing',
  (t) => {
    const cases: readonly (readonly [string, string])[] = [
      ['', '""'],
      ['a b', '"a b"'],
      ['a"b', '"a\\"b"'],
      ['a=b', '"a=b"'],
      ['a\\b', '"a\\\\b"'],
      ['a\nb\t', '"a\\nb\\t"'],
      ['\x1b', '"\\u001b"'],
      ['\x7f\x80', '"\\u007f\\u0080"'],
      ['\u2028', '"\\u2028"'],
      ['\xa0', '"\xa0"'],
      ['\ud800', '"\\ud800"'],
      ['/a?b&c', '/a?b&c'],
      ['é€😀', 'é€😀'],
      ["it's", "it's"],
    ]
    for (const [text, wanted] of cases) t.equal(print({ a: text }), `a=${wanted}`)
    t.end()
  },
)

// go-logfmt jsonstring.go unquoteBytes: `\x1b` is an invalid quoted value, and the line is lost.
t.test('quoted text is JSON, so that no reader loses a line to a control character', (t) => {
  for (let code = 0; code < 0x100; code++) {
    const text = `${String.fromCharCode(code)} `
    t.equal(JSON.parse(print({ a: text }).slice(2)), text)
  }
  t.end()
})
