// The time of a line; the expected texts are of `time.strftime` in Python 3.11 under that TZ.

import t from 'tap'
import { compileClock } from '../../lib/access-log/clock.ts'
import type { Print } from '../../lib/access-log/strftime.ts'

/** A zone, seconds since 1970, and `[%d/%b/%Y:%H:%M:%S %z]`. */
const recorded = [
  ['UTC', 1795174166, '[20/Nov/2026:11:29:26 +0000]'],
  ['Asia/Kolkata', 1795174166, '[20/Nov/2026:16:59:26 +0530]'],
  ['Asia/Kathmandu', 1795174166, '[20/Nov/2026:17:14:26 +0545]'],
  ['America/St_Johns', 1795174166, '[20/Nov/2026:07:59:26 -0330]'],
  ['America/St_Johns', 1783000000, '[02/Jul/2026:11:16:40 -0230]'],
  ['Pacific/Chatham', 1795174166, '[21/Nov/2026:01:14:26 +1345]'],
  ['Pacific/Chatham', 1783000000, '[03/Jul/2026:02:31:40 +1245]'],
  ['Pacific/Marquesas', 1795174166, '[20/Nov/2026:01:59:26 -0930]'],
  ['Pacific/Kiritimati', 1798714800, '[01/Jan/2027:01:00:00 +1400]'],
  ['America/New_York', 1795174166, '[20/Nov/2026:06:29:26 -0500]'],
  ['Europe/London', 1798761599, '[31/Dec/2026:23:59:59 +0000]'],
  ['Europe/Berlin', 1774745999, '[29/Mar/2026:01:59:59 +0100]'],
  ['Europe/Berlin', 1774746000, '[29/Mar/2026:03:00:00 +0200]'],
  ['Europe/Berlin', 1792889999, '[25/Oct/2026:02:59:59 +0200]'],
  ['Europe/Berlin', 1792890000, '[25/Oct/2026:02:00:00 +0100]'],
  ['Africa/Monrovia', 0, '[31/Dec/1969:23:15:30 -0044]'],
] as const

/** Twelve times, one in each month, as UTC. */
const months = [
  [1767323045, '[02/Jan/2026:03:04:05 +0000]'],
  [1769958245, '[01/Feb/2026:15:04:05 +0000]'],
  [1772593445, '[04/Mar/2026:03:04:05 +0000]'],
  [1775228645, '[03/Apr/2026:15:04:05 +0000]'],
  [1777863845, '[04/May/2026:03:04:05 +0000]'],
  [1780499045, '[03/Jun/2026:15:04:05 +0000]'],
  [1783134245, '[04/Jul/2026:03:04:05 +0000]'],
  [1785769445, '[03/Aug/2026:15:04:05 +0000]'],
  [1788404645, '[03/Sep/2026:03:04:05 +0000]'],
  [1791039845, '[03/Oct/2026:15:04:05 +0000]'],
  [1793675045, '[03/Nov/2026:03:04:05 +0000]'],
  [1796310245, '[03/Dec/2026:15:04:05 +0000]'],
] as const

const before = process.env.TZ

t.afterEach(() => {
  if (before === undefined) delete process.env.TZ
  else process.env.TZ = before
})

function at(seconds: number): Date {
  return new Date(seconds * 1000)
}

t.test('a named zone prints its own time and offset', (t) => {
  for (const [zone, seconds, text] of recorded) t.equal(compileClock(zone)(at(seconds)), text, zone)
  t.end()
})

t.test('the local zone is that of the process', (t) => {
  for (const [zone, seconds, text] of recorded) {
    process.env.TZ = zone
    t.equal(compileClock('local')(at(seconds)), text, zone)
    t.equal(compileClock()(at(seconds)), text, `${zone}, by default`)
  }
  t.end()
})

t.test('months are English in every zone', (t) => {
  process.env.TZ = 'UTC'
  for (const [seconds, text] of months) {
    for (const zone of ['UTC', 'local', 'Etc/UTC']) t.equal(compileClock(zone)(at(seconds)), text)
  }
  t.end()
})

t.test('the text follows the seconds, forth and back', (t) => {
  for (const zone of ['local', 'UTC', 'Asia/Kolkata']) {
    const clock = compileClock(zone)
    for (const [, seconds] of recorded) {
      t.equal(clock(at(seconds)), compileClock(zone)(at(seconds)))
      t.equal(clock(at(seconds + 0.999)), clock(at(seconds)))
      t.not(clock(at(seconds + 1)), clock(at(seconds)))
      t.not(clock(at(seconds - 0.001)), clock(at(seconds)))
    }
  }
  t.end()
})

t.test('the text of one second is made once', (t) => {
  const clock = compileClock('local')
  const time = at(1795174166)
  let reads = 0
  time.getDate = () => ++reads
  const text = clock(time)
  t.equal(clock(time), text)
  t.equal(reads, 1)
  t.end()
})

t.test('a zone that changes while the process runs is seen within the same second', (t) => {
  const clock = compileClock()
  process.env.TZ = 'Asia/Kolkata'
  t.equal(clock(at(1795174166)), '[20/Nov/2026:16:59:26 +0530]')
  process.env.TZ = 'America/St_Johns'
  t.equal(clock(at(1795174166)), '[20/Nov/2026:07:59:26 -0330]')
  t.end()
})

t.test('a date that is none prints a dash, and the next line is right again', (t) => {
  for (const zone of ['local', 'UTC', 'Europe/Berlin']) {
    const clock = compileClock(zone)
    t.equal(clock(new Date(Number.NaN)), '[-]')
    t.match(clock(at(1795174166)), '/Nov/2026:')
    t.equal(clock(new Date(Number.NaN)), '[-]')
  }
  t.end()
})

t.test('no date is too far away', (t) => {
  for (const zone of ['local', 'UTC', 'Asia/Kolkata', 'America/New_York']) {
    const clock = compileClock(zone)
    for (const time of [8.64e15, -8.64e15, -62198755200000, 0, -1]) {
      t.match(clock(new Date(time)), /^\[\d\d\/[A-Z][a-z]{2}\/-?\d+:\d\d:\d\d:\d\d [+-]\d{4}\]$/)
    }
  }
  t.end()
})

t.test('a fraction follows the milliseconds, while the rest is made once in a second', (t) => {
  const made: number[] = []
  const seconds: Print = ({ second }) => {
    made.push(second)
    return String(second)
  }
  const pattern = (digits: 3 | 6) => ({ parts: [seconds, () => 'Z'], digits })
  const millis = compileClock('UTC', pattern(3), '-')
  t.equal(millis(new Date(1795174166_007)), '26007Z')
  t.equal(millis(new Date(1795174166_999)), '26999Z')
  t.equal(millis(new Date(-1)), '59999Z')
  t.equal(compileClock('UTC', pattern(6), '-')(new Date(1795174166_007)), '26007000Z')
  t.same(made, [26, 59, 26])
  t.equal(millis(new Date(Number.NaN)), '-')
  t.end()
})

t.test('an unknown zone is an error that says what to write', (t) => {
  for (const zone of ['Mars/Olympus', '', 'Local', 'Berlin']) {
    t.throws(() => compileClock(zone), {
      name: 'OptionError',
      code: 'bad-timezone',
      option: 'timezone',
      input: zone,
      message: "Write 'local', 'UTC' or an IANA name such as 'Europe/Berlin'",
    })
  }
  t.end()
})
