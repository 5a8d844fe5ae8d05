// The atoms of time, by name and by pattern.

import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { patternAtom, timeAtom, timeNames } from '../../lib/access-log/time.ts'
import { heapUsed } from '../fixtures/heap-used.ts'
import { record } from '../fixtures/record.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const place = { option: 'accessLog.format', input: '%({x}t)s', index: 3 }

/** What `{name}t` reads from a record of 11:29:06.216 UTC. */
function read(name: string, timezone: string | undefined, parts = {}): string | number {
  return patternAtom(name, timezone, place).read(record({ timezone: undefined, ...parts }))
}

t.test('a time out of JSON is ISO text, or milliseconds since 1970', (t) => {
  for (const time of ['2026-11-20T11:29:06.216Z', 1795174146216]) {
    t.equal(read('iso', 'UTC', { time }), '2026-11-20T11:29:06.216Z')
    t.equal(read('epoch_ms', 'UTC', { time }), 1795174146216)
  }
  for (const time of ['yesterday', Number.NaN, null, {}, undefined]) {
    t.equal(read('iso', 'UTC', { time }), '-')
  }
  t.end()
})

t.test('a Date of another realm is a Date', (t) => {
  const time = runInNewContext('new Date(1795174146216)')
  t.equal(read('iso', 'UTC', { time }), '2026-11-20T11:29:06.216Z')
  t.end()
})

t.test('t is the time of the Common Log Format', (t) => {
  const atom = timeAtom('UTC')
  t.match(atom, { kind: 'text', ours: true })
  t.equal(atom.read(record({ timezone: undefined })), '[20/Nov/2026:11:29:06 +0000]')
  t.equal(atom.read(record({ time: new Date(Number.NaN) })), '[-]')
  t.end()
})

t.test('iso has the offset of the zone, and Z for UTC', (t) => {
  t.equal(read('iso', 'UTC'), '2026-11-20T11:29:06.216Z')
  t.equal(read('iso', 'Europe/Zurich'), '2026-11-20T12:29:06.216+01:00')
  t.equal(read('iso', 'Europe/London'), '2026-11-20T11:29:06.216+00:00')
  t.match(read('iso', undefined), /^2026-11-(?:19|20|21)T\d\d:\d\d:06\.216[+-]\d\d:\d\d$/)
  t.match(patternAtom('iso', 'UTC', place), { kind: 'text', ours: true })
  t.end()
})

t.test('epoch and epoch_ms are numbers, of whole seconds and milliseconds', (t) => {
  t.equal(read('epoch', undefined), 1795174146)
  t.equal(read('epoch_ms', undefined), 1795174146216)
  t.equal(read('epoch', 'Asia/Kathmandu', { time: new Date(-1) }), -1)
  for (const name of ['epoch', 'epoch_ms']) {
    t.match(patternAtom(name, undefined, place), { kind: 'number', ours: true })
  }
  t.end()
})

t.test('a pattern prints in the zone of the format, or of the record', (t) => {
  t.equal(read('%d/%b/%Y:%T %z', 'Asia/Kathmandu'), '20/Nov/2026:17:14:06 +0545')
  t.equal(read('%T', 'UTC', { timezone: 'Asia/Kathmandu' }), '17:14:06')
  t.equal(read('iso', 'UTC', { timezone: 'Asia/Kathmandu' }), '2026-11-20T17:14:06.216+05:45')
  t.equal(read('iso', 'Asia/Kathmandu', { timezone: 'UTC' }), '2026-11-20T11:29:06.216Z')
  t.equal(read('%S.%f', 'UTC'), '06.216000')
  t.end()
})

t.test('what a pattern prints is escaped for its column like the text of a client', (t) => {
  t.match(patternAtom('%d %b', 'UTC', place), { kind: 'text', ours: false })
  t.end()
})

t.test('a Date that is none is a dash', (t) => {
  const time = new Date(Number.NaN)
  for (const name of [...timeNames, '%Y']) {
    for (const zone of ['local', 'UTC', 'Asia/Kathmandu']) t.equal(read(name, zone, { time }), '-')
  }
  t.end()
})

t.test('a zone of the record that is none is ignored, however many there are', (t) => {
  const atom = timeAtom('America/St_Johns')
  for (let round = 0; round < 2; round++) {
    t.equal(atom.read(record({ timezone: 'Asia/Kathmandu' })), '[20/Nov/2026:17:14:06 +0545]')
  }
  for (let zone = 1; zone <= 250; zone++) {
    t.equal(atom.read(record({ timezone: `No/Zone${zone}` })), '[20/Nov/2026:07:59:06 -0330]')
  }
  t.equal(atom.read(record({ timezone: 'Asia/Kathmandu' })), '[20/Nov/2026:17:14:06 +0545]')
  t.end()
})

t.test('the zones of records take a bounded memory, however many there are', (t) => {
  const atom = timeAtom('UTC')
  const before = heapUsed('major')
  for (let zone = 1; zone <= 1000; zone++) {
    atom.read(record({ timezone: `No/Zone${zone}`.padEnd(10_000, '_') }))
  }
  const used = heapUsed('major') - before
  t.ok(used < 5_000_000, `${used} of 10 MB`)
  t.equal(atom.read(record({ timezone: 'UTC' })), '[20/Nov/2026:11:29:06 +0000]')
  t.end()
})

t.test('a zone of the format that is none is an error at start-up', (t) => {
  t.throws(() => timeAtom('No/Where'), { code: 'bad-timezone' })
  t.throws(() => patternAtom('iso', 'No/Where', place), { code: 'bad-timezone' })
  t.throws(() => patternAtom('%Y', 'No/Where', place), { code: 'bad-timezone' })
  t.end()
})

t.test('a pattern without a letter is an error: case counts here', (t) => {
  const mistakes = [
    [
      'ISO',
      /"\{ISO\}t" has no % in it, and is none of iso, epoch, epoch_ms\. Did you mean \{iso\}t\?/,
    ],
    ['Epoch_ms', /Did you mean \{epoch_ms\}t\?/],
    ['', /Write a pattern, as in \{%Y-%m-%d\}t/],
    ['yyyy-mm-dd hh:mm', /Write a pattern/],
    ['constructor', /has no %/],
  ] as const
  for (const [name, message] of mistakes) {
    const error = startUpError(() => patternAtom(name, undefined, place))
    t.match(error, { code: 'bad-format', option: 'accessLog.format', index: 3 }, name)
    t.match(error.message, message, name)
  }
  t.throws(() => patternAtom('%Y %Q', undefined, place), { code: 'bad-format', index: 6 })
  t.end()
})

t.test('docs/access-log.md has a row for every name', (t) => {
  const page = readFileSync(new URL('../../docs/access-log.md', import.meta.url), 'utf8')
  const section = page.split(/^## /m).find((part) => part.startsWith('Time\n')) ?? ''
  const rows = [...section.matchAll(/^\| (`\{.*?`) \|/gm)].map(([, cell = '']) => cell)
  const names = [...timeNames, 'pattern'].map((name) => `\`{${name}}t\``)
  t.equal(rows.join(', '), names.join(', '))
  t.end()
})
