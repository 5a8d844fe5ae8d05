// Authorities; what is refused is what `new URL` would refuse or change, and what has no place there.

import t from 'tap'
import { parseAuthority, parseHostname, parsePort } from '../../lib/address/authority.ts'

t.test('a host alone has no port', (t) => {
  const rows = [
    ['shop.example', 'shop.example'],
    ['Shop.EXAMPLE', 'shop.example'],
    ['localhost', 'localhost'],
    ['a', 'a'],
    ['_', '_'],
    ['my_app', 'my_app'],
    ['-a-.b--c', '-a-.b--c'],
    ['shop.example.', 'shop.example.'],
    ['127.0.0.1', '127.0.0.1'],
    ['[::1]', '[::1]'],
    ['[2001:DB8:0:0:0:0:0:1]', '[2001:db8::1]'],
    ['[::ffff:10.0.0.2]', '[::ffff:a00:2]'],
    ['xn--mnchen-3ya.example', 'xn--mnchen-3ya.example'],
    ['XN--Mnchen-3YA.Example', 'xn--mnchen-3ya.example'],
    ['7', undefined],
    ['3com.example', '3com.example'],
    ['shop.7eleven', 'shop.7eleven'],
    ['a.1b', 'a.1b'],
  ] as const
  for (const [text, hostname] of rows) {
    const authority = hostname && { hostname, port: undefined }
    t.strictSame(parseAuthority(text), authority, text)
  }
  t.end()
})

t.test('a port follows the host after one colon', (t) => {
  const rows = [
    ['shop.example:8443', 'shop.example', 8443],
    ['shop.example.:80', 'shop.example.', 80],
    ['127.0.0.1:1', '127.0.0.1', 1],
    ['[::1]:65535', '[::1]', 65535],
    ['[2001:DB8::1]:443', '[2001:db8::1]', 443],
    ['a:00080', 'a', 80],
  ] as const
  for (const [text, hostname, port] of rows) {
    t.strictSame(parseAuthority(text), { hostname, port }, text)
  }
  t.end()
})

t.test('a port is 1 to 65535 in at most five digits (RFC 3986 3.2.3)', (t) => {
  const rows = [
    ['1', 1],
    ['80', 80],
    ['080', 80],
    ['65535', 65535],
  ] as const
  for (const [text, port] of rows) t.equal(parsePort(text), port, text)
  const bad = ['', '0', '00000', '65536', '99999', '000080', '+80', '-80', ' 80', '80 ', '80\n']
  for (const text of [
    ...bad,
    '8e1',
    '0x50',
    '80.0',
    '٨٠',
    '８０',
    'http',
    '_80',
    '1'.repeat(60_000),
  ]) {
    t.equal(parsePort(text), undefined, JSON.stringify(text.slice(0, 20)))
    const authority = parseAuthority(`shop.example:${text}`)
    t.equal(authority, undefined, JSON.stringify(text.slice(0, 20)))
  }
  t.end()
})

const refused = [
  [
    'CVE-2026-34835: user information is no part of a host',
    [
      'shop.example@evil.example',
      '@evil.example',
      'a:b@evil.example',
      'shop.example:80@evil.example',
    ],
  ],
  [
    'CVE-2023-42282 and kin: a number is no name, however it is written (WHATWG URL 3.5)',
    [
      '0x7f.1',
      '0x7f000001',
      '127.1',
      '2130706433',
      '0177.0.0.1',
      '127.0.0.01',
      '1.2.3.4.5',
      '256.1.1.1',
    ],
  ],
  [
    'a last label that is a number makes the whole an IPv4 address, or nothing (WHATWG URL 3.5)',
    ['shop.example.1', 'a.0x', 'a.0X1F', 'shop.example.09', 'shop.4294967296', '1.2.3.4.', '0x.'],
  ],
  [
    'RFC 3986 3.2.2 allows percent-encoded names, and new URL changes them',
    ['ev%69l.example', '%65vil.example', 'evil%2eexample', 'shop.example%00', 'a%', 'a%zz'],
  ],
  [
    'RFC 3986 3.2.2 allows sub-delims',
    ['a!b', "a'b", 'a(b)', 'a*b', 'a+b', 'a,b', 'a;b', 'a=b', 'a&b', 'a$b'],
  ],
  ['labels are joined by single dots', ['.', '..', '.a', 'a..b', 'a..', '.a.', '...']],
  [
    'letters that only look like ASCII, or become it',
    [
      'ＳＨＯＰ.example',
      'ſhop.example',
      'shop.example\u212a',
      'shop。example',
      'shop\u00ad.example',
      'münchen.example',
      'ß',
      '١٢٧.0.0.1',
    ],
  ],
  [
    'blanks and control characters',
    [
      '',
      ' ',
      ' a',
      'a ',
      'a b',
      'a\t',
      'a\n',
      'a\r\nX: y',
      'a\0',
      '\x7f',
      'a :80',
      'a: 80',
      '[::1] ',
    ],
  ],
  [
    'what begins a path, a query or a fragment',
    [
      'a/b',
      'a/',
      '/',
      'a\\b',
      'a?b',
      'a#b',
      '//evil.example',
      'http://evil.example',
      'http:',
      'a:80/',
    ],
  ],
  ['several hosts', ['a,b', 'a, b', 'a:80,b:80', 'a;b', 'a:80:90', 'a:80:', '[::1]:80:90']],
  [
    'a colon without a port, or without a host',
    ['a:', '[::1]:', ':', ':80', '::1', '::1:80', '2001:db8::1'],
  ],
  [
    'brackets that hold no IPv6 address, or do not fit',
    [
      '[',
      ']',
      '[]',
      '[]:80',
      '[::1',
      '::1]',
      '[::1]]',
      '[[::1]]',
      '[::1]80',
      '[::1]a',
      '[::1]a:80',
      'a[::1]',
      '[127.0.0.1]',
      '[a]',
      '[::1%eth0]',
      '[::1%25eth0]',
      '[v1.a]',
      '[::1]:]:80',
      '[ ::1]',
      '[::g]',
    ],
  ],
  ['quotes', ['"shop.example"', '"a":80', "'a'", '<script>']],
] as const

for (const [title, texts] of refused) {
  t.test(`no authority: ${title}`, (t) => {
    for (const text of texts) t.equal(parseAuthority(text), undefined, JSON.stringify(text))
    t.end()
  })
}

t.test('punycode that decodes to nothing, or not to this, is what new URL makes of it', (t) => {
  // Node.js 20 refuses them, and 26 leaves them as they are.
  for (const name of ['xn--', 'xn--a', 'a.xn--.b', 'xn--a-ecp.ru-xn--']) {
    const url = `http://${name}/`
    const same = URL.canParse(url) && new URL(url).hostname === name
    t.equal(parseHostname(name), same ? name : undefined, name)
  }
  t.end()
})

t.test('a hostname alone takes no port', (t) => {
  t.equal(parseHostname('Shop.Example'), 'shop.example')
  t.equal(parseHostname('[2001:DB8::1]'), '[2001:db8::1]')
  for (const text of ['', 'a:80', '[::1]:80', '::1', '[::1', '[]', 'a..b', '0x7f.1']) {
    t.equal(parseHostname(text), undefined, text)
  }
  t.end()
})

t.test('a name of the greatest length (RFC 1035 2.3.4) with a port is read', (t) => {
  const name = Array.from({ length: 4 }, () => 'a'.repeat(63)).join('.')
  t.equal(name.length, 255)
  t.strictSame(parseAuthority(`${name}:65535`), { hostname: name, port: 65535 })
  t.equal(parseAuthority(`${name}.:65535`), undefined)
  t.end()
})

t.test('60 KB of anything are no authority', (t) => {
  for (const piece of [
    'a',
    'a.',
    '1',
    '1.',
    ':',
    '[',
    ']',
    '%',
    '@',
    'xn--',
    'xn--a.',
    '-',
    ' ',
    '"',
    '\\',
    ',',
  ]) {
    t.equal(parseAuthority(piece.repeat(60_000 / piece.length)), undefined, piece)
  }
  t.equal(parseAuthority(`[${':'.repeat(60_000)}]`), undefined)
  t.end()
})
