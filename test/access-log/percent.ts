// The format language: what is read, and what is refused with column and hint.

import t from 'tap'
import { MAX_WIDTH, parsePercent } from '../../lib/access-log/percent.ts'
import { OptionError } from '../../lib/errors.ts'

const plain = { flags: '', width: undefined, precision: undefined, conversion: 's' } as const

function errorOf(format: string, option?: string): OptionError {
  try {
    parsePercent(format, option)
  } catch (error) {
    if (error instanceof OptionError) return error
  }
  throw new Error(`${format} was accepted`)
}

t.test('a format is literal text and placeholders, in their order', (t) => {
  t.strictSame(parsePercent('%(h)s - "%(r)s" end'), [
    { ...plain, key: 'h', index: 0 },
    ' - "',
    { ...plain, key: 'r', index: 9 },
    '" end',
  ])
  t.strictSame(parsePercent('%(h)s%(l)s'), [
    { ...plain, key: 'h', index: 0 },
    { ...plain, key: 'l', index: 5 },
  ])
  t.strictSame(parsePercent('only text'), ['only text'])
  t.strictSame(parsePercent(''), [])
  t.end()
})

t.test('two percent signs are one, in one piece with the text around them', (t) => {
  t.strictSame(parsePercent('%%'), ['%'])
  t.strictSame(parsePercent('100%% of %%(h)s%%%%'), ['100% of %(h)s%%'])
  t.strictSame(parsePercent('%%%(h)s%%'), ['%', { ...plain, key: 'h', index: 2 }, '%'])
  t.end()
})

t.test('a key is whatever stands between balanced parentheses, even nothing', (t) => {
  for (const key of [
    'h',
    '{x-forwarded-for}i',
    '',
    ' h ',
    '(h)',
    '{a(b)c}i',
    'a(b(c)d)e',
    '%',
    'é',
  ]) {
    t.strictSame(parsePercent(`%(${key})s`), [{ ...plain, key, index: 0 }])
  }
  t.strictSame(parsePercent('%(a)s)'), [{ ...plain, key: 'a', index: 0 }, ')'])
  t.end()
})

t.test('flags, width and precision come between key and conversion', (t) => {
  const [first] = parsePercent('%(B)-+ #05.3d')
  t.strictSame(first, {
    key: 'B',
    flags: '-+ #0',
    width: 5,
    precision: 3,
    conversion: 'd',
    index: 0,
  })
  t.strictSame(parsePercent('%(a)20s'), [{ ...plain, key: 'a', width: 20, index: 0 }])
  t.strictSame(parsePercent('%(a).12s'), [{ ...plain, key: 'a', precision: 12, index: 0 }])
  t.strictSame(parsePercent('%(a)00s'), [{ ...plain, key: 'a', flags: '00', index: 0 }])
  t.end()
})

t.test('a point without digits is a precision of 0', (t) => {
  t.strictSame(parsePercent('%(a).s'), [{ ...plain, key: 'a', precision: 0, index: 0 }])
  t.strictSame(parsePercent('%(a)5.s'), [{ ...plain, key: 'a', width: 5, precision: 0, index: 0 }])
  t.end()
})

t.test('one length modifier of C is skipped', (t) => {
  for (const modifier of ['h', 'l', 'L']) {
    t.strictSame(parsePercent(`%(a)${modifier}s`), [{ ...plain, key: 'a', index: 0 }])
  }
  const [part] = parsePercent('%(a)-5.2ld')
  t.hasStrict(part, { flags: '-', width: 5, precision: 2, conversion: 'd' })
  t.end()
})

t.test('every conversion of Python is known, and no other', (t) => {
  const known = 'sradiouxXeEfFgGc'
  for (const conversion of known) t.hasStrict(parsePercent(`%(a)${conversion}`), [{ conversion }])
  for (let code = 0x20; code < 0x7f; code++) {
    const letter = String.fromCharCode(code)
    if (known.includes(letter)) continue
    t.throws(() => parsePercent(`%(a)${letter}`), { code: 'bad-format' }, letter)
  }
  t.end()
})

t.test('a width or precision may be as long as a line can use, and no longer', (t) => {
  t.hasStrict(parsePercent(`%(a)${MAX_WIDTH}s`), [{ width: MAX_WIDTH }])
  t.hasStrict(parsePercent(`%(a).${MAX_WIDTH}s`), [{ precision: MAX_WIDTH }])
  t.hasStrict(errorOf(`%(a)-${MAX_WIDTH + 1}s`), { index: 5 })
  t.hasStrict(errorOf(`%(a)5.${MAX_WIDTH + 1}s`), { index: 6 })
  t.match(errorOf('%(a)99999999999999999999s').message, 'Write a number of at most 4096')
  t.end()
})

t.test('an error names the option, shows the format and says where and what instead', (t) => {
  const error = errorOf('%(l)s %h')
  t.hasStrict(error, {
    code: 'bad-format',
    option: 'accessLog.format',
    input: '%(l)s %h',
    index: 6,
  })
  t.equal(
    error.message,
    'accessLog.format: the name of a value stands in parentheses. ' +
      'Write %(h)s, or %% for a percent sign\n  %(l)s %h\n        ^ column 7',
  )
  t.hasStrict(errorOf('%', 'ACCESS_LOG_FORMAT'), { option: 'ACCESS_LOG_FORMAT', index: 0 })
  t.end()
})

/** A format, the column of its mistake from 0, and a part of the message. */
const mistakes = [
  ['100%', 3, 'Write %% for a percent sign'],
  ['%', 0, 'begins no placeholder'],
  ['%5', 0, 'begins no placeholder'],
  ['%>s', 0, 'Write %% for a percent sign'],
  ['%é', 0, 'begins no placeholder'],
  ['%5%', 0, 'Write %% for a percent sign'],
  ['% %', 0, 'Write %% for a percent sign'],
  ['%h', 0, 'Write %(h)s'],
  ['%(l)s %l', 6, 'Write %(l)s'],
  ['%*d', 0, 'Write %(d)s'],
  ['%{User-Agent}i', 0, 'Write %({User-Agent}i)s'],
  ['%-(h)s', 0, 'flags and width come after the name'],
  ['% (h)s', 0, 'flags and width come after the name'],
  ['%5(h)s', 0, 'flags and width come after the name'],
  ['%(h', 1, 'never closed'],
  ['x %(h %(l)s', 3, 'never closed'],
  ['%({a(b}i)s', 1, 'never closed'],
  ['%(h)', 4, 'missing. Write %(h)s'],
  ['%(h)-20', 7, 'missing. Write %(h)s'],
  ['%(h).', 5, 'missing. Write %(h)s'],
  ['%(h)l', 5, 'missing. Write %(h)s'],
  ['%({x}i)', 7, 'missing. Write %({x}i)s'],
  ['%(h) %(l)s', 5, '"%" is none of the letters'],
  ['%(h)%', 4, '"%" is none of the letters'],
  ['%(h)"', 4, 'Write %(h)s'],
  ['%(h)q', 4, '"q" is none of the letters'],
  ['%(h)5-s', 5, '"-" is none of the letters'],
  ['%(h).-1s', 5, '"-" is none of the letters'],
  ['%(h)hls', 5, '"l" is none of the letters'],
  ['%(h)\u{1f600}', 4, '"\u{1f600}" is none of the letters'],
  ['%(h)*d', 4, 'Write the width itself'],
  ['%(h).*d', 5, 'Write the width itself'],
] as const

t.test('what Python cannot print is refused, with a hint', (t) => {
  for (const [format, index, text] of mistakes) {
    const error = errorOf(format)
    t.hasStrict(error, { code: 'bad-format', input: format, index }, format)
    t.ok(error.message.includes(text), `${error.message} says ${text}`)
  }
  t.end()
})

t.test('a placeholder that would print every header is refused, though Python takes it', (t) => {
  for (const format of ['%s', '%r', '%a', '%-20s', '%.3s']) {
    t.match(errorOf(format).message, 'prints every request header, credentials included')
  }
  t.hasStrict(errorOf('%hs'), { index: 0 })
  t.end()
})
