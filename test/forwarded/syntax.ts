// The characters of header fields; the expected sets stand in RFC 9110 5.6.

import t from 'tap'
import {
  commaBefore,
  isBlank,
  skipBlanks,
  skipBlanksBack,
  skipEmptyBack,
  skipPattern,
  skipQuoted,
  skipToken,
  trim,
  unquote,
} from '../../lib/forwarded/syntax.ts'

/** Every character of latin-1, and some beyond that a careless comparison takes for one of them. */
const characters = [
  ...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)),
  ...'\u0109\u0120\u0122\u012c\u0130\u0141\u017f\u2009\u2028\u202f\u212a\u3000\ufeff\uff0c\uff5e',
]

t.test('a blank is a space or a tab, and nothing else (RFC 9110 5.6.3)', (t) => {
  const blanks = characters.filter((character) => isBlank(character.charCodeAt(0)))
  t.strictSame(blanks, ['\t', ' '])
  t.notOk(isBlank(''.charCodeAt(0)))
  t.end()
})

t.test('blanks are skipped forwards, up to the end', (t) => {
  t.equal(skipBlanks(' \t a ', 0, 5), 3)
  t.equal(skipBlanks(' \t a ', 3, 5), 3)
  t.equal(skipBlanks('    ', 1, 3), 3)
  t.equal(skipBlanks('a', 1, 1), 1)
  t.equal(skipBlanks('\n ', 0, 2), 0)
  t.end()
})

t.test('blanks are skipped backwards, down to the start', (t) => {
  t.equal(skipBlanksBack(' a \t ', 0, 5), 2)
  t.equal(skipBlanksBack(' a \t ', 0, 2), 2)
  t.equal(skipBlanksBack('    ', 1, 3), 1)
  t.equal(skipBlanksBack('a', 0, 0), 0)
  t.equal(skipBlanksBack(' \n', 0, 2), 2)
  t.end()
})

t.test('text is trimmed of blanks between two indices', (t) => {
  t.equal(trim(' \ta b\t ', 0, 7), 'a b')
  t.equal(trim('a, b ,c', 2, 5), 'b')
  t.equal(trim('a,  ,c', 2, 4), '')
  t.equal(trim('abc', 1, 1), '')
  t.equal(trim('\u00a0a\n', 0, 3), '\u00a0a\n')
  t.end()
})

t.test('a quoted-string ends behind its closing quote (RFC 9110 5.6.4)', (t) => {
  const rows = [
    ['""', 0, 2],
    ['"a"b', 0, 3],
    ['x="a, b;c";y', 2, 10],
    ['"a" "b"', 4, 7],
    [String.raw`"\""`, 0, 4],
    [String.raw`"\\"`, 0, 4],
    [String.raw`"\\\""x`, 0, 6],
    [String.raw`"a\b"`, 0, 5],
  ] as const
  for (const [text, start, behind] of rows) {
    t.equal(skipQuoted(text, start, text.length), behind, text)
  }
  t.end()
})

t.test('a quoted-string that is not closed has no end', (t) => {
  for (const text of ['"', '"a', String.raw`"\"`, '"\\', String.raw`"a\\\"`, '"for=192.0.2.1, x']) {
    t.equal(skipQuoted(text, 0, text.length), -1, text)
  }
  t.end()
})

t.test('a quote that closes only behind the end does not count', (t) => {
  t.equal(skipQuoted('"a"', 0, 2), -1)
  t.equal(skipQuoted('"a"', 0, 3), 3)
  t.equal(skipQuoted(String.raw`"\"`, 0, 2), -1)
  t.equal(skipQuoted('"', 0, 0), -1)
  t.end()
})

t.test('unquoting drops the quotes and the backslash of each quoted-pair (RFC 9110 5.6.4)', (t) => {
  const rows = [
    ['""', ''],
    ['"a, b;c"', 'a, b;c'],
    [String.raw`"\""`, '"'],
    [String.raw`"\\"`, '\\'],
    [String.raw`"\\\\"`, String.raw`\\`],
    [String.raw`"\\\"x"`, String.raw`\"x`],
    [String.raw`"\a\b"`, 'ab'],
    ['"\\\n\\\u2028"', '\n\u2028'],
    ['"\\\u{1f600}"', '\u{1f600}'],
  ] as const
  for (const [text, value] of rows) t.equal(unquote(`x${text}y`, 1, text.length + 1), value)
  t.end()
})

/** Whether all of the text is a token. */
function isToken(text: string): boolean {
  return text !== '' && skipToken(text, 0) === text.length
}

t.test('a token holds letters, digits and the fifteen marks of RFC 9110 5.6.2', (t) => {
  const digits = '0123456789'
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  const allowed = [...`!#$%&'*+-.^_\`|~${digits}${letters}`].toSorted()
  const places = [
    (character: string) => character,
    (character: string) => `a${character}`,
    (character: string) => `${character}z`,
  ]
  for (const place of places) {
    const found = characters.filter((character) => isToken(place(character)))
    t.strictSame(found.toSorted(), allowed)
  }
  t.equal(isToken(''), false)
  t.equal(skipToken('for=a', 0), 3)
  t.equal(skipToken('for=a', 3), 3)
  t.equal(skipToken('for=a', 4), 5)
  t.end()
})

t.test('a pattern is looked for at one place, whatever was looked for before', (t) => {
  const letters = /[a-z]+/y
  t.same(
    [3, 0, 4, 9].map((start) => skipPattern(letters, '123abc', start)),
    [6, 0, 6, 9],
  )
  t.end()
})

t.test('a quoted-string that is longer than any address, host or scheme is cut', (t) => {
  const text = `"${'ab'.repeat(30_000)}"`
  t.equal(unquote(text, 0, text.length), 'ab'.repeat(512).slice(0, 1023))
  t.end()
})

t.test('empty elements at the end of a list are skipped, however many (RFC 9110 5.6.1.2)', (t) => {
  for (const empty of ['', ',', ' ', '\t', ', ,', ' ,\t'.repeat(511), ','.repeat(512)]) {
    for (const before of ['', 'a', `${'a'.repeat(600)}`, ' a', ',,a']) {
      const list = before + empty
      t.equal(skipEmptyBack(list, list.length), before.length)
    }
  }
  t.equal(skipEmptyBack('a,b,,', 3), 3)
  t.end()
})

t.test('the nearest comma is found, also where it is far', (t) => {
  for (const length of [0, 1, 127, 128, 129, 5000]) {
    const list = `,a,${'b'.repeat(length)}`
    t.equal(commaBefore(list, list.length), 2)
    t.equal(commaBefore('b'.repeat(length), length), -1)
  }
  t.equal(commaBefore(',a,b', 2), 0)
  t.equal(commaBefore(',a,b', 0), -1)
  t.end()
})

t.test('60 KB of one character are stepped over', (t) => {
  const length = 60_000
  const blanks = ' '.repeat(length)
  t.equal(skipBlanks(blanks, 0, length), length)
  t.equal(skipBlanksBack(blanks, 0, length), 0)
  t.equal(trim(blanks, 0, length), '')
  t.equal(isToken('a'.repeat(length)), true)
  t.equal(isToken(`${'a'.repeat(length)},`), false)
  t.equal(skipQuoted(`"${'\\'.repeat(length)}"`, 0, length + 2), length + 2)
  t.equal(skipQuoted(`"${'\\'.repeat(length + 1)}"`, 0, length + 3), -1)
  t.equal(skipQuoted(`"${','.repeat(length)}`, 0, length + 1), -1)
  t.equal(unquote(`"${'\\'.repeat(length)}"`, 0, length + 2).replaceAll('\\', ''), '')
  t.equal(skipEmptyBack(`a${', '.repeat(length)}`, 2 * length), 1)
  t.end()
})
