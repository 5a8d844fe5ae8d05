// Patterns; the expected texts were recorded from `time.strftime` in Python 3.11 under LC_ALL=C.

import { readFileSync } from 'node:fs'
import t from 'tap'
import {
  clfPattern,
  compilePattern,
  directiveLetters,
  isoPattern,
  type Pattern,
} from '../../lib/access-log/strftime.ts'
import { compileZone } from '../../lib/access-log/zone.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const place = { option: 'accessLog.format', input: '%({%Y}t)s', index: 3 }

/** The parts of a pattern at one second, the fraction between them as a bar. */
function print({ parts }: Pattern, zone: string, seconds: number): string {
  const time = compileZone(zone)(new Date(seconds * 1000))
  return parts.map((part) => part(time)).join('|')
}

/** Every letter but `f`, separated by blanks. */
const ALL = '%a %A %b %B %d %D %e %F %H %I %j %m %M %p %R %s %S %T %y %Y %z %%'

const recorded = [
  [
    'UTC',
    1795174166,
    'Fri Friday Nov November 20 11/20/26 20 2026-11-20 11 11 324 11 29 AM 11:29 1795174166 26 11:29:26 26 2026 +0000 %',
  ],
  [
    'Asia/Kathmandu',
    1795174166,
    'Fri Friday Nov November 20 11/20/26 20 2026-11-20 17 05 324 11 14 PM 17:14 1795174166 26 17:14:26 26 2026 +0545 %',
  ],
  [
    'America/St_Johns',
    1783000000,
    'Thu Thursday Jul July 02 07/02/26  2 2026-07-02 11 11 183 07 16 AM 11:16 1783000000 40 11:16:40 26 2026 -0230 %',
  ],
  [
    'UTC',
    951782400,
    'Tue Tuesday Feb February 29 02/29/00 29 2000-02-29 00 12 060 02 00 AM 00:00 951782400 00 00:00:00 00 2000 +0000 %',
  ],
  [
    'Africa/Monrovia',
    0,
    'Wed Wednesday Dec December 31 12/31/69 31 1969-12-31 23 11 365 12 15 PM 23:15 0 30 23:15:30 69 1969 -0044 %',
  ],
  [
    'UTC',
    -1,
    'Wed Wednesday Dec December 31 12/31/69 31 1969-12-31 23 11 365 12 59 PM 23:59 -1 59 23:59:59 69 1969 +0000 %',
  ],
  [
    'UTC',
    4107542399,
    'Sun Sunday Feb February 28 02/28/00 28 2100-02-28 23 11 059 02 59 PM 23:59 4107542399 59 23:59:59 00 2100 +0000 %',
  ],
] as const

/** `%a %A %b %B %e %I %p %j`, once in each month. */
const months = [
  [1767229261, 'Thu Thursday Jan January  1 01 AM 001'],
  [1770001322, 'Mon Monday Feb February  2 03 AM 033'],
  [1772514183, 'Tue Tuesday Mar March  3 05 AM 062'],
  [1775286244, 'Sat Saturday Apr April  4 07 AM 094'],
  [1777971905, 'Tue Tuesday May May  5 09 AM 125'],
  [1780743966, 'Sat Saturday Jun June  6 11 AM 157'],
  [1783429627, 'Tue Tuesday Jul July  7 01 PM 188'],
  [1786201688, 'Sat Saturday Aug August  8 03 PM 220'],
  [1788973749, 'Wed Wednesday Sep September  9 05 PM 252'],
  [1791659410, 'Sat Saturday Oct October 10 07 PM 283'],
  [1794431471, 'Wed Wednesday Nov November 11 09 PM 315'],
  [1797117132, 'Sat Saturday Dec December 12 11 PM 346'],
] as const

t.test('each letter prints what Python prints', (t) => {
  const letters = [...ALL.matchAll(/%(.)/g)].map(([, letter]) => letter)
  t.same([...letters, 'f'].sort(), directiveLetters, 'every letter stands here')
  for (const [zone, seconds, text] of recorded) {
    t.equal(print(compilePattern(ALL, place), zone, seconds), text, zone)
  }
  for (const [seconds, text] of months) {
    t.equal(print(compilePattern('%a %A %b %B %e %I %p %j', place), 'UTC', seconds), text)
  }
  t.end()
})

t.test('a year before 0 is printed all the same', (t) => {
  const pattern = compilePattern('%Y %y %j', place)
  t.equal(print(pattern, 'UTC', -8.64e12), '-271821 79 110')
  t.end()
})

t.test('the fraction stands apart, since it alone changes within a second', (t) => {
  t.equal(print(compilePattern('%S.%f', place), 'UTC', 6), '06.|')
  t.equal(print(compilePattern('%f,%f %Y', place), 'UTC', 6), '|,| 1970')
  t.match(compilePattern('%S.%f', place), { digits: 6 })
  t.end()
})

t.test('what is no letter of a pattern is printed as it is', (t) => {
  t.equal(print(compilePattern('é%%d\n"%Y"]', place), 'UTC', 0), 'é%d\n"1970"]')
  t.end()
})

t.test('ISO 8601 has the offset with a colon, and Z for UTC (RFC 3339 5.6)', (t) => {
  t.equal(print(isoPattern(true), 'UTC', 1795174166), '2026-11-20T11:29:26.|Z')
  t.equal(print(isoPattern(false), 'Asia/Kathmandu', 1795174166), '2026-11-20T17:14:26.|+05:45')
  t.equal(print(isoPattern(false), 'America/St_Johns', 1783000000), '2026-07-02T11:16:40.|-02:30')
  t.equal(print(isoPattern(false), 'UTC', 0), '1970-01-01T00:00:00.|+00:00')
  t.match(isoPattern(true), { digits: 3 })
  t.end()
})

t.test('a year beyond four digits is written as in ECMA-262 21.4.1.32', (t) => {
  for (const seconds of [-62_198_755_200, -62_167_219_200, 253_402_300_800, 8.64e12, -8.64e12]) {
    const iso = new Date(seconds * 1000).toISOString().replace('000Z', '|Z')
    t.equal(print(isoPattern(true), 'UTC', seconds), iso)
  }
  t.end()
})

t.test('the time of %(t)s has its brackets', (t) => {
  t.equal(print(clfPattern(), 'Asia/Kathmandu', 1795174166), '[20/Nov/2026:17:14:26 +0545]')
  t.end()
})

t.test('a letter that is none is an error at start-up that shows its column', (t) => {
  const format = '%(h)s %({%Y-%Q}t)s'
  const error = startUpError(() =>
    compilePattern('%Y-%Q', { option: 'accessLog.format', input: format, index: 9 }),
  )
  t.match(error, { code: 'bad-format', option: 'accessLog.format', input: format, index: 12 })
  t.match(error.message, /"%Q" prints no time here\. Known are % and one of % A B D F H/)
  t.match(error.message, /\n {14}\^ column 13$/)
  t.end()
})

t.test('letters that strftime has and a line cannot have say what to write instead', (t) => {
  const remedies = [
    ['%n', /"%n" prints no time here\. A record is one line/],
    ['%t', /"%t" prints no time here\. A value has no tab/],
    ['%Z', /"%Z" prints no time here\. Write %z/],
    ['%', /"%" ends the pattern\. Known are/],
    ['%Y%', /"%" ends the pattern/],
    ['%-d', /"%-" prints/],
    ['%\u{1f600}', /"%\u{1f600}" prints/u],
    ['%\n', /"%\\n" prints/],
  ] as const
  for (const [pattern, message] of remedies) {
    t.match(startUpError(() => compilePattern(pattern, place)).message, message, pattern)
  }
  t.throws(() => compilePattern('%constructor', place), { code: 'bad-format' })
  t.end()
})

t.test('docs/access-log.md has a row for every letter', (t) => {
  const page = readFileSync(new URL('../../docs/access-log.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| ((?:`%.` ?)+)\|/gm)].map(([, cell = '']) => cell)
  const letters = [...rows.join('').matchAll(/`%(.)`/g)].map(([, letter = '']) => letter)
  t.same(letters.sort(), directiveLetters)
  t.end()
})
