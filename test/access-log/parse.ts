// Lines read back: what compileAccessLog printed, by key, and formats that cannot be read.

import t from 'tap'
import { compileAccessLog } from '../../lib/access-log/compile.ts'
import { parseAccessLog } from '../../lib/access-log/parse.ts'
import { record } from '../fixtures/record.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

t.test('a line is taken apart by the keys of its format', (t) => {
  const parse = parseAccessLog('combined')
  t.strictSame(parse(compileAccessLog('combined')(record())), {
    h: '10.0.0.2',
    l: '-',
    u: 'alice',
    t: '[20/Nov/2026:11:29:06 +0000]',
    r: 'GET /path/to%20it?x=1&y=%22 HTTP/1.1',
    s: '200',
    b: '12',
    f: 'http://ref.example/',
    a: 'agent/1.0',
  })
  t.end()
})

t.test('what a client sent comes back as it was sent', (t) => {
  const hostile = record({
    target: '/%0a127.0.0.1 - root',
    requestHeaders: ['User-Agent', 'x" 200 1 "-" "y\\', 'X-Forwarded-For', '203.0.113.7, ]\ud800'],
  })
  const format = '%(U)s [%({x-forwarded-for}i)s] %({X-Forwarded-For}i)s "%(a)s"'
  t.strictSame(parseAccessLog(format)(compileAccessLog(format)(hostile)), {
    U: '/\n127.0.0.1 - root',
    '{x-forwarded-for}i': '203.0.113.7, ]\ud800',
    '{X-Forwarded-For}i': '203.0.113.7, ]\ud800',
    a: 'x" 200 1 "-" "y\\',
  })
  t.end()
})

t.test('literal text may stand at both ends, and alone', (t) => {
  t.strictSame(parseAccessLog('<<%(h)s %(s)s>>')('<<a b>>'), { h: 'a', s: 'b' })
  t.strictSame(parseAccessLog('100%% sure')('100% sure'), {})
  t.equal(parseAccessLog('100%% sure')('100% surely'), undefined)
  t.equal(parseAccessLog('100%% sure')('99% sure'), undefined)
  t.end()
})

t.test('a key that every object has is a key like any other', (t) => {
  const values = parseAccessLog('%(__proto__)s %(constructor)s')('- x')
  t.same(Object.entries(values ?? {}), [
    ['__proto__', '-'],
    ['constructor', 'x'],
  ])
  t.end()
})

t.test('a line of another format is undefined, and nothing throws', (t) => {
  const parse = parseAccessLog('%(h)s %(t)s "%(a)s"')
  t.ok(parse('a [b] "c"'))
  const foreign = [
    ...['', 'a', 'a [b]', 'a [b] "c', 'a [b] "c" ', 'a [b] "c"\n', 'a  [b] "c"', ' a [b] "c"'],
    ...['a b "c"', 'a [b] c', 'a [b] "c"d"', 'a [b] "c\\"', 'a [b] "\\q"', 'a [b] "\n"'],
    ...['a\\x2 [b] "c"', '\u2028 [b] "c"', 'a [b] "\ud800"'],
  ]
  for (const [index, line] of foreign.entries()) t.equal(parse(line), undefined, `line ${index}`)
  const spaced = parseAccessLog('<%(h)s %(s)s>')
  t.ok(spaced('<a b>'))
  for (const line of ['<a\tb>', '<a_b>', '>a b>', 'a b>', '<a b']) {
    t.equal(spaced(line), undefined)
  }
  for (const line of [undefined, null, 5, {}, ['a']]) {
    t.equal(Reflect.apply(parse, undefined, [line]), undefined)
  }
  t.end()
})

/** A format, the column of its mistake from 0, and the message. */
const mistakes = [
  ['%(h)s%(s)s', 5, /nothing stands between this value and the one before\. Put a blank/],
  ['x %(t)s%(h)s', 7, /nothing stands between/],
  ['%(h)s %(s)s %(h)s', 12, /"%\(h\)s" stands here twice\. Take one out/],
  ['%(h)s %(a).3s', 6, /a precision loses text\. Write %\(a\)s/],
  ['%(s)s %(h)s-%(a)s', 6, /"-" behind "%\(h\)s" may be part of the value\. Put each value/],
  ['%(s)s "%(m)s %(U)s"', 7, /may be part of the value/],
  ['json', 0, /json needs no parser of ours\. Read its lines with JSON\.parse/],
  ['logfmt', 0, /logfmt needs no parser of ours\. Use any reader of logfmt/],
] as const

t.test('a format whose values cannot be told apart is an error that shows the column', (t) => {
  for (const [format, index, message] of mistakes) {
    const error = startUpError(() => parseAccessLog(format))
    t.match(error, { code: 'bad-format', option: 'accessLog.format', input: format, index }, format)
    t.match(error.message, message, format)
    t.match(error.message, new RegExp(`column ${index + 1}$`), format)
  }
  t.end()
})

t.test('exact lines cannot be read back', (t) => {
  const error = startUpError(() => parseAccessLog('common', { escape: 'exact' }))
  t.match(error, { code: 'bad-format', option: 'accessLog.escape', input: 'exact' })
  t.match(error.message, /Log with safe escaping/)
  t.ok(parseAccessLog('common', { escape: 'safe', timezone: 'UTC' }))
  t.end()
})

t.test('a mistake that the formatter refuses is one here too', (t) => {
  t.throws(() => parseAccessLog('%h'), { code: 'bad-format' })
  t.throws(() => parseAccessLog('combine'), { code: 'bad-format' })
  t.throws(() => parseAccessLog('%(t)s', { timezone: 'No/Where' }), { code: 'bad-timezone' })
  const wrong: object = { escape: 'none' }
  t.throws(() => parseAccessLog('%(h)s', wrong), { code: 'wrong-type' })
  t.end()
})
