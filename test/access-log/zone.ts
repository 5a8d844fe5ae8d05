// Zones: the wall times were recorded from `time.localtime` in Python 3.11 under that TZ.

import t from 'tap'
import { compileZone, localOffset, type WallTime } from '../../lib/access-log/zone.ts'

/**
 * A zone, seconds since 1970, then year, month from 0, day, hour, minute, second, weekday, offset.
 */
const recorded = [
  ['UTC', 1795174166, [2026, 10, 20, 11, 29, 26, 5, 0]],
  ['Asia/Kathmandu', 1795174166, [2026, 10, 20, 17, 14, 26, 5, 345]],
  ['America/St_Johns', 1783000000, [2026, 6, 2, 11, 16, 40, 4, -150]],
  ['Europe/Berlin', 1792890000, [2026, 9, 25, 2, 0, 0, 0, 60]],
  ['Europe/London', 1795174166, [2026, 10, 20, 11, 29, 26, 5, 0]],
  ['Pacific/Kiritimati', 1798714800, [2027, 0, 1, 1, 0, 0, 5, 840]],
  ['America/New_York', 1709247600, [2024, 1, 29, 18, 0, 0, 4, -300]],
  // A zone with seconds: the wall shows them, the offset leaves them out.
  ['Africa/Monrovia', 0, [1969, 11, 31, 23, 15, 30, 3, -44]],
  ['UTC', -1, [1969, 11, 31, 23, 59, 59, 3, 0]],
] as const

const before = process.env.TZ

t.afterEach(() => {
  if (before === undefined) delete process.env.TZ
  else process.env.TZ = before
})

function numbers(time: WallTime): readonly number[] {
  const { year, month, day, hour, minute, second, weekday, offset } = time
  return [year, month, day, hour, minute, second, weekday, offset]
}

t.test('a named zone shows its own time', (t) => {
  for (const [zone, seconds, wanted] of recorded) {
    const time = compileZone(zone)(new Date(seconds * 1000 + 999))
    t.same(numbers(time), wanted, zone)
    t.equal(time.epoch, seconds, zone)
  }
  t.end()
})

t.test('the local zone is that of the process, even when it changes', (t) => {
  const local = compileZone('local')
  for (const [zone, seconds, wanted] of recorded) {
    process.env.TZ = zone
    const date = new Date(seconds * 1000 + 999)
    const time = local(date)
    t.same(numbers(time), wanted, zone)
    t.equal(time.epoch, seconds, zone)
    t.equal(localOffset(date) + 0, time.offset + 0, zone)
  }
  t.end()
})

t.test('the first and the last moment of a Date are shown, in every zone', (t) => {
  for (const zone of ['UTC', 'Asia/Kathmandu', 'America/New_York']) {
    t.equal(compileZone(zone)(new Date(8.64e15)).year, 275_760, zone)
    t.equal(compileZone(zone)(new Date(-8.64e15)).year, -271_821, zone)
  }
  t.end()
})

t.test('an unknown zone is an error that says what to write', (t) => {
  for (const zone of ['Mars/Olympus', '', 'Local', 'Berlin']) {
    t.throws(() => compileZone(zone), {
      name: 'OptionError',
      code: 'bad-timezone',
      option: 'timezone',
      input: zone,
      message: "Write 'local', 'UTC' or an IANA name such as 'Europe/Berlin'",
    })
  }
  t.end()
})
