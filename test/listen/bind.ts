// gunicorn's binds, and what is wrong with those that are none.

import { join } from 'node:path'
import t from 'tap'
import { parseBinds } from '../../lib/listen/bind.ts'
import { ListenError } from '../../lib/listen/error.ts'

/** The place without its text. */
function place(text: string): object | undefined {
  const [bind, ...more] = parseBinds([text])
  if (bind === undefined || more.length > 0) return undefined
  const { text: given, ...rest } = bind
  return given === text ? rest : undefined
}

function refusal(given: unknown): ListenError {
  try {
    parseBinds(given)
  } catch (error) {
    if (error instanceof ListenError) return error
    throw error
  }
  throw new Error('it was taken')
}

t.test('the forms of gunicorn, whose default port is 8000', (t) => {
  const tcp = (host: string, port: number) => ({ kind: 'tcp', host, port })
  for (const [text, expected] of [
    ['127.0.0.1:8001', tcp('127.0.0.1', 8001)],
    ['127.0.0.1', tcp('127.0.0.1', 8000)],
    ['0.0.0.0:0', tcp('0.0.0.0', 0)],
    ['tcp://127.0.0.1:80', tcp('127.0.0.1', 80)],
    ['[::1]:8001', tcp('::1', 8001)],
    ['[2001:DB8::1]', tcp('2001:db8::1', 8000)],
    ['[fe80::1%eth0]:65535', tcp('fe80::1%eth0', 65_535)],
    ['LocalHost:8001', tcp('localhost', 8001)],
    ['shop.internal', tcp('shop.internal', 8000)],
    ['unix:/run/shop/shop.sock', { kind: 'unix', path: '/run/shop/shop.sock' }],
    ['unix:///run/shop/shop.sock', { kind: 'unix', path: '/run/shop/shop.sock' }],
    ['unix:/run/a, b.sock', { kind: 'unix', path: '/run/a, b.sock' }],
    ['unix:shop.sock', { kind: 'unix', path: join(process.cwd(), 'shop.sock') }],
    ['fd://3', { kind: 'fd', fd: 3 }],
    ['systemd', { kind: 'systemd', name: undefined }],
    ['systemd:web', { kind: 'systemd', name: 'web' }],
  ] as const) {
    t.same(place(text), expected, text)
  }
  t.end()
})

t.test('several stand in a list, or in text with commas or blanks between them', (t) => {
  const texts = ['unix:/run/shop.sock', '127.0.0.1:8000', '[::1]:8000']
  for (const given of [texts, texts.join(','), ` ${texts.join(', ')} `, texts.join('\n')]) {
    t.same(
      parseBinds(given).map(({ text }) => text),
      texts,
    )
  }
  t.end()
})

t.test('what cannot be read is refused, with what to write', (t) => {
  for (const [text, remedy] of [
    ['8000', 'Write 127.0.0.1:8000'],
    [':3000', 'Write 127.0.0.1:3000, or for every interface 0.0.0.0:3000'],
    ['*', 'for every interface 0.0.0.0:8000'],
    ['*:80', 'for every interface 0.0.0.0:80'],
    ['::1', 'Write [::1]:8000'],
    ['2001:db8::1', 'Write [2001:db8::1]:8000'],
    ['2001:db8::a', 'Write [2001:db8::a]:8000'],
    ['::1:80', 'Write [::1:80]:8000, or [::1]:80'],
    ['1:2:3:4:5:6:7:80', 'Write [1:2:3:4:5:6:7:80]:8000'],
    ['[127.0.0.1]:80', 'such as [::1]:8000'],
    ['[::1]80', ''],
    ['[::1', ''],
    ['127.0.0.1:', 'a number from 1 to 65535'],
    ['127.0.0.1:undefined', 'a number from 1 to 65535'],
    ['127.0.0.1:65536', 'a number from 1 to 65535'],
    ['127.0.0.1:080000', 'a number from 1 to 65535'],
    ['127.0.0.1:-1', 'a number from 1 to 65535'],
    ['127.0.0.1:80:80', ''],
    ['http://127.0.0.1:80', ''],
    ['/run/shop.sock', "'unix:/run/shop/shop.sock'"],
    ['a b', ''],
    ['unix:', 'such as unix:/run/shop/shop.sock'],
    ['unix:/run/shop/', 'such as unix:/run/shop/shop.sock'],
    ['unix:/run/shop\0', 'such as unix:/run/shop/shop.sock'],
    ['fd://', 'such as fd://3'],
    ['fd://web', 'such as fd://3'],
    ['fd://-1', 'such as fd://3'],
    ['systemd:', ''],
  ] as const) {
    const error = refusal([text])
    t.equal(error.code, 'bad-bind', text)
    t.ok(error.message.includes(remedy), `${error.message} (${remedy})`)
  }
  for (const given of [8000, null, ['127.0.0.1:80', 8000]]) {
    t.match(refusal(given), { code: 'bad-bind', message: /it is no text/ })
  }
  t.end()
})

t.test('an IPv4 address in a loose form is none: the system would read it as another one', (t) => {
  // inet_aton(3): 127.1, 0x7f000001 and 017700000001 are 127.0.0.1.
  for (const host of ['127.1', '0x7f000001', '017700000001', '127.0.0.01', '127.0.0.256']) {
    t.equal(refusal([`${host}:80`]).code, 'bad-bind', host)
  }
  t.end()
})

t.test(
  'an abstract socket is refused, since it has no mode and its peers would be believed',
  (t) => {
    for (const text of ['unix:@shop', 'unix:\0shop']) {
      t.match(refusal([text]), {
        code: 'bad-bind',
        message: /everybody on the machine may connect/,
      })
    }
    t.end()
  },
)

t.test('no bind at all is a mistake: a variable that is not set', (t) => {
  for (const given of ['', ' , ', [], ['']]) {
    t.match(refusal(given), { code: 'bad-bind', message: /variable of the environment is not set/ })
  }
  t.match(refusal(undefined), { code: 'bad-bind' })
  t.end()
})

t.test('two binds for one address are refused, also where one is every interface', (t) => {
  for (const [one, other] of [
    ['127.0.0.1:80', '127.0.0.1:80'],
    ['127.0.0.1', '127.0.0.1:8000'],
    ['0.0.0.0:80', '127.0.0.1:80'],
    ['[::]:80', '0.0.0.0:80'],
    ['[::1]:80', '[::]:80'],
    ['unix:/run/a', 'unix:///run/x/../a'],
    ['fd://3', 'fd://03'],
    ['systemd', 'systemd'],
    ['systemd:web', 'systemd:web'],
  ] as const) {
    const error = refusal([one, other])
    t.match(error, { code: 'doubled-bind', bind: other }, `${one} ${other}`)
    t.ok(error.message.includes(one))
  }
  t.equal(parseBinds('127.0.0.1:0,127.0.0.1:0').length, 2, 'two free ports are two')
  const apart =
    '127.0.0.1:80 127.0.0.1:81 127.0.0.2:80 0.0.0.0:82 [::1]:82 unix:/a unix:/b fd://3 fd://4 systemd:a systemd:b'
  t.equal(parseBinds(apart).length, 11)
  t.end()
})
