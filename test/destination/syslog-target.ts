// Where a syslog daemon listens, in the words of gunicorn's syslog_addr.

import t from 'tap'
import { parseSyslogTarget } from '../../lib/destination/syslog-target.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

t.test('each kind of address is told apart', (t) => {
  const targets = {
    'udp://127.0.0.1:5140': { kind: 'udp', host: '127.0.0.1', port: 5140 },
    'udp://localhost': { kind: 'udp', host: 'localhost', port: 514 },
    'tcp://logs.example:65535': { kind: 'tcp', host: 'logs.example', port: 65_535 },
    'TCP://[2001:db8::1]:1': { kind: 'tcp', host: '2001:db8::1', port: 1 },
    'udp://[::1]': { kind: 'udp', host: '::1', port: 514 },
    'unix:///run/log': { kind: 'stream', path: '/run/log' },
    'unix:///run/log#stream': { kind: 'stream', path: '/run/log' },
    'unix:///dev/log#dgram': { kind: 'datagram', path: '/dev/log' },
    'unix:///run/a%20b c': { kind: 'stream', path: '/run/a%20b c' },
  }
  for (const [url, target] of Object.entries(targets)) t.same(parseSyslogTarget(url), target, url)
  t.end()
})

t.test('a path may be as long as a socket may be named: 107 bytes', (t) => {
  const path = `/${'x'.repeat(104)}é`
  t.same(parseSyslogTarget(`unix://${path}`), { kind: 'stream', path })
  t.match(startUpError(() => parseSyslogTarget(`unix://${path}x`)).message, 'too long')
  t.end()
})

t.test('anything else is an error at start-up that says what to write', (t) => {
  const mistakes = [
    undefined,
    5,
    '',
    '/dev/log',
    'localhost:514',
    'udp:localhost:514',
    'udp://',
    'udp://host:0',
    'udp://host:65536',
    'udp://host:',
    'udp://host:514/',
    'udp://user@host:514',
    'udp://::1:514',
    'udp://[host]:514',
    'udp://a b:514',
    'tls://host:514',
    'unix://run/log',
    'unix:/run/log',
    'unix:///run/log#DGRAM',
    'unix:///run/log#',
    'unix:///run/\0log',
  ]
  for (const url of mistakes) {
    const mistake = startUpError(() => parseSyslogTarget(url))
    t.match(mistake, { code: 'wrong-type', option: 'url' }, String(url))
    t.match(mistake.message, "'udp://host:514'")
  }
  t.end()
})
