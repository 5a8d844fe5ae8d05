// forwardedAllowIps: which text is whom, and what a mistaken entry is told.

import t from 'tap'
import { parseIp } from '../../lib/address/ip.ts'
import { type AllowList, compileAllowList } from '../../lib/trust/allow-list.ts'
import { badAddresses, badNetworks } from '../fixtures/mistaken-entries.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const VARIABLE = 'FORWARDED_ALLOW_IPS'

t.beforeEach((t) => {
  const before = process.env[VARIABLE]
  delete process.env[VARIABLE]
  t.teardown(() => {
    if (before === undefined) delete process.env[VARIABLE]
    else process.env[VARIABLE] = before
  })
})

/** Which of these addresses the list holds. */
function held(list: AllowList, addresses: readonly string[]): readonly string[] {
  return addresses.filter((text) => {
    const ip = parseIp(text)
    return ip !== undefined && list.contains(ip)
  })
}

/** A name, the addresses at the edges of its networks, and their neighbours outside. */
const names = {
  // RFC 1122 3.2.1.3, RFC 4291 2.5.3
  loopback: {
    inside: ['127.0.0.0', '127.255.255.255', '::1'],
    outside: ['126.255.255.255', '128.0.0.0', '::', '::2'],
  },
  // RFC 3927 2.1, RFC 4291 2.5.6
  linklocal: {
    inside: ['169.254.0.0', '169.254.255.255', 'fe80::', 'febf:ffff::1'],
    outside: ['169.253.255.255', '169.255.0.0', 'fe7f:ffff::1', 'fec0::'],
  },
  // RFC 1918 3, RFC 4193 3.1
  uniquelocal: {
    inside: [
      '10.0.0.0',
      '10.255.255.255',
      '172.16.0.0',
      '172.31.255.255',
      '192.168.0.0',
      '192.168.255.255',
      'fc00::',
      'fdff:ffff::1',
    ],
    outside: [
      '9.255.255.255',
      '11.0.0.0',
      '172.15.255.255',
      '172.32.0.0',
      '192.167.255.255',
      '192.169.0.0',
      'fbff:ffff::1',
      'fe00::',
    ],
  },
} as const

for (const [name, { inside, outside }] of Object.entries(names)) {
  t.test(`${name} stands for its networks, to the last address`, (t) => {
    const list = compileAllowList(name)
    t.same(held(list, [...inside, ...outside]), inside)
    t.equal(list.anyPeer, false)
    t.end()
  })
}

t.test(
  'entries are separated by any run of commas and white space, in a string or an array',
  (t) => {
    const wanted = ['10.0.0.2', '192.0.2.1', '2001:db8::1']
    for (const list of [
      '10.0.0.2,192.0.2.1,2001:db8::1',
      '10.0.0.2 192.0.2.1 2001:db8::1',
      ' ,\t10.0.0.2 ,,\n192.0.2.1,\r\n 2001:db8::1 , ',
      ['10.0.0.2', '192.0.2.1', '2001:db8::1'],
      ['10.0.0.2, 192.0.2.1', '', '2001:db8::1'],
      '\f10.0.0.2\v192.0.2.1\u00a0\u20032001:db8::1\ufeff',
    ]) {
      t.same(held(compileAllowList(list), [...wanted, '10.0.0.3', '2001:db8::2']), wanted)
    }
    t.end()
  },
)

t.test('a network of either family holds its own addresses, to the last', (t) => {
  const list = compileAllowList('10.1.0.0/16, 2001:db8:1::/48')
  const inside = ['10.1.0.0', '10.1.255.255', '2001:db8:1::', '2001:db8:1:ffff::1']
  const outside = ['10.0.255.255', '10.2.0.0', '2001:db8:0:ffff::1', '2001:db8:2::']
  t.same(held(list, [...inside, ...outside]), inside)
  t.end()
})

t.test('CVE-2026-90711: a mapped network is its IPv4 network and holds no IPv6 address', (t) => {
  const list = compileAllowList('::ffff:10.0.0.0/104')
  const inside = ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3']
  t.same(held(list, [...inside, '9.255.255.255', '11.0.0.0', '2001:db8::1', '::a00:1']), inside)
  t.end()
})

t.test('an IPv6 network never holds an IPv4 address', (t) => {
  t.same(held(compileAllowList('::/1'), ['10.0.0.1', '::ffff:10.0.0.1', '::1']), ['::1'])
  t.end()
})

t.test('* is any peer, and no network', (t) => {
  const list = compileAllowList('*')
  t.equal(list.anyPeer, true)
  t.same(held(list, ['127.0.0.1', '10.0.0.1', '::1']), [])
  t.end()
})

t.test('* beside a network is both', (t) => {
  const list = compileAllowList(['*', '10.0.0.0/8'])
  t.equal(list.anyPeer, true)
  t.same(held(list, ['127.0.0.1', '10.0.0.1']), ['10.0.0.1'])
  t.end()
})

t.test('an empty list trusts nobody', (t) => {
  for (const empty of ['', ' , ', [], ['']]) {
    const list = compileAllowList(empty)
    t.equal(list.anyPeer, false)
    t.same(held(list, ['127.0.0.1', '::1', '10.0.0.1']), [])
  }
  t.end()
})

t.test(
  'without the option and the variable the loopback addresses are believed, as in gunicorn',
  (t) => {
    const list = compileAllowList(undefined)
    t.same(held(list, ['127.0.0.1', '::1', '127.0.0.2', '::2']), ['127.0.0.1', '::1'])
    t.equal(list.anyPeer, false)
    t.end()
  },
)

t.test('the variable stands in for the option, and set but empty it is nobody', (t) => {
  process.env[VARIABLE] = '10.0.0.0/8,*'
  const list = compileAllowList(undefined)
  t.same(held(list, ['127.0.0.1', '10.0.0.1']), ['10.0.0.1'])
  t.equal(list.anyPeer, true)
  process.env[VARIABLE] = ''
  t.same(held(compileAllowList(undefined), ['127.0.0.1', '::1']), [])
  t.end()
})

t.test('the option wins over the variable, which is then not read', (t) => {
  process.env[VARIABLE] = 'not read'
  t.same(held(compileAllowList('10.0.0.1'), ['127.0.0.1', '10.0.0.1']), ['10.0.0.1'])
  t.same(held(compileAllowList([]), ['127.0.0.1', '10.0.0.1']), [])
  t.end()
})

t.test('an error in the variable names the variable', (t) => {
  process.env[VARIABLE] = '::1,proxy.example'
  const { code, option, input, index, message } = startUpError(() => compileAllowList(undefined))
  t.same({ code, option, index }, { code: 'bad-address', option: VARIABLE, index: 4 })
  t.equal(input, '::1,proxy.example')
  t.match(message, /^FORWARDED_ALLOW_IPS: "proxy\.example" is no /)
  process.env[VARIABLE] = '::/0'
  t.equal(startUpError(() => compileAllowList(undefined)).option, VARIABLE)
  t.end()
})

t.test('the list is frozen', (t) => {
  t.ok(Object.isFrozen(compileAllowList('10.0.0.1')))
  t.end()
})

const ADDRESS = 'is no IPv4 or IPv6 address, network or known name'

for (const [entry, remedy] of Object.entries(badAddresses)) {
  t.test(`${entry} is no address, and the message says: ${remedy}`, (t) => {
    const text = `10.0.0.9, ${entry}`
    const error = startUpError(() => compileAllowList(['::1', text]))
    t.equal(error.code, 'bad-address')
    t.equal(error.option, 'forwardedAllowIps')
    t.equal(error.input, text)
    t.equal(error.index, 10)
    t.equal(
      error.message,
      `forwardedAllowIps: "${entry}" ${ADDRESS}. ${remedy}\n  ${text}\n            ^ column 11`,
    )
    t.end()
  })
}

for (const [entry, [reason, remedy]] of Object.entries(badNetworks)) {
  t.test(`${entry} is no network: ${remedy}`, (t) => {
    const error = startUpError(() => compileAllowList(entry))
    t.equal(error.code, 'bad-network')
    t.equal(error.option, 'forwardedAllowIps')
    t.equal(error.input, entry)
    t.equal(error.index, 0)
    t.equal(error.message, `forwardedAllowIps: ${reason}. ${remedy}\n  ${entry}\n  ^ column 1`)
    t.end()
  })
}

t.test('every address and network that a remedy proposes is accepted', (t) => {
  const entries = [...Object.keys(badAddresses), ...Object.keys(badNetworks), '[foo]', '1.2.3:80']
  let proposed = 0
  for (const entry of entries) {
    const { message } = startUpError(() => compileAllowList(entry))
    const [, remedy = ''] = message.split('. Write ')
    for (const [, text = ''] of remedy.matchAll(/'([^']+)'/g)) {
      t.doesNotThrow(() => compileAllowList(text), `${entry}: ${text}`)
      proposed++
    }
  }
  t.ok(proposed > 20)
  t.end()
})

/** Lists that hold every address of a family. */
const whole = [
  ['0.0.0.0/0', 4],
  ['::/0', 6],
  ['0.0.0.0/1, 128.0.0.0/1', 4],
  [['8000::/1', '::/1'], 6],
  ['::ffff:0.0.0.0/96', 4],
  ['*, 0.0.0.0/0', 4],
] as const

for (const [list, version] of whole) {
  const text = Array.isArray(list) ? list.join(', ') : String(list)
  t.test(`${text} is all of IPv${version}: the error says to write *`, (t) => {
    const { code, option, input, index, message } = startUpError(() => compileAllowList(list))
    t.same(
      { code, option, index },
      { code: 'whole-family', option: 'forwardedAllowIps', index: undefined },
    )
    t.equal(input, text)
    t.ok(message.startsWith(`forwardedAllowIps: "${text}" covers all of IPv${version}, `), message)
    t.ok(message.includes("Write '*' if every connection comes from a proxy"), message)
    t.end()
  })
}

t.test('all but one address of a family is a list like any other', (t) => {
  const bits = Array.from({ length: 32 }, (_, index) => index + 1)
  // The complement of 255.255.255.255: 0.0.0.0/1, 128.0.0.0/2, 192.0.0.0/3, ...
  const networks = bits.map((length) => {
    const base = length === 1 ? 0 : (-1 << (33 - length)) >>> 0
    return `${[24, 16, 8, 0].map((shift) => (base >>> shift) & 255).join('.')}/${length}`
  })
  const list = compileAllowList(networks)
  t.same(held(list, ['0.0.0.0', '255.255.255.254', '255.255.255.255']), [
    '0.0.0.0',
    '255.255.255.254',
  ])
  t.end()
})

const ARRAY = "Write a string or an array of strings, such as ['10.0.0.2', '10.1.0.0/16']"
const COUNT = "List the proxies' addresses, or write '*' and count the proxies in `hops`"

t.test('what is no text is an error that says what to write', (t) => {
  for (const [value, shown, remedy] of [
    [true, 'true', COUNT],
    [1, '1', COUNT],
    [false, 'false', ARRAY],
    [null, 'null', ARRAY],
    [{}, '{}', ARRAY],
    [() => true, 'a function', ARRAY],
    [[null], 'null', ARRAY],
    [['::1', 5], '5', ARRAY],
    [Object.assign(new Array(2), { 1: '::1' }), 'undefined', ARRAY],
    [[['::1']], '["::1"]', ARRAY],
  ] as const) {
    const { code, option, input, message } = startUpError(() => compileAllowList(value))
    t.same({ code, option }, { code: 'wrong-type', option: 'forwardedAllowIps' })
    t.equal(input, value)
    t.equal(message, `forwardedAllowIps: ${shown} is no list of addresses. ${remedy}`)
  }
  t.end()
})
