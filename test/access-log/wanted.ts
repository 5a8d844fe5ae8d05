// What a format reads of a response is found out for it, and nothing else where that costs.

import t from 'tap'
import { contextFields, letterKeys } from '../../lib/access-log/atoms.ts'
import { namedFormats } from '../../lib/access-log/formats.ts'
import { wantedBy } from '../../lib/access-log/wanted.ts'
import { compileAccessLog, compileTrust, OptionError, resolveContext } from '../../lib/index.ts'

const context = resolveContext({ remoteAddress: '192.0.2.1', url: '/' }, compileTrust())

/** What a format reads when it prints a line. */
function readBy(format: string, options?: object): { headers: boolean; times: boolean } {
  const read = { headers: false, times: false }
  compileAccessLog(
    format,
    options,
  )({
    remoteAddr: '192.0.2.1',
    method: 'GET',
    target: '/',
    protocol: 'HTTP/1.1',
    requestHeaders: [],
    status: 200,
    bytes: 5,
    time: 0,
    context,
    get responseHeaders() {
      read.headers = true
      return { 'x-a': 'one' }
    },
    get durationMicros() {
      read.times = true
      return 5
    },
    get firstByteMicros() {
      read.times = true
      return 4
    },
  })
  return read
}

t.test('each value of a format wants exactly what it reads', (t) => {
  const keys = [
    ...letterKeys,
    ...contextFields.map((name) => `{${name}}x`),
    ...['{x-a}i', '{x-a}o', '{X-A}O', '{x\ny}o', '{%Y}t', '{raw_uri}e', '{FIRST_BYTE}X', '{x}oo'],
  ]
  for (const key of keys) {
    const format = `%(m)s %(${key})s`
    t.same(wantedBy(format), readBy(format), key)
  }
  t.end()
})

t.test('so do the named formats, and the fields of headers', (t) => {
  const responseHeaders = ['x-a']
  for (const format of Object.keys(namedFormats)) t.same(wantedBy(format), readBy(format), format)
  for (const format of ['json', 'logfmt']) {
    t.same(wantedBy(format), readBy(format), format)
    t.same(wantedBy(format, { responseHeaders }), readBy(format, { responseHeaders }), format)
  }
  t.end()
})

t.test('skip may look at anything, and sample at the duration', (t) => {
  t.same(wantedBy('%(m)s', { skip: () => false }), { headers: true, times: true })
  t.same(wantedBy('%(m)s', { sample: { ratio: 0.5 } }), { headers: false, times: true })
  t.end()
})

t.test('what is no format is refused', (t) => {
  t.throws(() => wantedBy('combnied'), OptionError)
  t.end()
})
