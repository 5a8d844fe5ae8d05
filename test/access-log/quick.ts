// The quick way to a line: what it prints, and when it leaves a line to the sure way.

import t from 'tap'
import { layOut } from '../../lib/access-log/layout.ts'
import { gather } from '../../lib/access-log/line.ts'
import { compilePrivacy } from '../../lib/access-log/privacy.ts'
import { compileQuickLine } from '../../lib/access-log/quick.ts'
import type { AccessLogFormat, FormatOptions } from '../../lib/index.ts'
import { record } from '../fixtures/record.ts'

/** What is printed the sure way is marked. */
function quickly(
  format: string,
  options: FormatOptions = {},
): (...made: Parameters<AccessLogFormat>) => unknown {
  const slots = layOut(format, 'UTC', compilePrivacy(options))
  return compileQuickLine(
    gather(
      slots,
      ({ placeholder }) =>
        () =>
          `<${placeholder.key}>`,
    ),
  )
}

const combined = quickly('%(h)s - %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"')
const target = '/path?x=1'

t.test('a harmless line is printed', (t) => {
  t.equal(
    combined(record({ target })),
    '10.0.0.2 - alice [20/Nov/2026:11:29:06 +0000] "GET /path?x=1 HTTP/1.1" 200 12 "http://ref.example/" "agent/1.0"',
  )
  t.equal(
    combined(record({ target, remoteAddr: '', requestHeaders: {}, status: '-' })),
    '- - - [20/Nov/2026:11:29:06 +0000] "GET /path?x=1 HTTP/1.1" - 12 "-" "-"',
  )
  const many = quickly('%(m)s '.repeat(20).trim())
  t.equal(many(record()), 'GET '.repeat(20).trim())
  t.end()
})

t.test('a log line cannot be forged: what is not harmless goes the sure way', (t) => {
  for (const parts of [
    { target: '/" 200 1 "-" "x' },
    { target: '/\\' },
    { target: '/\n' },
    { target: '/é' },
    { remoteAddr: '10.0.0.2 - root' },
    { user: '[20/Nov' },
    { user: 'a"b' },
    { status: '200 1' },
    { requestHeaders: ['User-Agent', 'a" "b'] },
    { requestHeaders: ['Referer', '\x85'] },
    { requestHeaders: ['User-Agent', 'a\tb'] },
  ]) {
    t.equal(combined(record({ target, ...parts })), undefined, JSON.stringify(parts))
  }
  t.equal(quickly('%(m)s|%(H)s')(record({ method: 'a|b' })), undefined)
  t.end()
})

t.test('what privacy may change goes the sure way, wherever it stands', (t) => {
  const secret = record({ target: '//user:password@host/' })
  t.equal(combined(secret), undefined)
  t.equal(quickly('"%(r)s"', { redact: false })(secret), '"GET //user:password@host/ HTTP/1.1"')
  const hidden = { redact: { query: ['x'] } }
  t.equal(quickly('"%(r)s"', hidden)(record({ target })), undefined)
  t.equal(quickly('"%(a)s" "%(r)s"', hidden)(record({ target })), undefined)
  t.equal(quickly('"%(a)s"', { maskAddress: true })(record()), '"agent/1.0"')
  t.end()
})

t.test('literal text that looks like a secret is none', (t) => {
  const print = quickly('a@b "%(r)s" "%(f)s"')
  const made = { target, requestHeaders: ['Referer', '/'] }
  t.equal(print(record(made)), 'a@b "GET /path?x=1 HTTP/1.1" "/"')
  t.equal(print(record({ ...made, target: '/:@c' })), undefined)
  t.equal(print(record(JSON.parse('{ "target": 5 }'))), undefined)
  t.end()
})

t.test('numbers, and values with a conversion of their own, are printed the sure way', (t) => {
  t.equal(quickly('%(B)s "%(a)10s"')(record()), '<B> "<a>"')
  t.equal(quickly('%(h)s', { maskAddress: true })(record()), '<h>')
  t.end()
})

t.test('what is no value, or throws, or may stand for a header goes the sure way', (t) => {
  t.equal(combined(record(JSON.parse('{ "status": { "a": 1 } }'))), undefined)
  t.equal(combined(JSON.parse('null')), undefined)
  t.equal(combined(record({ target, environ: {} })), undefined)
  t.end()
})
