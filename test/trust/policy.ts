// compileTrust: the defaults, the frozen policy, and the question that other frameworks may ask.

import t from 'tap'
import { parseIp } from '../../lib/address/ip.ts'
import {
  compileTrust,
  isTrust,
  noTrust,
  trustOptionNames,
  trustsAddress,
} from '../../lib/trust/policy.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

t.beforeEach((t) => {
  const before = process.env.FORWARDED_ALLOW_IPS
  delete process.env.FORWARDED_ALLOW_IPS
  t.teardown(() => {
    if (before !== undefined) process.env.FORWARDED_ALLOW_IPS = before
  })
})

/** Compiles what no type would let through. */
function compile(options: unknown): unknown {
  return Reflect.apply(compileTrust, undefined, [options])
}

t.test('without options: loopback, UNIX peers, X-Forwarded-For and -Proto, 32 hops', (t) => {
  for (const trust of [compileTrust(), compileTrust({}), compileTrust(undefined)]) {
    const { contains, ...rest } = trust.policy
    t.same(rest, {
      anyPeer: false,
      unix: true,
      hops: undefined,
      maxHops: 32,
      source: { kind: 'x-forwarded-for', name: 'x-forwarded-for' },
      schemeHeaders: [{ name: 'x-forwarded-proto', secure: 'https' }],
      host: false,
      port: false,
      prefix: false,
      gunicorn: false,
      headerNames: ['host', ':authority', 'x-forwarded-for', 'x-forwarded-proto'],
      allowsHost: undefined,
    })
    const holds = (text: string) => {
      const ip = parseIp(text)
      return ip !== undefined && contains(ip)
    }
    t.same(['127.0.0.1', '::1', '127.0.0.2', '10.0.0.1'].map(holds), [true, true, false, false])
  }
  t.end()
})

t.test('an option that is undefined is absent', (t) => {
  const options = Object.fromEntries(trustOptionNames.map((name) => [name, undefined]))
  const { contains, ...rest } = compileTrust(options).policy
  const { contains: _, ...defaults } = compileTrust().policy
  t.type(contains, 'function')
  t.same(rest, defaults)
  t.end()
})

t.test('every option reaches the policy', (t) => {
  const { policy } = compileTrust({
    forwardedAllowIps: ['*', '10.0.0.0/8'],
    unix: false,
    hops: 3,
    maxHops: 3,
    headers: ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-prefix'],
    secureSchemeHeaders: { 'x-forwarded-ssl': 'on' },
    allowedHosts: ['shop.example'],
  })
  t.equal(policy.anyPeer, true)
  t.equal(policy.unix, false)
  t.equal(policy.hops, 3)
  t.equal(policy.maxHops, 3)
  t.same([policy.host, policy.port, policy.prefix], [true, true, true])
  t.same(policy.schemeHeaders, [{ name: 'x-forwarded-ssl', secure: 'on' }])
  t.equal(policy.allowsHost?.('shop.example'), true)
  t.equal(policy.allowsHost?.('evil.example'), false)
  t.end()
})

t.test('a handle and its policy cannot be changed', (t) => {
  const trust = compileTrust()
  t.ok(Object.isFrozen(trust))
  t.ok(Object.isFrozen(trust.diagnosis))
  t.equal({ ...trust }.policy, trust.policy, 'a copy has the policy of its moment')
  t.ok(Object.isFrozen(trust.policy))
  t.end()
})

t.test('a wrong option of any kind is an error that names it', (t) => {
  for (const [options, code, option, words] of [
    [null, 'wrong-type', 'options', 'null is no options object'],
    ['10.0.0.2', 'wrong-type', 'options', '"10.0.0.2" is no options object'],
    [true, 'wrong-type', 'options', 'true is no options object'],
    [{ trustProxy: true }, 'unknown-option', 'trustProxy', 'in `forwardedAllowIps`'],
    [{ forwardedAllowIPs: '::1' }, 'unknown-option', 'forwardedAllowIPs', '`forwardedAllowIps`?'],
    [{ forwardedAllowIps: true }, 'wrong-type', 'forwardedAllowIps', 'count the proxies in `hops`'],
    [{ forwardedAllowIps: null }, 'wrong-type', 'forwardedAllowIps', 'Write a string or an array'],
    [{ unix: 'false' }, 'wrong-type', 'unix', 'Write true or false'],
    [{ unix: null }, 'wrong-type', 'unix', 'Write true or false'],
    [{ hops: '1' }, 'wrong-type', 'hops', 'from 1 to 32 (maxHops)'],
    [{ hops: 33 }, 'wrong-type', 'hops', 'from 1 to 32 (maxHops)'],
    [{ hops: 3, maxHops: 2 }, 'wrong-type', 'hops', 'from 1 to 2 (maxHops)'],
    [{ hops: 0 }, 'wrong-type', 'hops', 'from 1 to 32 (maxHops)'],
    [{ hops: null }, 'wrong-type', 'hops', 'from 1 to 32 (maxHops)'],
    [{ maxHops: 0 }, 'wrong-type', 'maxHops', 'of at least 1'],
    [{ maxHops: Number.POSITIVE_INFINITY }, 'wrong-type', 'maxHops', 'of at least 1'],
    [{ headers: 'forwarded' }, 'wrong-type', 'headers', 'Write an array'],
    [{ secureSchemeHeaders: ['on'] }, 'wrong-type', 'secureSchemeHeaders', 'Write an object'],
    [{ allowedHosts: [] }, 'wrong-type', 'allowedHosts', 'Write an array'],
  ] as const) {
    const error = startUpError(() => compile(options))
    t.same({ code: error.code, option: error.option }, { code, option })
    t.ok(error.message.startsWith(`${option}: `), error.message)
    t.ok(error.message.includes(words), error.message)
  }
  t.end()
})

t.test('hops are counted in a list: without one it is a contradiction', (t) => {
  const message =
    'hops: hops are counted in x-forwarded-for or forwarded, and neither is listed in `headers`. ' +
    "Add 'x-forwarded-for' to `headers`, or leave `hops` out"
  for (const headers of [[], ['x-real-ip'], ['x-forwarded-proto'], [{ address: 'x-my-client' }]]) {
    const error = startUpError(() => compileTrust({ hops: 2, headers }))
    t.same({ code: error.code, option: error.option }, { code: 'contradiction', option: 'hops' })
    t.equal(error.input, 2)
    t.equal(error.message, message)
  }
  t.equal(compileTrust({ hops: 2, headers: ['x-forwarded-for'] }).policy.hops, 2)
  t.equal(compileTrust({ hops: 2, headers: ['forwarded'] }).policy.hops, 2)
  t.end()
})

/** Options, and which of [address, distance] are trusted, and which not. */
const judged = [
  [
    'a list judges every hop alike',
    { forwardedAllowIps: '10.0.0.0/8' },
    [
      ['10.0.0.1', 0],
      ['10.0.0.1', 1],
      ['10.0.0.1', 31],
    ],
    [
      ['203.0.113.7', 0],
      ['203.0.113.7', 1],
    ],
  ],
  [
    '* judges the peer alone',
    { forwardedAllowIps: '*' },
    [
      ['203.0.113.7', 0],
      ['::1', 0],
    ],
    [
      ['203.0.113.7', 1],
      ['::1', 1],
    ],
  ],
  [
    'hops count what stands behind the peer, and the list judges the peer',
    { forwardedAllowIps: '10.0.0.0/8', hops: 3 },
    [
      ['10.0.0.1', 0],
      ['203.0.113.7', 1],
      ['203.0.113.7', 2],
    ],
    [
      ['203.0.113.7', 0],
      ['10.0.0.1', 3],
    ],
  ],
] as const

for (const [title, options, believed, doubted] of judged) {
  t.test(title, (t) => {
    const { policy, trusts } = compileTrust(options)
    for (const [rows, wanted] of [
      [believed, true],
      [doubted, false],
    ] as const) {
      for (const [address, hop] of rows) {
        const ip = parseIp(address)
        t.ok(ip !== undefined && trustsAddress(policy, ip, hop) === wanted, `${address} at ${hop}`)
        t.equal(trusts(address, hop), wanted, `${address} at ${hop}`)
      }
    }
    t.end()
  })
}

t.test('trusts() asks for the peer unless a distance is given', (t) => {
  const { trusts } = compileTrust({ forwardedAllowIps: '*' })
  t.equal(trusts('203.0.113.7'), true)
  t.equal(trusts('203.0.113.7', 1), false)
  t.end()
})

t.test('trusts() unmaps, and drops a zone, as for a peer', (t) => {
  const { trusts } = compileTrust({ forwardedAllowIps: ['10.0.0.0/8', 'fe80::/10'] })
  t.equal(trusts('::ffff:10.0.0.1'), true)
  t.equal(trusts('fe80::1%eth0'), true)
  t.equal(trusts('::ffff:11.0.0.1'), false)
  t.end()
})

t.test('trusts() is false for what is no address, and for undefined, even where * stands', (t) => {
  const { trusts } = compileTrust({ forwardedAllowIps: '*' })
  t.equal(trusts(undefined), false)
  t.equal(trusts(undefined, 1), false)
  for (const text of ['', 'unknown', '10.0.0.1:80', '010.0.0.1', '0x0a000001', '[::1]', 'unix:']) {
    t.equal(trusts(text), false, text)
  }
  t.equal(Reflect.apply(trusts, undefined, [null, 0]), false)
  t.equal(Reflect.apply(trusts, undefined, [167772161, 0]), false)
  t.end()
})

t.test('trusts() lets a framework go no further than maxHops', (t) => {
  const { trusts } = compileTrust({ forwardedAllowIps: '10.0.0.0/8', maxHops: 2 })
  t.same(
    [0, 1, 2, 3, 100].map((hop) => trusts('10.0.0.1', hop)),
    [true, true, true, false, false],
  )
  t.end()
})

t.test('trusts() does not let a framework read X-Forwarded-For where the policy does not', (t) => {
  for (const headers of [['forwarded'], ['x-real-ip'], ['x-forwarded-proto'], []]) {
    const { trusts } = compileTrust({ forwardedAllowIps: '*', headers })
    t.equal(trusts('10.0.0.1'), false, headers.join())
  }
  t.end()
})

t.test('trusts() needs no object to be called on', (t) => {
  const { trusts } = compileTrust({ forwardedAllowIps: '10.0.0.0/8' })
  t.same(['10.0.0.1', '11.0.0.1'].filter(trusts), ['10.0.0.1'])
  t.end()
})

t.test('update() swaps the list, and nothing else', (t) => {
  const trust = compileTrust({
    forwardedAllowIps: '10.0.0.1',
    unix: false,
    hops: 2,
    maxHops: 4,
    headers: ['x-forwarded-for'],
    allowedHosts: ['shop.example'],
  })
  const before = trust.policy
  trust.update(['10.0.0.2', '10.1.0.0/16'])
  const after = trust.policy
  const trusted = ['10.0.0.1', '10.0.0.2', '10.1.2.3'].filter((text) => trust.trusts(text))
  t.same(trusted, ['10.0.0.2', '10.1.2.3'])
  t.not(after, before)
  t.ok(Object.isFrozen(after))
  t.same({ ...after, contains: 0 }, { ...before, contains: 0 })
  const old = parseIp('10.0.0.1')
  t.ok(old !== undefined && before.contains(old) && !after.contains(old), 'who has it keeps it')
  trust.update('*')
  t.equal(trust.policy.anyPeer, true)
  trust.update([])
  t.same([trust.policy.anyPeer, trust.trusts('10.0.0.2')], [false, false])
  t.end()
})

t.test('a wrong list throws as at start-up, and changes nothing', (t) => {
  process.env.FORWARDED_ALLOW_IPS = '192.0.2.1'
  const trust = compileTrust({ forwardedAllowIps: '10.0.0.1' })
  const { policy } = trust
  for (const [list, code] of [
    [undefined, 'wrong-type'],
    [null, 'wrong-type'],
    [true, 'wrong-type'],
    [['10.0.0.2', 1], 'wrong-type'],
    ['10.0.0.2, proxy.example', 'bad-address'],
    [['10.0.0.2', '10.0.0.1/8'], 'bad-network'],
    ['0.0.0.0/1,128.0.0.0/1', 'whole-family'],
  ] as const) {
    const error = startUpError(() => Reflect.apply(trust.update, undefined, [list]))
    t.same({ code: error.code, option: error.option }, { code, option: 'forwardedAllowIps' })
    t.equal(trust.policy, policy)
  }
  t.same(['10.0.0.1', '10.0.0.2', '192.0.2.1'].filter(trust.trusts), ['10.0.0.1'])
  t.end()
})

t.test('what stands in the place of a handle is an error that says what to write', (t) => {
  t.match(noTrust({ forwardedAllowIps: '*' }, 'Write it'), {
    code: 'wrong-type',
    option: 'trust',
    message: 'trust: {"forwardedAllowIps":"*"} was not returned by compileTrust. Write it',
    input: { forwardedAllowIps: '*' },
  })
  t.end()
})

t.test('a handle is known by itself, not by its looks', (t) => {
  const trust = compileTrust()
  t.equal(isTrust(trust), true)
  trust.update('10.0.0.2')
  t.equal(isTrust(trust), true)
  for (const forged of [{ ...trust }, Object.create(trust), { policy: {} }, null, undefined, '*']) {
    t.equal(isTrust(forged), false)
  }
  t.end()
})
