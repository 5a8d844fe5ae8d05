// Syslog messages, held to the sentences of RFC 3164 and RFC 5424, and to what gunicorn sends.

import t from 'tap'
import {
  compileMessage,
  facilities,
  type MessageOptions,
  programName,
  severities,
} from '../../lib/destination/syslog-message.ts'

const usual: MessageOptions = {
  format: 'rfc5424',
  facility: 'user',
  severity: 'info',
  appName: 'shop',
  hostname: 'mymachine.example.com',
}

/** 22:14:15 on the eleventh and on the first of October, local time. */
const time = new Date(2003, 9, 11, 22, 14, 15, 3)
const first = new Date(2003, 9, 1, 2, 4, 5, 3)

const print = (options: Partial<MessageOptions>, line = 'GET / 200', when = time): string =>
  compileMessage({ ...usual, ...options })(line, when)

t.test('RFC 5424 6.2.1: the priority is eight times the facility and the severity', (t) => {
  // The examples of the section: a kernel message, and "local use 4" with severity 5.
  t.match(print({ facility: 'kern', severity: 'emerg' }), /^<0>/)
  t.match(print({ facility: 'local4', severity: 'notice' }), /^<165>/)
  t.match(print({ facility: 'ftp', severity: 'debug' }), /^<95>/)
  t.match(print({ facility: 'local7', severity: 'debug' }), /^<191>/)
  t.match(print({}), /^<14>/)
  t.equal(new Set(facilities).size, 20)
  t.equal(severities.length, 8)
  t.end()
})

t.test('RFC 5424 6: version, time, host, name, process, id, no structured data, message', (t) => {
  t.equal(
    print({}),
    `<14>1 ${time.toISOString()} mymachine.example.com shop ${process.pid} access - GET / 200`,
  )
  t.end()
})

t.test('RFC 5424 6.2.3: the time is that of RFC 3339, with T, Z and a fraction', (t) => {
  t.match(print({}), /^<14>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.003Z /)
  t.end()
})

t.test('RFC 5424 6.4: what is not ASCII is UTF-8 behind a BOM', (t) => {
  t.match(print({}, 'café'), / access - \uFEFFcafé$/)
  t.match(print({}, 'cafe \x7f'), / access - cafe \x7f$/)
  t.end()
})

t.test('RFC 5424 6: names are printable ASCII of a bounded length, or the NILVALUE', (t) => {
  const field = (options: Partial<MessageOptions>, index: number) =>
    print(options).split(' ')[index]
  t.equal(field({ hostname: 'my machine\n' }, 2), 'my_machine_')
  t.equal(field({ hostname: 'maschine-ä' }, 2), 'maschine-_')
  t.equal(field({ hostname: '😀' }, 2), '_')
  t.equal(field({ hostname: 'h'.repeat(300) }, 2), 'h'.repeat(255))
  t.equal(field({ hostname: '' }, 2), '-')
  t.equal(field({ appName: 'my app:1' }, 3), 'my_app:1')
  t.equal(field({ appName: 'a'.repeat(50) }, 3), 'a'.repeat(48))
  t.end()
})

t.test('RFC 3164 4.1: time, host without domain, tag with process, message', (t) => {
  const options = { format: 'rfc3164', facility: 'auth', severity: 'crit' } as const
  t.equal(
    print(options),
    `<34>Oct 11 22:14:15 mymachine shop[${process.pid}]: GET / 200`,
    'as in the first example of 5.4',
  )
  t.match(print(options, 'x', first), /^<34>Oct {2}1 02:04:05 /, 'a blank before a day below ten')
  t.end()
})

t.test('RFC 3164 4.1.2: an address stands for a host as it is', (t) => {
  const host = (hostname: string) => print({ format: 'rfc3164', hostname }).split(' ')[3]
  t.equal(host('192.0.2.1'), '192.0.2.1')
  t.equal(host('2001:db8::1'), '2001:db8::1')
  t.equal(host('shop'), 'shop')
  t.equal(host('.example'), '-')
  t.end()
})

t.test('RFC 3164 4.1.3: the tag has at most 32 characters, none of which ends it', (t) => {
  t.equal(programName('my app: [1]'), 'my_app___1_')
  t.equal(programName('a'.repeat(40)), 'a'.repeat(32))
  t.match(print({ format: 'rfc3164', appName: 'a:b', hostname: '' }), / - a_b\[\d+\]: /)
  t.end()
})

t.test('RFC 3164 4.1.2: each month has the English name of three letters', (t) => {
  const names = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
  for (const [month, name] of names.entries()) {
    t.match(print({ format: 'rfc3164' }, 'x', new Date(2026, month, 15)), `<14>${name} 15 00:00:00`)
  }
  t.end()
})

t.test('a name cannot end a gunicorn message, nor its head', (t) => {
  const message = print({ format: 'gunicorn', appName: 'a:b\0\n' })
  t.equal(message, `<14>gunicorn.a.b__.access: [${process.pid}] GET / 200\0`)
  t.end()
})
