// JSON lines: JSON.parse is the judge of what is JSON, a list of characters of what is a line.

import t from 'tap'
import { compileJson, jsonText } from '../../lib/access-log/json.ts'
import type { FieldValue } from '../../lib/access-log/structured.ts'
import { record } from '../fixtures/record.ts'

function print(fields: Readonly<Record<string, FieldValue>>): string {
  const list = Object.entries(fields).map(([name, value]) => ({ name, read: () => value }))
  return compileJson(list)(record())
}

t.test('numbers are numbers, lists are lists, and what is absent is left out', (t) => {
  const line = print({ a: undefined, b: 'x', c: 200, d: 0.5, e: ['y', '"'], f: undefined, g: '' })
  t.equal(line, '{"b":"x","c":200,"d":0.5,"e":["y","\\""],"g":""}')
  t.equal(print({ a: undefined }), '{}')
  t.equal(print({}), '{}')
  t.end()
})

t.test('the names of fields are text as well', (t) => {
  t.equal(print({ 'a"\n': 1 }), '{"a\\"\\n":1}')
  t.end()
})

t.test('harmless text is put in quotes, and nothing else', (t) => {
  for (const text of ['', 'a b', ']{}', 'é€', '😀', '\xa0', '/\ud7ff\ue000']) {
    t.equal(jsonText(text), `"${text}"`)
  }
  t.end()
})

t.test('every character comes back from JSON.parse, and none can end a line (RFC 8259 7)', (t) => {
  for (let code = 0; code <= 0xffff; code++) {
    const text = `a${String.fromCharCode(code)}é`
    const json = jsonText(text)
    if (JSON.parse(json) !== text) t.fail(code.toString(16))
    if (/[\x00-\x1f\x7f-\x9f\u2028\u2029]|\p{Cs}/u.test(json)) t.fail(code.toString(16))
  }
  t.end()
})

t.test('what JSON would let pass is escaped with four digits', (t) => {
  t.equal(jsonText('\x7f\x80\x85\x9f\u2028\u2029'), '"\\u007f\\u0080\\u0085\\u009f\\u2028\\u2029"')
  t.equal(jsonText('é\x85€'), '"é\\u0085€"')
  t.equal(jsonText('\ud800"\udfff'), '"\\ud800\\"\\udfff"')
  t.equal(jsonText('"\\\n\x1b'), '"\\"\\\\\\n\\u001b"')
  t.end()
})
