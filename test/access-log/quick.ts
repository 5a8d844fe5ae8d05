// The quick way to a line: what it prints, and when it leaves a line to the sure way.

import t from 'tap'
import { compileAccessLog } from '../../lib/access-log/compile.ts'
import { layOut } from '../../lib/access-log/layout.ts'
import { gather } from '../../lib/access-log/line.ts'
import { parseAccessLog } from '../../lib/access-log/parse.ts'
import { compilePrivacy } from '../../lib/access-log/privacy.ts'
import { compileQuickLine } from '../../lib/access-log/quick.ts'
import type { AccessLogFormat, FormatOptions } from '../../lib/index.ts'
import { record } from '../fixtures/record.ts'

/** What is escaped is marked with braces; in the place of what is printed the sure way stands its key. */
function quickly(
  format: string,
  options: FormatOptions = {},
): (...made: Parameters<AccessLogFormat>) => unknown {
  const line = gather(
    layOut(format, 'UTC', compilePrivacy(options)),
    ({ atom, placeholder: { key, conversion } }) => ({
      print: () => `<${key}>`,
      escapeText: atom.ours || conversion !== 's' ? undefined : (text) => `{${text}}`,
    }),
  )
  return compileQuickLine(line)
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

t.test('a log line cannot be forged: where anything needs care, each value is looked at', (t) => {
  for (const parts of [
    { target: '/" 200 1 "-" "x' },
    { target: '/\\' },
    { target: '/\n' },
    { target: '/é' },
    { remoteAddr: '10.0.0.2 - root' },
    { user: '[20/Nov' },
    { user: 'a"b' },
    { requestHeaders: ['User-Agent', 'a" "b'] },
    { requestHeaders: ['Referer', '\x85'] },
    { requestHeaders: ['User-Agent', 'a\tb'] },
  ]) {
    const made = record({ target, requestHeaders: [], ...parts })
    const values = [made.remoteAddr, made.user ?? '-', `GET ${made.target} HTTP/1.1`]
    for (const value of values) t.match(combined(made), `{${value}}`)
    t.match(combined(made), /<t> ".*" <s> <b> "{/s)
  }
  t.equal(quickly('%(m)s|%(H)s')(record({ method: 'a|b' })), '{a|b}|{HTTP/1.1}')
  t.equal(quickly('%(s)s %(H)s')(record({ status: '200 1' })), '{200 1} {HTTP/1.1}')
  t.end()
})

t.test('a time that is cut leaves no bracket for a client to close', (t) => {
  const cut = quickly('%(t).12s %(a)s %(s)s')
  const agent = (value: string) => record({ requestHeaders: ['User-Agent', value] })
  t.equal(cut(agent('x] y')), '<t> {x] y} <s>')
  t.match(cut(agent('x')), /^<t> /)
  t.end()
})

t.test('what is printed the sure way is not escaped again', (t) => {
  const print = compileAccessLog('%(h)s:%(s)s', { maskAddress: true })
  const line = print(record({ remoteAddr: '2001:db8:1:2::5' }))
  t.equal(line, '2001\\x3adb8\\x3a1\\x3a\\x3a:200')
  t.same(parseAccessLog('%(h)s:%(s)s')(line), { h: '2001:db8:1::', s: '200' })
  t.end()
})

t.test('what privacy may change is printed the sure way, wherever it stands', (t) => {
  const secret = record({ target: '//user:password@host/' })
  t.equal(quickly('"%(a)s" "%(r)s"')(secret), '"{agent/1.0}" "<r>"')
  t.equal(quickly('"%(r)s"', { redact: false })(secret), '"GET //user:password@host/ HTTP/1.1"')
  const hidden = { redact: { query: ['x'] } }
  t.equal(quickly('"%(r)s"', hidden)(record({ target })), '"<r>"')
  t.equal(quickly('"%(a)s" "%(r)s"', hidden)(record({ target })), '"{agent/1.0}" "<r>"')
  t.equal(quickly('"%(a)s"', { maskAddress: true })(record()), '"agent/1.0"')
  t.equal(quickly('a@b "%(a)s"')(record()), 'a@b "{agent/1.0}"')
  t.end()
})

t.test('numbers, and values with a conversion of their own, are printed the sure way', (t) => {
  t.equal(quickly('%(B)s "%(a)10s"')(record()), '<B> "<a>"')
  t.equal(quickly('%(h)s', { maskAddress: true })(record()), '<h>')
  t.equal(quickly('%(m)s "%(a)r"')(record({ method: '"' })), '{"} "<a>"')
  t.end()
})

t.test('what is no value is printed the sure way', (t) => {
  const odd = JSON.parse('{ "status": { "a": 1 }, "target": 5 }')
  t.equal(quickly('%(m)s %(s)s "%(r)s"')(record(odd)), '{GET} <s> "<r>"')
  t.end()
})

t.test('a record that throws, or whose environ may stand for a header, has no quick line', (t) => {
  t.equal(combined(JSON.parse('null')), undefined)
  t.equal(combined(record({ target, environ: {} })), undefined)
  t.end()
})
