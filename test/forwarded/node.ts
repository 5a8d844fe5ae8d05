// Nodes: the forms of RFC 7239 6, those that real proxies write, and what is neither.

import t from 'tap'
import { formatIp } from '../../lib/address/ip-text.ts'
import { MAX_NODE_LENGTH, parseNode } from '../../lib/forwarded/node.ts'
import type { ForwardedNode } from '../../types/forwarded.ts'

/** An address as text with its port, for short rows; any other node as its kind. */
function show(node: ForwardedNode): string | readonly [string, number | undefined] {
  return node.kind === 'ip' ? [formatIp(node.ip), node.port] : node.kind
}

t.test('the nodes of RFC 7239 6 are read', (t) => {
  const rows = [
    ['192.0.2.43:47011', ['192.0.2.43', 47011]],
    ['[2001:db8:cafe::17]:47011', ['2001:db8:cafe::17', 47011]],
    ['192.0.2.43', ['192.0.2.43', undefined]],
    ['[2001:db8:cafe::17]', ['2001:db8:cafe::17', undefined]],
  ] as const
  for (const [text, node] of rows) t.strictSame(show(parseNode(text)), node, text)
  t.end()
})

t.test('an address comes as a value, with its bits', (t) => {
  t.strictSame(parseNode('10.0.0.2:80'), {
    kind: 'ip',
    ip: { version: 4, a: 0, b: 0, c: 0, d: 0x0a000002 },
    port: 80,
  })
  t.end()
})

t.test('what proxies write beside RFC 7239 is read', (t) => {
  const rows = [
    ['2001:db8::1', '2001:db8::1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::1', '::1'],
    ['::ffff:127.0.0.3', '127.0.0.3'],
    ['[::ffff:127.0.0.3]', '127.0.0.3'],
    ['[::FFFF:7f00:3]', '127.0.0.3'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%eth0]', 'fe80::1'],
    ['[fe80::1%25eth0]', 'fe80::1'],
    ['::ffff:127.0.0.3%lo', '127.0.0.3'],
  ] as const
  for (const [text, address] of rows) {
    t.strictSame(show(parseNode(text)), [address, undefined], text)
  }
  t.end()
})

t.test('a port may follow an IPv4 address, or IPv6 in brackets', (t) => {
  const rows = [
    ['203.0.113.7:1', ['203.0.113.7', 1]],
    ['203.0.113.7:65535', ['203.0.113.7', 65535]],
    ['203.0.113.7:00080', ['203.0.113.7', 80]],
    ['[::1]:443', ['::1', 443]],
    ['[::ffff:10.0.0.2]:443', ['10.0.0.2', 443]],
    ['[fe80::1%eth0]:443', ['fe80::1', 443]],
  ] as const
  for (const [text, node] of rows) t.strictSame(show(parseNode(text)), node, text)
  t.end()
})

t.test('an obfuscated port keeps the address (RFC 7239 6 obfport)', (t) => {
  t.strictSame(show(parseNode('192.0.2.43:_port')), ['192.0.2.43', undefined])
  t.strictSame(show(parseNode('[2001:db8::1]:_a.b-c_D9')), ['2001:db8::1', undefined])
  for (const text of ['192.0.2.43:_', '192.0.2.43:_a b', '192.0.2.43:a_', '[::1]:_:', '[::1]:_é']) {
    t.strictSame(parseNode(text), { kind: 'garbage', text }, text)
  }
  t.end()
})

t.test('an impossible port makes the entry no address', (t) => {
  for (const port of [
    '',
    '0',
    '65536',
    '99999',
    '000080',
    '-1',
    '+80',
    '80 ',
    ' 80',
    '80:80',
    'x',
  ]) {
    for (const text of [`203.0.113.7:${port}`, `[2001:db8::1]:${port}`]) {
      t.strictSame(parseNode(text), { kind: 'garbage', text }, JSON.stringify(text))
    }
  }
  t.end()
})

t.test('IPv6 without brackets has no port: the last group is a group', (t) => {
  t.strictSame(show(parseNode('2001:db8::1:8080')), ['2001:db8::1:8080', undefined])
  for (const text of ['1:2:3:4:5:6:7:8:80', '::ffff:10.0.0.2:80', '2001:db8::1:80800']) {
    t.strictSame(parseNode(text), { kind: 'garbage', text }, text)
  }
  t.end()
})

t.test('unknown is unknown in any case, with any port (RFC 7239 6.2)', (t) => {
  for (const text of ['unknown', 'UNKNOWN', 'Unknown', 'unknown:47011', 'unknown:_port']) {
    t.strictSame(parseNode(text), { kind: 'unknown' }, text)
  }
  t.end()
})

t.test('a name with a leading underscore is obfuscated (RFC 7239 6.3)', (t) => {
  const rows = [
    ['_hidden', '_hidden'],
    ['_SEVKISEK', '_SEVKISEK'],
    ['_gazonk', '_gazonk'],
    ['_a.b-c_9', '_a.b-c_9'],
    ['__', '__'],
    ['_hidden:47011', '_hidden'],
    ['_hidden:_port', '_hidden'],
  ] as const
  for (const [text, name] of rows) t.strictSame(parseNode(text), { kind: 'obfuscated', name }, text)
  t.end()
})

t.test('the literal `unix:` of nginx is a UNIX peer', (t) => {
  t.strictSame(parseNode('unix:'), { kind: 'unix' })
  for (const text of ['unix', 'UNIX:', 'unix:/run/app.sock', 'unix::', 'unix:80', ' unix:']) {
    t.strictSame(parseNode(text), { kind: 'garbage', text }, text)
  }
  t.end()
})

const garbage = [
  ['nothing', ['', ' ', '\t']],
  ['a name', ['localhost', 'shop.example', 'shop.example:80', 'unknowns', 'un known', 'hidden_']],
  [
    'a name with a bad character or port',
    ['_', '_:80', '_a b', '_é', '_a,b', '_a:', '_a:x', 'unknown:'],
  ],
  [
    'CVE-2021-29921, CVE-2021-29923: zeros before an octet',
    ['012.0.0.2', '10.0.0.002', '010.0.0.2:80'],
  ],
  ['CVE-2021-28918: hexadecimal and octal', ['0x0a.0.0.2', '0177.0.0.1', '[::ffff:0x0a.0.0.2]']],
  ['CVE-2023-42282: shorthand', ['127.1', '10', '167772162', '127.1:80']],
  ['IPv4 in brackets', ['[127.0.0.1]', '[127.0.0.1]:80']],
  ['a zone on IPv4', ['10.0.0.2%eth0', '10.0.0.2%eth0:80', '10.0.0.2%a:b']],
  [
    'brackets that do not fit',
    ['[', ']', '[]', '[]:80', '[::1', '::1]', '[[::1]]', '[::1]]', '[::1]80', '[::1]x'],
  ],
  [
    'brackets around more than the address',
    ['[::1:80', '[::1 ]', '[ ::1]', '[::1%]', 'a[::1]', '[::1],[::2]'],
  ],
  ['a colon alone', [':', ':80', '::80:', 'a:80']],
  [
    'quotes and backslashes',
    ['"10.0.0.2"', "'10.0.0.2'", '"', '\\', '10.0.0.2"', String.raw`10.0.0.\2`],
  ],
  [
    'two entries',
    ['10.0.0.2,10.0.0.3', '10.0.0.2, 10.0.0.3', '10.0.0.2 10.0.0.3', '10.0.0.2;proto=https'],
  ],
  [
    'an entry with blanks or control characters',
    [' 10.0.0.2', '10.0.0.2 ', '10.0.0.2\n', '::1\0', '10.0.0.2\r\nX: y'],
  ],
  ['a network', ['10.0.0.0/8', '[2001:db8::]/32', '2001:db8::/32', '*']],
  ['markup, a URL, a query', ['<script>', 'http://10.0.0.2/', '%{jndi:ldap://x}', "' OR 1=1 --"]],
] as const

for (const [title, texts] of garbage) {
  t.test(`no node, and kept as it came: ${title}`, (t) => {
    for (const text of texts) {
      t.strictSame(parseNode(text), { kind: 'garbage', text }, JSON.stringify(text))
    }
    t.end()
  })
}

// "An entry may be v4, v4:port, v6, [v6], [v6]:port": what hides behind a percent sign is no part of it.
t.test('a zone hides no second address, no bracket and no control character', (t) => {
  for (const text of [
    '2001:db8::66%a,203.0.113.7',
    '2001:db8::66%a, 203.0.113.7',
    '2001:db8::66% 203.0.113.7',
    '[2001:db8::66%a, 203.0.113.7]:80',
    '2001:db8::66%a;proto=https',
    '2001:db8::66%"',
    '2001:db8::66%]:443',
    '[2001:db8::66%[]',
    '2001:db8::66%a\r\nX: y',
    '2001:db8::66%\0',
  ]) {
    t.strictSame(parseNode(text), { kind: 'garbage', text }, JSON.stringify(text))
  }
  t.end()
})

t.test('an entry is read up to its limit, and garbage beyond', (t) => {
  const name = `_${'a'.repeat(MAX_NODE_LENGTH - 1)}`
  t.strictSame(parseNode(name), { kind: 'obfuscated', name })
  t.strictSame(parseNode(`${name}a`), { kind: 'garbage', text: `${name}a` })
  const longest = '[0000:0000:0000:0000:0000:ffff:255.255.255.255%abcdefghijklmno]:65535'
  t.strictSame(show(parseNode(longest)), ['255.255.255.255', 65535])
  t.end()
})

t.test('60 KB of anything are garbage', (t) => {
  for (const piece of [
    'a',
    '_',
    '1',
    '1.',
    ':',
    '::',
    '[',
    ']',
    '%',
    '::1%',
    '"',
    '\\',
    ' ',
    ',',
  ]) {
    const text = piece.repeat(60_000 / piece.length)
    t.strictSame(parseNode(text), { kind: 'garbage', text }, JSON.stringify(piece))
  }
  t.end()
})
