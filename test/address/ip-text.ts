// The canonical text of an address; what it is stands in RFC 5952.

import t from 'tap'
import { emptyIp, readIp } from '../../lib/address/ip.ts'
import { findZeros, formatIp, zerosLength } from '../../lib/address/ip-text.ts'

/** An address in any spelling, written as we write it. */
function textOf(spelling: string): string {
  const ip = emptyIp()
  return readIp(ip, spelling, 0, spelling.length) ? formatIp(ip) : 'no address'
}

t.test('every octet is written without leading zeros', (t) => {
  for (let octet = 0; octet < 256; octet++) {
    const text = `${octet}.${255 - octet}.${octet}.${255 - octet}`
    t.equal(textOf(text), text)
  }
  t.end()
})

t.test('groups are written as RFC 5952 4.1 and 4.3 say: no leading zeros, small letters', (t) => {
  t.equal(textOf('2001:0DB8:000A:00BC:0DEF:1000:0F00:00F0'), '2001:db8:a:bc:def:1000:f00:f0')
  t.end()
})

t.test('zeros are shortened as RFC 5952 4.2 says', (t) => {
  const rows = [
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1', '4.2.1: as much as possible'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1', '4.2.2: not one group alone'],
    ['0:1:2:3:4:5:6:7', '0:1:2:3:4:5:6:7', '4.2.2: not one group alone, at the front'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0', '4.2.2: not one group alone, at the end'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1', '4.2.3: the longest run'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1', '4.2.3: the first of two equal runs'],
    ['0:0:1:0:0:1:0:0', '::1:0:0:1:0:0', '4.2.3: the first of three equal runs'],
    ['1:0:0:2:0:0:0:0', '1:0:0:2::', '4.2.3: the longest run, at the end'],
  ] as const
  for (const [text, canonical, rule] of rows) t.equal(textOf(text), canonical, rule)
  t.end()
})

t.test('where "::" stands is told of groups, and how many it stands for', (t) => {
  const rows = [
    [[1, 0, 0, 2, 0, 0, 0, 3], 4, 3],
    [[0, 0, 0, 0, 0, 0, 0, 0], 0, 8],
    [[1, 0, 2, 0, 3, 0, 4, 0], -1, 0],
    [[1, 2, 3, 4, 5, 6, 0, 0], 6, 2],
  ] as const
  for (const [groups, first, length] of rows) {
    t.same([findZeros(Uint16Array.from(groups)), zerosLength], [first, length], groups.join(':'))
  }
  t.end()
})
