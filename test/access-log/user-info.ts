// User and password in URLs, in the shapes that browsers, proxies and attackers write.

import t from 'tap'
import {
  mayHoldUserInfo,
  redactUrlsWithin,
  redactUserInfo,
} from '../../lib/access-log/user-info.ts'

/** A URL or a target with user info, and what is printed. */
const redacted = [
  // RFC 3986 3.2.1; OpenTelemetry, attribute url.full.
  ['https://user:pass@h.example/', 'https://REDACTED:REDACTED@h.example/'],
  ['https://token@h.example/', 'https://REDACTED@h.example/'],
  ['https://:pass@h.example/', 'https://:REDACTED@h.example/'],
  ['https://user:@h.example/', 'https://REDACTED:@h.example/'],
  ['https://user:p:w;x=1&y@h.example/?q#f', 'https://REDACTED:REDACTED@h.example/?q#f'],
  // WHATWG URL: the last "@" counts, "\" is "/", and the number of slashes does not matter.
  ['https://user:p@ss@h.example/', 'https://REDACTED:REDACTED@h.example/'],
  ['https:\\\\user:pass@h.example\\x', 'https:\\\\REDACTED:REDACTED@h.example\\x'],
  ['https:\\\\token@h.example/', 'https:\\\\REDACTED@h.example/'],
  ['https:\\/token@h.example/', 'https:\\/REDACTED@h.example/'],
  ['https:/\\token@h.example/', 'https:/\\REDACTED@h.example/'],
  ['https:/token@h.example/', 'https:/REDACTED@h.example/'],
  ['https:///token@h.example/', 'https:///REDACTED@h.example/'],
  ['//token@h.example/', '//REDACTED@h.example/'],
  ['user:pass@h.example:443', 'REDACTED:REDACTED@h.example:443'],
  ['token@h.example:443', 'REDACTED@h.example:443'],
  ['https:user:pass@h.example', 'REDACTED:REDACTED@h.example'],
  ['https://user:pa\nss@h.example/', 'https://REDACTED:REDACTED@h.example/'],
  // A password with its reserved characters encoded, and an "@" that is.
  ['https://user:p%40s%2Fs%3F@h.example/', 'https://REDACTED:REDACTED@h.example/'],
  ['https://user:pass%40h.example/', 'https://REDACTED%3AREDACTED%40h.example/'],
  // In a path, and in a query.
  ['/fetch/https://user:pass@h.example/x', '/fetch/https://REDACTED:REDACTED@h.example/x'],
  ['/fetch/user:pass@h.example/x', '/fetch/REDACTED:REDACTED@h.example/x'],
  ['/?a=1&url=https://token@h.example/&b=2', '/?a=1&url=https://REDACTED@h.example/&b=2'],
  ['/?url=user:pass@h.example', '/?url=REDACTED:REDACTED@h.example'],
  ['/?a@b=user:pass@h.example', '/?REDACTED:REDACTED@h.example'],
  // A URL inside a URL, once and twice encoded.
  [
    '/?url=https%3A%2F%2Fuser%3Apass%40h.example%2Fx&b=2',
    '/?url=https%3A%2F%2FREDACTED%3AREDACTED%40h.example%2Fx&b=2',
  ],
  [
    '/?url=https%3A%2F%2Fa.example%2F%3Furl%3Dhttps%253A%252F%252Ftoken%2540h.example',
    '/?url=https%3A%2F%2Fa.example%2F%3Furl%3Dhttps%253A%252F%252FREDACTED%2540h.example',
  ],
  ['/%2Ftoken%40h.example', '/%2FREDACTED%40h.example'],
  // Half encoded.
  [
    '/?u=https%3A%2F%2Fuser%3Apw@h.example&b=2',
    '/?u=https%3A%2F%2FREDACTED%3AREDACTED%40h.example&b=2',
  ],
  ['/p/user%3Apw@h.example', '/p/REDACTED%3AREDACTED%40h.example'],
  ['/p/user%253Apw@h.example', '/p/REDACTED%253AREDACTED%2540h.example'],
  ['/a%25252540b', '/REDACTED'],
] as const

t.test('user info is redacted, and nothing else', (t) => {
  for (const [text, printed] of redacted) t.equal(redactUserInfo(text), printed, text)
  t.end()
})

const harmless = [
  ...['', '/', '*', '@', '/@', '//@h', 'https://h.example/', '/a:b/c'],
  ...['/users/bob@example.com', '/@scope/name@1.2', '/maps/@52.5,13.4,15z'],
  ...['/?email=bob@example.com', '/?email=bob%40example.com&at=12:30'],
  '/?next=https://h.example&email=bob@example.com',
  '/?next=https%3A%2F%2Fh.example%2F%3Femail%3Dbob%40example.com',
  ...['/%40%2f%zz%', '/a%2Fbob@example.com', '/100%@x', '/%25@x', '/a%3Ab'],
]

t.test('what is no user info stays as it was sent', (t) => {
  for (const text of harmless) t.equal(redactUserInfo(text), text)
  t.end()
})

t.test('in other text only a URL has user info', (t) => {
  for (const text of ['bob@example.com', 'x; mailto:bob@example.com', 'a:b@c', '/a:b@c']) {
    t.equal(redactUrlsWithin(text), text)
  }
  t.equal(redactUrlsWithin('bot +https://a:b@c/'), 'bot +https://REDACTED:REDACTED@c/')
  t.equal(
    redactUrlsWithin('u=https%3A%2F%2Fa%3Ab%40c'),
    'u%3Dhttps%3A%2F%2FREDACTED%3AREDACTED%40c',
  )
  t.equal(
    redactUrlsWithin('https%3A%2F%2Fa:b@c/ bot'),
    'https%3A%2F%2FREDACTED%3AREDACTED%40c/ bot',
  )
  t.equal(redactUrlsWithin('a%3Ab@example.com'), 'a%3Ab@example.com')
  t.end()
})

t.test('without an @ of any spelling nothing is looked for', (t) => {
  for (const text of ['/a%41', '/', '/%4', '/%250']) t.notOk(mayHoldUserInfo(text))
  for (const text of ['@', '/%40', '/%252540']) t.ok(mayHoldUserInfo(text))
  t.end()
})

t.test('a hostile request line takes linear time', (t) => {
  const units = [
    '@',
    '//',
    '//@',
    ':@',
    '%40',
    '%2f%2f',
    '%25',
    '25',
    'a=@&',
    '?a=@&',
    '\\',
    '%3a/',
    '%3a@',
    '%2f%2f@',
  ]
  for (const unit of units) {
    for (const [before, after] of [
      ['', ''],
      ['https://', '@'],
      ['/?a=', '%40'],
      ['%', '40'],
    ]) {
      const text = before + unit.repeat(2 ** 17 / unit.length) + after
      const start = performance.now()
      redactUserInfo(text)
      redactUrlsWithin(text)
      t.ok(performance.now() - start < 5_000, before + unit)
    }
  }
  t.end()
})
