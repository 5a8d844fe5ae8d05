// Addresses; the expected texts stand in RFC 4291, RFC 5952 and RFC 3986.

import t from 'tap'
import {
  emptyIp,
  ipFromWords,
  parseIp,
  parseIpv6,
  parseZonedIp,
  readIp,
  wasCanonical,
} from '../../lib/address/ip.ts'
import { formatIp } from '../../lib/address/ip-text.ts'

t.test('a dotted quad is its own canonical text, and its bits are in d', (t) => {
  const rows = [
    ['0.0.0.0', 0],
    ['10.0.0.2', 0x0a000002],
    ['127.0.0.1', 0x7f000001],
    ['192.0.2.60', -0x3ffffdc4],
    ['255.255.255.255', -1],
  ] as const
  for (const [text, d] of rows) {
    t.strictSame(parseIp(text), { version: 4, text, a: 0, b: 0, c: 0, d }, text)
  }
  t.end()
})

t.test('the text forms of RFC 4291 2.2 are read', (t) => {
  const rows = [
    ['ABCD:EF01:2345:6789:ABCD:EF01:2345:6789', 'abcd:ef01:2345:6789:abcd:ef01:2345:6789'],
    ['2001:DB8:0:0:8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['2001:DB8::8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['FF01:0:0:0:0:0:0:101', 'ff01::101'],
    ['FF01::101', 'ff01::101'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::', '::'],
    ['0:0:0:0:0:0:13.1.68.3', '::d01:4403'],
    ['::13.1.68.3', '::d01:4403'],
    ['0:0:0:0:0:FFFF:129.144.52.38', '129.144.52.38'],
    ['::FFFF:129.144.52.38', '129.144.52.38'],
  ] as const
  for (const [text, canonical] of rows) t.equal(parseIp(text)?.text, canonical, text)
  t.end()
})

t.test('the bits of an IPv6 address are four signed words, high word first', (t) => {
  t.strictSame(parseIp('2001:db8::8:800:200c:417a'), {
    version: 6,
    text: '2001:db8::8:800:200c:417a',
    a: 0x20010db8,
    b: 0,
    c: 0x00080800,
    d: 0x200c417a,
  })
  t.strictSame(parseIp('ffff::ffff:fffe:8000:0:1'), {
    version: 6,
    text: 'ffff::ffff:fffe:8000:0:1',
    a: -0x10000,
    b: 0x0000ffff,
    c: -0x00018000,
    d: 1,
  })
  t.end()
})

t.test('the many spellings of RFC 5952 1 and 2 are one address', (t) => {
  const spellings = {
    '2001:db8::1:0:0:1': [
      '2001:db8:0:0:1:0:0:1',
      '2001:0db8:0:0:1:0:0:1',
      '2001:db8::1:0:0:1',
      '2001:db8::0:1:0:0:1',
      '2001:0db8::1:0:0:1',
      '2001:db8:0:0:1::1',
      '2001:db8:0000:0:1::1',
      '2001:DB8:0:0:1::1',
    ],
    '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1': [
      '2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001',
      '2001:db8:aaaa:bbbb:cccc:dddd:eeee:001',
      '2001:db8:aaaa:bbbb:cccc:dddd:eeee:01',
    ],
    '2001:db8::1': ['2001:db8:0:0:0::1', '2001:db8:0:0::1', '2001:db8:0::1', '2001:db8::1'],
    '2001:db8::aaaa:0:0:1': ['2001:db8::aaaa:0:0:1', '2001:db8:0:0:aaaa::1'],
    '2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa': [
      '2001:db8:aaaa:bbbb:cccc:dddd:eeee:AAAA',
      '2001:db8:aaaa:bbbb:cccc:dddd:eeee:AaAa',
    ],
  }
  for (const [canonical, texts] of Object.entries(spellings)) {
    for (const text of texts) t.equal(parseIp(text)?.text, canonical, text)
  }
  t.end()
})

t.test('an IPv4-mapped address is IPv4 in every spelling (RFC 4291 2.5.5.2)', (t) => {
  const ipv4 = parseIp('10.0.0.2')
  for (const text of ['::ffff:10.0.0.2', '::FFFF:a00:2', '0:0:0:0:0:ffff:0a00:0002']) {
    t.strictSame(parseIp(text), ipv4, text)
  }
  t.end()
})

t.test('an address that only resembles a mapped one stays IPv6', (t) => {
  const rows = [
    ['::ffff:0:10.0.0.2', '::ffff:0:a00:2'],
    ['::fffe:10.0.0.2', '::fffe:a00:2'],
    ['1::ffff:10.0.0.2', '1::ffff:a00:2'],
    ['0:0:1:0:0:ffff:10.0.0.2', '::1:0:0:ffff:a00:2'],
    ['64:ff9b::10.0.0.2', '64:ff9b::a00:2'],
  ] as const
  for (const [text, canonical] of rows) {
    t.strictSame([parseIp(text)?.version, parseIp(text)?.text], [6, canonical], text)
  }
  t.end()
})

const notIpv4 = [
  ['the empty text', ['']],
  ['CVE-2021-29921 (Python): zeros before an octet', ['010.0.0.2', '127.0.0.01', '00.0.0.0']],
  ['CVE-2021-29923 (Go): zeros before a valid octet', ['10.0.0.002', '192.168.0.0255']],
  ['CVE-2021-28918 (netmask): octal and hexadecimal', ['0177.0.0.1', '0x0a.0.0.2', '0x7f000001']],
  ['CVE-2023-42282 (ip): shorthand of inet_aton', ['127.1', '10.0.2', '0x7f.1', '2130706433']],
  ['RFC 3986 3.2.2: an octet above 255', ['256.0.0.1', '10.0.0.300', '10.0.0.4294967298']],
  ['RFC 3986 3.2.2: too few or too many octets', ['10.0.0', '10.0.0.', '10.0.0.2.', '1.2.3.4.5']],
  ['RFC 3986 3.2.2: an empty octet', ['.10.0.2', '10..0.2', '...', '1...2']],
  ['a port, a network, a zone', ['10.0.0.2:80', '10.0.0.2/32', '10.0.0.2%eth0']],
  [
    'blanks and signs',
    [' 10.0.0.2', '10.0.0.2 ', '10.0. 0.2', '10.0.0.2\n', '+1.0.0.2', '1.-1.0.2'],
  ],
  ['digits of other scripts', ['１０.0.0.2', '10.0.0.٢', '10。0。0。2']],
  ['words', ['unknown', 'localhost', '_hidden', 'a.b.c.d', 'unix:']],
] as const

for (const [title, texts] of notIpv4) {
  t.test(`no IPv4 address: ${title}`, (t) => {
    for (const text of texts) {
      t.equal(parseIp(text), undefined, JSON.stringify(text))
      if (text !== '')
        t.equal(parseIp(`::ffff:${text}`), undefined, JSON.stringify(`::ffff:${text}`))
    }
    t.end()
  })
}

const notIpv6 = [
  ['one colon, or three', [':', ':::', '1:::2', ':1', '1:']],
  ['RFC 4291 2.2: "::" twice', ['::1::', '1::2::3', '::::']],
  ['a colon alone at an end', [':1:2:3:4:5:6:7', '1:2:3:4:5:6:7:', ':1::2', '1::2:']],
  ['too few groups', ['1:2', '1:2:3:4:5:6:7', '1:2:3:4:5:1.2.3.4']],
  [
    'too many groups',
    [
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7:8::',
      '::1:2:3:4:5:6:7:8',
      '::1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7:8:9:a',
    ],
  ],
  ['"::" for no group at all', ['1:2:3:4::5:6:7:8', '::1:2:3:4:5:6:1.2.3.4']],
  ['more than four digits in a group', ['00001::', '::12345', '1:2:3:4:5:6:7:00008']],
  ['a digit that is not hexadecimal', ['g::', '::1g', '::G', '::@', '::`', '::１', '::ſ']],
  ['an IPv4 part that is not the last', ['1.2.3.4::', '::1.2.3.4:5', '::1.2.3.4:1.2.3.4']],
  ['an IPv4 part behind too many groups', ['1:2:3:4:5:6:7:1.2.3.4', '::1:2:3:4:5:6:7:1.2.3.4']],
  [
    'an IPv4 part that is none',
    ['::1.2.3', '::1.2.3.256', '::a.2.3.4', '::1.2.3.4.', '::.1', '::1.'],
  ],
  ['a zone, brackets, a port, a network', ['fe80::1%eth0', '[::1]', '[::1]:80', '::1/128', '::%']],
  ['blanks', [' ::1', '::1 ', ': :1', '::1\n', '::1\t']],
] as const

for (const [title, texts] of notIpv6) {
  t.test(`no IPv6 address: ${title}`, (t) => {
    for (const text of texts) {
      t.equal(parseIp(text), undefined, JSON.stringify(text))
      t.equal(parseIpv6(text), undefined, JSON.stringify(text))
    }
    t.end()
  })
}

t.test('only what stands between the indices is read', (t) => {
  t.equal(parseIp('[2001:db8::1]:80', 1, 12)?.text, '2001:db8::1')
  t.equal(parseIp('a,10.0.0.23,b', 2, 10)?.text, '10.0.0.2')
  t.equal(parseIp('::12', 0, 3)?.text, '::1')
  t.equal(parseIp('::1.2.3.45', 0, 9)?.text, '::102:304')
  t.equal(parseIp('::1.2.3.4', 0, 3)?.text, '::1')
  t.equal(parseIp('1:2:3:4:5:6:7:8:9', 0, 15)?.text, '1:2:3:4:5:6:7:8')
  t.equal(parseIp('x10.0.0.2', 1)?.text, '10.0.0.2')
  t.equal(parseIp('::1', 0, 1), undefined)
  t.equal(parseIp('::1', 1, 1), undefined)
  t.equal(parseIp('::1.2.3.4', 0, 4), undefined)
  t.equal(parseIpv6('[::1]', 1, 4)?.text, '::1')
  t.equal(parseZonedIp('[fe80::1%a]', 1, 10)?.text, 'fe80::1')
  t.equal(parseZonedIp('fe80::1%a', 0, 7)?.text, 'fe80::1')
  t.equal(parseZonedIp(':10.0.0.2%a', 1, 11), undefined)
  t.end()
})

t.test('an address does not change when the next one is read', (t) => {
  const first = parseIp('2001:db8::1')
  parseIp('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')
  t.strictSame(first, { version: 6, text: '2001:db8::1', a: 0x20010db8, b: 0, c: 0, d: 1 })
  t.end()
})

t.test('parseIpv6 takes no IPv4, and a mapped address stays IPv6, as in a URL', (t) => {
  t.equal(parseIpv6('10.0.0.2'), undefined)
  for (const text of ['::ffff:10.0.0.2', '2001:DB8::1', '::']) {
    t.equal(`[${parseIpv6(text)?.text}]`, new URL(`http://[${text}]/`).hostname, text)
  }
  t.strictSame(parseIpv6('::ffff:10.0.0.2'), {
    version: 6,
    text: '::ffff:a00:2',
    a: 0,
    b: 0,
    c: 0xffff,
    d: 0x0a000002,
  })
  t.end()
})

t.test('parseZonedIp drops the zone of an IPv6 address (RFC 4007 11)', (t) => {
  const rows = [
    ['fe80::1%eth0', 'fe80::1'],
    ['fe80::1%3', 'fe80::1'],
    ['fe80::1%br-lan.100', 'fe80::1'],
    ['fe80::1%25eth0', 'fe80::1'],
    ['::ffff:10.0.0.2%eth0', '10.0.0.2'],
    ['fe80::1', 'fe80::1'],
    ['10.0.0.2', '10.0.0.2'],
  ] as const
  for (const [text, canonical] of rows) t.equal(parseZonedIp(text)?.text, canonical, text)
  t.end()
})

t.test('an empty zone, a zone without an address or on IPv4 makes no address', (t) => {
  for (const text of ['fe80::1%', '%eth0', '%', '10.0.0.2%eth0', '10.0.0.2%a:b', 'fe80::g%eth0']) {
    t.equal(parseZonedIp(text), undefined, text)
  }
  t.end()
})

// "Two values in a single-address header are bad-client": so a zone must not hide the second one.
t.test('what follows an address is a zone only if it can be the name of one', (t) => {
  for (const zone of [
    'a,203.0.113.7',
    'a 203.0.113.7',
    'a\t',
    'a;b',
    '"',
    'a]:443',
    '[',
    '\0',
    ' ',
  ]) {
    t.equal(parseZonedIp(`2001:db8::66%${zone}`), undefined, JSON.stringify(zone))
  }
  t.end()
})

t.test('ipFromWords makes the address that has these bits', (t) => {
  const rows = [
    [4, 0, 0, 0, 0, '0.0.0.0'],
    [4, 0, 0, 0, 0x0a000002, '10.0.0.2'],
    [4, 0, 0, 0, -1, '255.255.255.255'],
    [4, 0, 0, 0, 0xffffffff, '255.255.255.255'],
    [6, 0, 0, 0, 0, '::'],
    [6, 0x20010db8, 0, 0x00080800, 0x200c417a, '2001:db8::8:800:200c:417a'],
    [6, -1, -2, 0x80000000, 1, 'ffff:ffff:ffff:fffe:8000::1'],
  ] as const
  for (const [version, a, b, c, d, text] of rows) {
    t.strictSame(ipFromWords(version, a, b, c, d), parseIp(text), text)
  }
  t.end()
})

t.test('the longest spelling of an address is read', (t) => {
  const text = '0000:0000:0000:0000:0000:ffff:255.255.255.255'
  t.equal(parseIp(text)?.text, '255.255.255.255')
  t.equal(parseIpv6(text)?.text, '::ffff:ffff:ffff')
  t.equal(parseIp(`0${text}`), undefined)
  t.end()
})

t.test('60 KB of anything are no address', (t) => {
  for (const piece of [',', '1', ':', '::', '0:', '.', '1.', '%', '"', '\\', ' ', '\0']) {
    const text = piece.repeat(60_000 / piece.length)
    for (const parse of [parseIp, parseIpv6, parseZonedIp]) {
      t.equal(parse(text), undefined, JSON.stringify(piece))
    }
  }
  t.end()
})

t.test('a canonical spelling is known as such (RFC 5952 4)', (t) => {
  const rows = [
    ['10.0.0.2', true],
    ['::ffff:10.0.0.2', false],
    ['::ffff:a00:2', false],
    ['0:0:0:0:0:ffff:10.0.0.2', false],
    ['::', true],
    ['0::', false],
    ['::1', true],
    ['::0001', false],
    ['1::', true],
    ['2001:db8::1', true],
    ['2001:DB8::1', false],
    ['2001:0db8::1', false],
    ['2001:db8:0::1', false],
    ['2001:db8::0:1', false],
    ['::13.1.68.3', false],
    ['2001:db8:1:1:1:1:1:1', true],
    ['2001:db8:0:1:1:1:1:1', true],
    ['2001:db8::1:1:1:1:1', false],
    ['2001:db8::1:0:0:1', true],
    ['2001:db8:0:0:1::1', false],
    // As long as the canonical spelling, with "::" elsewhere.
    ['0:0:1::1:1:01', false],
    ['::1:0:0:1:1:1', true],
    ['fe80:123:1234:12::ab', true],
    ['2001:db8::aB', false],
    ['1:2:3:4:5:6:7::', false],
    ['1:2:3:4:5:6:0::', false],
    ['::3:4:5:6:7:8', true],
    ['0:0:3:4:5:6:7:8', false],
    ['1:0:3:4:5:6:7:0', true],
  ] as const
  for (const [text, canonical] of rows) {
    const ip = emptyIp()
    t.ok(readIp(ip, text, 0, text.length), text)
    t.equal(wasCanonical(), canonical, text)
    if (canonical) t.equal(formatIp(ip), text)
  }
  t.end()
})
