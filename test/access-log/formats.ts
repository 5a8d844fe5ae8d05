// The named formats are formats.

import t from 'tap'
import { namedFormats, structuredFormats } from '../../lib/access-log/formats.ts'

t.test('gunicorn has the default of gunicorn', (t) => {
  // gunicorn/config.py, class AccessLogFormat
  t.equal(namedFormats.gunicorn, '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"')
  t.end()
})

t.test('common is what Apache calls common, and combined adds referer and agent', (t) => {
  // httpd mod_log_config: "%h %l %u %t \"%r\" %>s %b"
  t.equal(namedFormats.common, '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s')
  t.equal(namedFormats.combined, `${namedFormats.common} "%(f)s" "%(a)s"`)
  t.end()
})

t.test('proxied begins with the client, not with the proxy', (t) => {
  t.match(namedFormats.proxied, /^%\(\{client\.address\}x\)s /)
  t.end()
})

t.test('a structured format is no text: its name stands for itself', (t) => {
  t.same(structuredFormats, ['json', 'logfmt'])
  for (const name of structuredFormats) t.notOk(Object.hasOwn(namedFormats, name), name)
  t.end()
})
