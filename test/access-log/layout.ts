// Formats as they are laid out: names, blanks, columns, and mistakes at start-up.

import t from 'tap'
import { isSource, layOut, readFormat } from '../../lib/access-log/layout.ts'
import { type Placeholder, parsePercent } from '../../lib/access-log/percent.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

/** Key and column of each value, and the literal text between them. */
function laidOut(format: string): readonly string[] {
  return layOut(format, undefined).map((piece) =>
    typeof piece === 'string' ? piece : `${piece.placeholder.key} ${piece.column}`,
  )
}

function placeholder(format: string): Placeholder {
  const [part] = parsePercent(format)
  if (typeof part === 'object') return part
  throw new TypeError(format)
}

t.test('a value stands in quotes, in brackets or bare', (t) => {
  t.same(laidOut('%(h)s [%(a)s] "%(r)s" %(s)s'), [
    ...['h bare', ' [', 'a bracketed', '] "', 'r quoted', '" ', 's bare'],
  ])
  t.same(laidOut('"[%(h)s]" [x"%(a)s"]%(s)s'), [
    ...['"[', 'h quoted', ']" [x"', 'a quoted', '"]', 's bare'],
  ])
  t.same(laidOut('[%(h)s] %(s)s'), ['[', 'h bracketed', '] ', 's bare'])
  t.same(laidOut('%(h)s%(l)s'), ['h bare', 'l bare'])
  t.end()
})

t.test('what stands between two values separates them, unless white space does', (t) => {
  const cases = [
    ['%(h)s,%(u)s', ','],
    ['%(h)s|u=%(u)s|%(a)s', '|'],
    ['%(h)s->%(u)s;%(a)s', '>;'],
    ['"%(r)s",%(u)s', ','],
    ['%(u)s,"%(r)s"', ','],
    // White space does it alone, be it with something else.
    ...['%(h)s %(u)s', '%(h)s, %(u)s', '%(h)s\t|%(u)s'].map((format) => [format, '']),
    // Nothing else ends a bare value: letters, digits, dash, point, and quotes.
    ...['%(h)sx%(u)s', '%(h)s-%(u)s', "%(h)s'%(u)s", '%(h)s%(u)s'].map((format) => [format, '']),
    // Inside quotes and brackets, and at both ends, it separates nothing.
    ...['"%(h)s|%(u)s" %(a)s', '[%(h)s|%(u)s] %(a)s', '|%(a)s|'].map((format) => [format, '']),
  ] as const
  for (const [format = '', separators] of cases) {
    for (const piece of layOut(format, undefined)) {
      if (typeof piece === 'string') continue
      t.equal(piece.separators, piece.column === 'bare' ? separators : '', format)
    }
  }
  t.end()
})

t.test('a named format is its text, a structured one keeps its name', (t) => {
  t.equal(readFormat('common'), '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s')
  t.equal(readFormat(' json\n'), 'json')
  t.equal(readFormat('logfmt'), 'logfmt')
  t.equal(readFormat('%(h)s'), '%(h)s')
  t.end()
})

t.test('blanks around a format are those of str.strip in Python 3.11', (t) => {
  const blanks =
    '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007' +
    '\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'
  t.equal(readFormat(`${blanks}%(h)s${blanks}%(s)s${blanks}`), `%(h)s${blanks}%(s)s`)
  for (const other of ['\ufeff', '\u200b', '\x00', '\x1b', '\u180e']) {
    t.equal(readFormat(`${other}%(h)s${other}`), `${other}%(h)s${other}`)
  }
  t.end()
})

t.test('what is no format is an error that says what to write', (t) => {
  const mistakes = [
    ['combine', 'bad-format', /Did you mean 'combined'/],
    ['jsno', 'bad-format', /Did you mean 'json'/],
    ['zzzzzzzzzzzzz', 'bad-format', /Write a format with %\(name\)s in it/],
    ['constructor', 'bad-format', /is no named format/],
    ['', 'wrong-type', /Write a name \(gunicorn, common, combined, proxied, json, logfmt\)/],
    [' \x1c\x85', 'wrong-type', /is no access log format/],
    [undefined, 'wrong-type', /is no access log format/],
    [5, 'wrong-type', /5 is no access log format/],
  ] as const
  for (const [format, code, message] of mistakes) {
    const error = startUpError(() => readFormat(format))
    t.match(error, { code, option: 'accessLog.format', input: format })
    t.match(error.message, message)
  }
  t.end()
})

t.test('a mistake in a placeholder shows its column', (t) => {
  const mistakes = [
    ['x %(L)f', 2, /Write %\(L\)s/],
    ['%(h)s %({nope}x)s', 9, /\n {11}\^ column 10$/],
    ['%(h)s %({%Q}t)s', 9, /column 10$/],
    ['%(h)s %({%d %Q}t)s', 12, /column 13$/],
    ['%(h)s %h', 6, /column 7$/],
  ] as const
  for (const [format, index, message] of mistakes) {
    const error = startUpError(() => layOut(format, undefined))
    t.match(error, { code: 'bad-format', option: 'accessLog.format', input: format, index }, format)
    t.match(error.message, message, format)
  }
  t.throws(() => layOut('%(t)s', 'No/Where'), { code: 'bad-timezone' })
  t.end()
})

t.test('a dash that is always one may be printed as a character, other text not', (t) => {
  for (const key of ['l', 'z', '{x}z']) t.same(laidOut(`%(${key})c`), [`${key} bare`])
  for (const key of ['h', 'b', '{x}i', '{outcome}x', '{iso}t', '{%Y}t']) {
    t.throws(() => layOut(`%(${key})c`, undefined), { code: 'bad-format', index: 0 }, key)
  }
  for (const key of ['B', '{epoch}t', '{first_byte}x'])
    t.same(laidOut(`%(${key})d`), [`${key} bare`])
  t.end()
})

t.test('only a whole repr is Python source', (t) => {
  for (const format of ['%(a)r', '%(a)a', '%(a)20r']) t.ok(isSource(placeholder(format)), format)
  for (const format of ['%(a)s', '%(a).5r', '%(a).a', '%(D)d']) {
    t.notOk(isSource(placeholder(format)), format)
  }
  t.end()
})
