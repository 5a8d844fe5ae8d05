// The diagnosis as a whole: which requests are looked at, who hears what, and what an attacker can do.

import fc from 'fast-check'
import t, { type Test } from 'tap'
import { compileTrust, resolveContext, type TrustWarning } from '../../lib/index.ts'
import type { TrustOptions } from '../../types/trust.ts'

const forged = {
  host: 'shop.example',
  'x-forwarded-for': '198.51.100.66',
  'x-forwarded-proto': 'https',
}

/** A handle, and all that it warns of. */
function listening(options: TrustOptions = { forwardedAllowIps: '10.0.0.0/8' }) {
  const warnings: TrustWarning[] = []
  const trust = compileTrust({ ...options, onWarning: (warning) => warnings.push(warning) })
  const ask = (remoteAddress: string, headers: Record<string, string> = forged) =>
    resolveContext({ remoteAddress, headers }, trust)
  return { trust, warnings, ask, codes: () => warnings.map(({ code }) => code) }
}

/** What `process.emitWarning` is asked to print while the test runs. */
function emitted(t: Test): unknown[][] {
  const calls: unknown[][] = []
  const { emitWarning } = process
  t.teardown(() => {
    process.emitWarning = emitWarning
  })
  process.emitWarning = (...args: unknown[]) => {
    calls.push(args)
  }
  return calls
}

t.test('a warning is plain data: code, message, and whom and what it is about', (t) => {
  const { warnings, ask } = listening()
  ask('192.0.2.1')
  t.same(warnings, [
    {
      code: 'unlisted-peer',
      message:
        '192.0.2.1 sent X-Forwarded-For and is not listed in forwardedAllowIps: if it is your proxy, ' +
        'list it; if not, this is a forgery and was ignored',
      peer: '192.0.2.1',
      header: 'x-forwarded-for',
      hop: 0,
    },
  ])
  t.ok(Object.isFrozen(warnings[0]))
  t.end()
})

t.test('the same network is told of once, another network and another kind beside it', (t) => {
  const { trust, codes, ask } = listening()
  for (const peer of ['192.0.2.1', '192.0.2.1', '192.0.2.200', '192.0.3.1']) ask(peer)
  t.same(codes(), ['unlisted-peer', 'unlisted-peer'])
  ask('10.0.0.2', { ...forged, 'x-forwarded-proto': 'ftp' })
  t.same(codes().slice(2), ['bad-scheme'])
  trust.update('10.0.0.0/8')
  ask('192.0.2.1')
  t.equal(codes().length, 3, 'another list changes nothing about it')
  t.end()
})

t.test('without onWarning the process warns, of the same once for all handles', (t) => {
  const calls = emitted(t)
  for (const trust of [compileTrust(), compileTrust()]) {
    resolveContext({ remoteAddress: '192.0.2.1', headers: forged }, trust)
  }
  t.equal(calls.length, 1)
  t.match(calls[0]?.[0], /^192\.0\.2\.1 sent X-Forwarded-For and is not listed/)
  t.same(calls[0]?.slice(1), [{ type: 'HopwiseWarning', code: 'unlisted-peer' }])
  t.end()
})

t.test('who listens and throws, or rejects, reaches no request; the process warns', async (t) => {
  const calls = emitted(t)
  const ask = (onWarning: () => void) =>
    resolveContext(
      { remoteAddress: '192.0.2.1', headers: forged },
      compileTrust({ forwardedAllowIps: [], onWarning }),
    ).client.address
  t.equal(
    ask(() => {
      throw new Error('no')
    }),
    '192.0.2.1',
  )
  t.equal(calls.length, 1)
  t.equal(
    ask(async () => {
      throw new Error('no')
    }),
    '192.0.2.1',
  )
  await new Promise(setImmediate)
  t.equal(calls.length, 2)
  process.emitWarning = () => {
    throw new Error('no')
  }
  t.equal(
    ask(() => {
      throw new Error('no')
    }),
    '192.0.2.1',
    'nor does a process that cannot warn',
  )
})

t.test('who listens may resolve and update', (t) => {
  let heard = 0
  const trust = compileTrust({
    forwardedAllowIps: [],
    onWarning() {
      heard++
      trust.update('10.0.0.2')
      resolveContext({ remoteAddress: `192.0.${heard}.1`, headers: forged }, trust)
    },
  })
  t.equal(resolveContext({ remoteAddress: '10.0.0.2', headers: forged }, trust).trusted, 0)
  t.equal(resolveContext({ remoteAddress: '10.0.0.2', headers: forged }, trust).trusted, 1)
  t.ok(heard > 1 && heard < 10, `${heard} warnings`)
  t.end()
})

t.test('a network that must hold clients is a warning at the start, and with a new list', (t) => {
  for (const [list, wide] of [
    ['0.0.0.0/1', '0.0.0.0/1'],
    [['10.0.0.2', '8.0.0.0/7'], '8.0.0.0/7'],
    ['2000::/3', '2000::/3'],
    ['2001:d00::/24', '2001:d00::/24'],
  ] as const) {
    const { trust, warnings } = listening({ forwardedAllowIps: list })
    t.equal(warnings.length, 1)
    t.same(Object.keys(warnings[0] ?? {}), ['code', 'message'])
    t.match(warnings[0], { code: 'wide-network' })
    t.match(warnings[0]?.message, `forwardedAllowIps lists ${wide}: `)
    trust.update(list)
    t.equal(warnings.length, 1)
    trust.update('128.0.0.0/2')
    t.equal(warnings.length, 2)
  }
  for (const list of ['*', 'loopback linklocal uniquelocal', '11.0.0.0/8', '2001:db8::/32', []]) {
    t.same(listening({ forwardedAllowIps: list }).warnings, [], String(list))
  }
  t.end()
})

t.test('onWarning is a function or absent', (t) => {
  for (const onWarning of [null, true, 'console.log', {}]) {
    t.throws(() => Reflect.apply(compileTrust, undefined, [{ onWarning }]), {
      code: 'wrong-type',
      option: 'onWarning',
    })
  }
  t.end()
})

/** A handle that looks at requests with so many trusted hops, whether they are due or not. */
function looking(t: Test) {
  const { trust, warnings, codes } = listening()
  // Resolved by another, so that each is looked at once.
  const { ask } = listening()
  const look = (trusted: number, times = 1) => {
    const chain = ['203.0.113.7', '10.1.0.3', '10.1.0.2', '10.1.0.1'].slice(0, trusted).join()
    const headers = { ...forged, 'x-forwarded-for': chain }
    const context = ask('10.0.0.2', headers)
    t.equal(context.trusted, trusted)
    const rawHeaders = Object.entries(headers).flat()
    for (let count = 0; count < times; count++) {
      trust.diagnosis.examine(context, rawHeaders, trust.policy)
    }
  }
  return { trust, warnings, codes, look }
}

t.test('a chain that grows after a while is a warning, and each further growth', (t) => {
  const { warnings, codes, look } = looking(t)
  look(1)
  look(2)
  look(1, 500)
  t.same(codes(), [], 'what was seen at first is known')
  look(2)
  t.same(codes(), [])
  look(3)
  t.same(codes(), ['longer-chain'])
  t.match(warnings[0], { peer: '10.0.0.2', hop: 2, message: /^3 hops in a row / })
  t.end()
})

t.test('a while is five hundred requests', (t) => {
  for (const [count, found] of [
    [499, []],
    [500, ['longer-chain']],
  ] as const) {
    const { codes, look } = looking(t)
    look(1, count)
    look(2)
    t.same(codes(), found, `${count}`)
  }
  t.end()
})

t.test('another list begins anew: what was seen under the one before counts no more', (t) => {
  const grown = looking(t)
  grown.look(1, 500)
  grown.trust.update('10.0.0.0/8')
  grown.look(2)
  t.same(grown.codes(), [], 'how many requests showed how long chains are')
  const shrunk = looking(t)
  shrunk.look(3)
  shrunk.trust.update('10.0.0.0/8')
  shrunk.look(1, 500)
  shrunk.look(2)
  t.same(shrunk.codes(), ['longer-chain'], 'and how long the longest was')
  const { trust, codes, ask } = listening()
  const silent = { host: 'shop.example', 'user-agent': 'test' }
  for (let count = 0; count < 7; count++) ask('10.0.0.2', silent)
  trust.update('10.0.0.0/8')
  for (let count = 0; count < 7; count++) ask('10.0.0.2', silent)
  t.same(codes(), [], 'and how many did not name the client')
  ask('10.0.0.2', silent)
  t.same(codes(), ['missing-header'])
  t.end()
})

t.test('where Node.js may have dropped headers, none is missing', (t) => {
  const { codes, trust } = listening()
  const rawHeaders = Array.from({ length: 2000 }, (_, index) => (index < 2 ? 'Host' : 'x'))
  for (let count = 0; count < 50; count++) {
    resolveContext({ remoteAddress: '10.0.0.2', rawHeaders }, trust)
    resolveContext({ remoteAddress: '10.0.0.2', rawHeaders: [] }, trust)
  }
  t.same(codes(), [])
  t.end()
})

/** A handle that counts how many of the requests it is asked for are looked at, by peer. */
function counting() {
  const trust = compileTrust({ forwardedAllowIps: [] })
  const { isDue } = trust.diagnosis
  const looked = new Map<string, number>()
  const examine: typeof trust.diagnosis.examine = (context, ...rest) => {
    const { address } = context.peer
    looked.set(address, (looked.get(address) ?? 0) + 1)
    trust.diagnosis.examine(context, ...rest)
  }
  const watched = { ...trust, diagnosis: { isDue, examine } }
  return {
    ask(remoteAddress: string, times: number) {
      for (let count = 0; count < times; count++) resolveContext({ remoteAddress }, watched)
    },
    looked: (address: string) => looked.get(address) ?? 0,
    update: trust.update,
  }
}

t.test(
  'most requests of a busy server are not looked at, but the first, and no pattern helps',
  (t) => {
    const { ask, looked, update } = counting()
    ask('192.0.2.1', 64)
    t.equal(looked('192.0.2.1'), 64)
    for (let count = 0; count < 25_000; count++) {
      ask('192.0.2.2', 1)
      ask('192.0.2.3', 1)
    }
    for (const peer of ['192.0.2.2', '192.0.2.3']) {
      t.ok(looked(peer) > 3 && looked(peer) < 1000, `${peer}: ${looked(peer)} of 25,000`)
    }
    update([])
    ask('192.0.2.4', 64)
    t.equal(looked('192.0.2.4'), 64, 'after a new list the first again')
    t.end()
  },
)

t.test('a server with little to do has every request looked at', async (t) => {
  const { ask, looked } = counting()
  ask('192.0.2.1', 64)
  for (let count = 1; count <= 3; count++) {
    await new Promise((resolve) => setTimeout(resolve, 120))
    ask('192.0.2.2', 1)
    t.equal(looked('192.0.2.2'), count)
  }
})

t.test('forged requests from everywhere do not silence the warning about the real proxy', (t) => {
  const { warnings, ask } = listening({ forwardedAllowIps: '10.0.0.2' })
  // A hundred thousand of them are forged, the first thousand too.
  for (let count = 0; count < 134_000; count++) {
    if (count > 1000 && count % 4 === 0) ask('10.9.9.9')
    else ask(`203.${count % 200}.${count % 251}.${count % 241}`)
  }
  t.equal(warnings.filter(({ peer }) => peer === '10.9.9.9').length, 1)
  t.ok(warnings.length <= 13, `${warnings.length} warnings in all`)
  t.end()
})

t.test('one client with many addresses of his network is told of once', (t) => {
  const { codes, ask } = listening({ forwardedAllowIps: '10.0.0.2' })
  for (let count = 0; count < 1000; count++) {
    ask(`203.0.113.${count % 256}`)
    ask(`2001:db8:1:${(count % 65_536).toString(16)}::${(count % 999) + 1}`)
  }
  t.same(codes(), ['unlisted-peer', 'unlisted-peer'])
  t.end()
})

t.test('nothing that a client wrote is in a warning, and no request makes one throw', (t) => {
  const name = fc.constantFrom(
    ...['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-Port', 'Host'],
    ...['X-Forwarded-Prefix', 'Forwarded', 'X-Real-IP', 'X-Forwarded-Ssl', 'User-Agent'],
  )
  const evil = fc.constantFrom('for=_EVIL', '"EVIL\n', '\x1b[31mEVIL', 'EVIL, EVIL', 'EVIL\u2028')
  const value = fc.oneof(evil, fc.string(), fc.constantFrom('10.0.0.3', '203.0.113.7', 'https'))
  const peer = fc.constantFrom('10.0.0.2', '192.0.2.1', '2001:db8::1', undefined)
  const headers = fc.constantFrom<readonly string[]>(
    ['forwarded'],
    ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port'],
    ['x-real-ip', 'x-forwarded-prefix'],
    [],
  )
  let heard = 0
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, value), { minLength: 1 }),
      peer,
      headers,
      (lines, remoteAddress, names) => {
        const { trust, warnings } = listening({ forwardedAllowIps: '10.0.0.0/8', headers: names })
        const rawHeaders = lines.flat()
        for (let count = 0; count < 9; count++) resolveContext({ remoteAddress, rawHeaders }, trust)
        heard += warnings.length
        return warnings.every(
          (warning) =>
            /^[ -~]{1,400}$/.test(warning.message) && !/evil/i.test(JSON.stringify(warning)),
        )
      },
    ),
    { numRuns: 500 },
  )
  t.ok(heard > 200, `${heard} warnings`)
  t.end()
})
