// Text of one byte a character, escaped through a table.

import t from 'tap'
import { compileNarrow, NARROW } from '../../lib/access-log/narrow.ts'

/** Of two to four characters, for every character but letters and digits. */
const sequences = Array.from({ length: NARROW }, (_, code) =>
  /[a-zA-Z\d]/.test(String.fromCharCode(code)) ? undefined : '\\x41'.slice(0, 2 + (code % 3)),
)
const escapeNarrow = compileNarrow(sequences)

t.test('each character stays, or becomes its sequence', (t) => {
  for (let code = 0; code < NARROW; code++) {
    const character = String.fromCharCode(code)
    t.equal(escapeNarrow(`a${character}b`), `a${sequences[code] ?? character}b`)
  }
  t.equal(escapeNarrow(''), '')
  t.end()
})

t.test('text of any length is escaped, wherever its escapes stand', (t) => {
  for (const length of [1023, 1024, 1025, 4092, 4093, 4096, 4097, 20_000]) {
    for (const unit of ['a', '\x83', 'a\x83', 'abc\x82\x81']) {
      const text = unit.repeat(length).slice(0, length)
      const wanted = text.replace(/[\x81-\x83]/g, (unit) => String(sequences[unit.charCodeAt(0)]))
      t.ok(escapeNarrow(text) === wanted, `${length} of ${JSON.stringify(unit)}`)
    }
  }
  t.end()
})

t.test('text with any other character is none of its business', (t) => {
  for (const character of ['\u0100', '\u2028', '\ud800', '😀']) {
    t.equal(escapeNarrow(`a${character}`), undefined)
  }
  t.end()
})
