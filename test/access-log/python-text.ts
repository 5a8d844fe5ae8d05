// Text as Python source; the expected texts were recorded from Python 3.11.

import t from 'tap'
import { pythonAscii, pythonRepr } from '../../lib/access-log/python-text.ts'

/** A text, its `repr` and its `ascii`. */
const recorded = [
  ['', "''", "''"],
  ['a b', "'a b'", "'a b'"],
  ["it's", '"it\'s"', '"it\'s"'],
  ['"x"', '\'"x"\'', '\'"x"\''],
  ['it\'s "x"', "'it\\'s \"x\"'", "'it\\'s \"x\"'"],
  ['a\\b', "'a\\\\b'", "'a\\\\b'"],
  ['a\nb\rc\td', "'a\\nb\\rc\\td'", "'a\\nb\\rc\\td'"],
  ['\x00\x1b\x7f', "'\\x00\\x1b\\x7f'", "'\\x00\\x1b\\x7f'"],
  ['\x80\x85\xa0\xad\xe9', "'\\x80\\x85\\xa0\\xad\xe9'", "'\\x80\\x85\\xa0\\xad\\xe9'"],
  [
    '\u0378\u200b\u2028\u2029\u3000\ue000\ufeff',
    "'\\u0378\\u200b\\u2028\\u2029\\u3000\\ue000\\ufeff'",
    "'\\u0378\\u200b\\u2028\\u2029\\u3000\\ue000\\ufeff'",
  ],
  ['\u20ac\u4e2d', "'\u20ac\u4e2d'", "'\\u20ac\\u4e2d'"],
  [
    '\u{1f600}\u{e0001}\u{10ffff}',
    "'\u{1f600}\\U000e0001\\U0010ffff'",
    "'\\U0001f600\\U000e0001\\U0010ffff'",
  ],
  ['\xff\u0100\uffff', "'\xff\u0100\\uffff'", "'\\xff\\u0100\\uffff'"],
  ['\ud83d', "'\\ud83d'", "'\\ud83d'"],
] as const

t.test('repr quotes text and escapes what cannot be printed', (t) => {
  for (const [text, repr] of recorded) t.equal(pythonRepr(text), repr)
  t.end()
})

t.test('ascii escapes whatever is beyond ASCII as well', (t) => {
  for (const [text, , ascii] of recorded) t.equal(pythonAscii(text), ascii)
  t.end()
})
