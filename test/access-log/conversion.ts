// One placeholder, one value; the expected texts were recorded from Python 3.11.

import t from 'tap'
import {
  compileConversion,
  conversionError,
  pad,
  truncate,
} from '../../lib/access-log/conversion.ts'
import { type Placeholder, parsePercent } from '../../lib/access-log/percent.ts'

function placeholder(rest: string): Placeholder {
  const [part] = parsePercent(`%(v)${rest}`)
  if (typeof part === 'object') return part
  throw new TypeError(rest)
}

/** What follows `%(v)`, the value, and the text. */
const text = [
  ['s', 'text', 'text'],
  ['.2s', 'text', 'te'],
  ['6s', 'text', '  text'],
  ['3s', 'text', 'text'],
  ['-6s', 'text', 'text  '],
  ['06s', 'text', '  text'],
  ['+#6s', 'text', '  text'],
  ['6.2s', 'text', '    te'],
  ['-6.2s', 'text', 'te    '],
  ['.s', 'text', ''],
  ['.9s', 'text', 'text'],
  ['r', "it's", '"it\'s"'],
  ['8r', 'é', "     'é'"],
  ['.2r', 'é', "'é"],
  ['a', 'é', "'\\xe9'"],
  ['.3a', 'é', "'\\x"],
  ['-10a', 'é', "'\\xe9'    "],
] as const

const numbers = [
  ['s', 12, '12'],
  ['r', 12, '12'],
  ['a', 12, '12'],
  ['.1s', 12, '1'],
  ['05s', 12, '   12'],
  ['d', 12, '12'],
  ['5d', 12, '   12'],
  ['-5d', 12, '12   '],
  ['05d', 12, '00012'],
  ['-05d', 12, '12   '],
  ['6.3d', 12, '   012'],
  ['-8.2f', 12, '12.00   '],
  ['8.2f', 12, '   12.00'],
  ['F', 12, '12.000000'],
  ['e', 12, '1.200000e+01'],
  ['E', 12, '1.200000E+01'],
  ['g', 12, '12'],
  ['G', 1e9, '1E+09'],
  ['x', 255, 'ff'],
  ['s', 12345678901234567890n, '12345678901234567890'],
] as const

const characters = [
  ['c', 'x', 'x'],
  ['3c', 'x', '  x'],
  ['-3c', 'x', 'x  '],
  ['03c', 'x', '  x'],
  ['.0c', 'x', 'x'],
  ['c', 65, 'A'],
  ['c', 0, '\x00'],
  ['3c', 128512, '  \u{1f600}'],
  ['c', 1114111, '\u{10ffff}'],
  ['c', 65n, 'A'],
] as const

const astral = [
  ['3s', '\u{1f600}', '  \u{1f600}'],
  ['.1s', '\u{1f600}b', '\u{1f600}'],
  ['3.1s', '\u{1f600}b', '  \u{1f600}'],
] as const

for (const [title, rows] of [
  ['text is cut to the precision, then filled to the width with blanks, never with zeros', text],
  ['a number is printed as the letter says', numbers],
  ['a character is given itself or as its code point', characters],
  ['a character beyond the first 65536 counts as one', astral],
] as const) {
  t.test(title, (t) => {
    for (const [rest, value, wanted] of rows) {
      t.equal(compileConversion(placeholder(rest))(value), wanted, `${rest} of ${value}`)
    }
    t.end()
  })
}

t.test('a line is never lost at run time: text stands where a number should', (t) => {
  for (const conversion of ['d', 'x', 'f', 'g', 'c']) {
    t.equal(compileConversion(placeholder(`6${conversion}`))('text'), '  text', conversion)
  }
  t.end()
})

t.test('a line is never lost at run time: U+FFFD stands for what is no code point', (t) => {
  for (const value of [-1, 0x110000, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1n << 64n]) {
    t.equal(compileConversion(placeholder('c'))(value), '\ufffd', String(value))
  }
  t.end()
})

t.test('truncate keeps the first characters, and text of no more as it is', (t) => {
  t.equal(truncate('text', undefined), 'text')
  t.equal(truncate('text', 4), 'text')
  t.equal(truncate('text', 3), 'tex')
  t.equal(truncate('text', 0), '')
  t.equal(truncate('\u{1f600}\u{1f600}', 1), '\u{1f600}')
  t.equal(truncate('\u{1f600}\u{1f600}', 3), '\u{1f600}\u{1f600}')
  t.equal(truncate('\ud83dab', 2), '\ud83da')
  t.end()
})

t.test('pad fills up to the width, on the left unless told', (t) => {
  t.equal(pad('ab', { width: undefined, flags: '-' }), 'ab')
  t.equal(pad('ab', { width: 2, flags: '' }), 'ab')
  t.equal(pad('abc', { width: 2, flags: '-' }), 'abc')
  t.equal(pad('ab', { width: 4, flags: '0' }), '  ab')
  t.equal(pad('ab', { width: 4, flags: '0-' }), 'ab  ')
  t.equal(pad('', { width: 2, flags: '' }), '  ')
  t.end()
})

t.test('any value can be printed as text', (t) => {
  for (const conversion of ['s', 'r', 'a']) {
    for (const kind of ['text', 'character', 'number'] as const) {
      t.equal(conversionError(placeholder(conversion), kind), undefined)
    }
  }
  t.end()
})

t.test('text cannot be printed as a number', (t) => {
  for (const conversion of 'diuoxXeEfFgG') {
    const part = placeholder(conversion)
    const reason = `"%(v)${conversion}" needs a number, and "v" is text`
    t.equal(conversionError(part, 'text'), reason)
    t.equal(conversionError(part, 'character'), reason)
    t.equal(conversionError(part, 'number'), undefined)
  }
  t.end()
})

t.test('only text that is always one character long can be printed as a character', (t) => {
  const part = placeholder('5c')
  t.match(conversionError(part, 'text'), '"%(v)c" needs a single character')
  t.equal(conversionError(part, 'character'), undefined)
  t.equal(conversionError(part, 'number'), undefined)
  t.end()
})
