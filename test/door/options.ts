// What the doors take, beside whom to trust.

import t from 'tap'
import { compileDoor } from '../../lib/door/options.ts'
import { compileTrust, OptionError } from '../../lib/index.ts'

const facts = {
  remoteAddress: '10.0.0.2',
  rawHeaders: ['Host', 'shop.example', 'X-Forwarded-For', '203.0.113.7'],
}

/** Compiles whatever JavaScript may pass. */
function compile(options: unknown): ReturnType<typeof compileDoor> {
  return Reflect.apply(compileDoor, undefined, [options])
}

t.test('trust options and a compiled trust are two ways to say the same', (t) => {
  const forwardedAllowIps = ['10.0.0.2']
  for (const options of [{ forwardedAllowIps }, { trust: compileTrust({ forwardedAllowIps }) }]) {
    const { resolve, log, getters } = compileDoor(options)
    t.equal(Reflect.apply(resolve, undefined, [facts]).client.address, '203.0.113.7')
    t.equal(log, undefined)
    t.equal(getters, false)
  }
  t.end()
})

t.test('without options loopback is believed, nothing is logged or replaced', (t) => {
  const { resolve, log, getters } = compileDoor(undefined)
  const loopback = { ...facts, remoteAddress: '127.0.0.1' }
  t.equal(Reflect.apply(resolve, undefined, [loopback]).client.address, '203.0.113.7')
  t.equal(log, undefined)
  t.equal(getters, false)
  t.end()
})

t.test('undefined is the same as absent', (t) => {
  const trust = compileTrust()
  t.ok(compile({ trust, forwardedAllowIps: undefined, accessLog: undefined, getters: undefined }))
  t.end()
})

t.test('listener and log are handed on', (t) => {
  const door = compileDoor({ listener: 'unix', accessLog: 'combined', getters: true })
  t.type(door.log?.write, 'function')
  t.equal(door.getters, true)
  const socket = { server: { address: () => null } }
  const request = { socket, rawHeaders: facts.rawHeaders, httpVersion: '1.1' }
  t.equal(Reflect.apply(door.resolve, undefined, [request]).hops[0].node, 'unix:')
  t.end()
})

t.test('the log masks the header that the policy reads the client from', (t) => {
  for (const [headers, shown] of [
    [[{ address: 'x-my-client' }], '203.0.113.0'],
    [['x-forwarded-for'], '203.0.113.7'],
  ] as const) {
    const lines: string[] = []
    const stream = { write: (text: string) => lines.push(text) }
    const accessLog = { format: '%({x-my-client}i)s', maskAddress: true, stream }
    const { resolve, log } = compileDoor({ headers, accessLog })
    const request = { remoteAddress: '127.0.0.1', rawHeaders: ['X-My-Client', '203.0.113.7'] }
    const context = Reflect.apply(resolve, undefined, [request])
    log?.write(context, { status: 200, bytes: 0, durationMicros: 1 })
    t.same(lines, [`${shown}\n`])
  }
  t.end()
})

t.test('a mistake is an error at start-up that names the option', (t) => {
  const trust = compileTrust()
  const mistakes: readonly (readonly [unknown, { code: string; [more: string]: unknown }])[] = [
    [
      { trustProxy: true },
      { code: 'unknown-option', option: 'trustProxy', message: /forwardedAllowIps/ },
    ],
    [
      { forwardedAllowIp: '::1' },
      { code: 'unknown-option', message: /Did you mean `forwardedAllowIps`/ },
    ],
    [null, { code: 'wrong-type', option: 'options' }],
    [true, { code: 'wrong-type' }],
    [{ trust: true }, { code: 'wrong-type', option: 'trust', message: /compileTrust/ }],
    [{ trust: {} }, { code: 'wrong-type', option: 'trust' }],
    [{ trust: { policy: {} } }, { code: 'wrong-type', option: 'trust', message: /compileTrust/ }],
    [{ trust: { ...trust } }, { code: 'wrong-type', option: 'trust' }],
    [{ trust: Object.create(trust) }, { code: 'wrong-type', option: 'trust' }],
    [{ trust: null }, { code: 'wrong-type', option: 'trust' }],
    [
      { trust, hops: 2 },
      { code: 'contradiction', option: 'hops', message: /Give `hops` to compileTrust/ },
    ],
    [{ listener: 'tcp' }, { code: 'wrong-type', option: 'listener' }],
    [{ getters: 'yes' }, { code: 'wrong-type', option: 'getters' }],
    [{ accessLog: 5 }, { code: 'wrong-type', option: 'accessLog' }],
    [{ forwardedAllowIps: '10.0.0.1/8' }, { code: 'bad-network' }],
  ]
  for (const [options, wanted] of mistakes) {
    t.throws(() => compile(options), wanted)
    t.throws(() => compile(options), OptionError)
  }
  t.end()
})
