// What holds of every context, whatever was sent: the oracle is an invariant, not a second parser.

import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { parseIp } from '../../lib/address/ip.ts'
import { environ } from '../../lib/context/environ.ts'
import { resolveContext } from '../../lib/context/resolve.ts'
import { compileTrust } from '../../lib/trust/policy.ts'
import type { RequestContext } from '../../types/context.ts'
import type { TrustOptions } from '../../types/trust.ts'
import {
  addresses,
  anything,
  balanced,
  counted,
  facts,
  fragments,
  networks,
  options,
} from '../fixtures/arbitraries.ts'
import { assertProperty } from '../fixtures/assert-property.ts'

/** Runs a property often enough to be worth it, and not so often that it is felt. */
function check<Values extends [unknown, ...unknown[]]>(
  property: fc.IProperty<Values>,
  numRuns = 1000,
): void {
  assertProperty(property, numRuns)
}

/** Node's own idea of which addresses these networks hold. */
function blockList(allowed: TrustOptions['forwardedAllowIps']): BlockList {
  const list = new BlockList()
  for (const network of allowed ?? []) {
    const [base = '', length] = network.split('/')
    if (base !== '*') list.addSubnet(base, Number(length), isIP(base) === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}

function holds(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
}

t.test('no request makes anything throw', (t) => {
  check(
    fc.property(facts, counted, anything, (facts, options, target) => {
      const context = resolveContext(facts, compileTrust(options))
      context.url()
      context.url(target)
      JSON.stringify(context)
      environ(context)
    }),
    3000,
  )
  t.end()
})

t.test('no request has an effect on the answer to another', (t) => {
  check(
    fc.property(facts, counted, facts, counted, (one, its, other, others) => {
      const trust = compileTrust(its)
      const answer = resolveContext(one, trust)
      const again = () => JSON.stringify(resolveContext(one, trust))
      const first = again()
      resolveContext(other, compileTrust(others))
      resolveContext(other, trust)
      return JSON.stringify(answer) === first && again() === first
    }),
    3000,
  )
  t.end()
})

t.test('no number that facts give for a port makes url() throw, or is a port that is none', (t) => {
  check(
    fc.property(facts, fc.oneof(fc.integer(), fc.double()), (facts, localPort) => {
      const context = resolveContext({ ...facts, localPort }, compileTrust())
      context.url()
      return Number.isInteger(context.port) && context.port >= 0 && context.port <= 65535
    }),
  )
  t.end()
})

t.test('an address is empty, or canonical and nothing but an address', (t) => {
  check(
    fc.property(facts, counted, (facts, options) => {
      const { hops } = resolveContext(facts, compileTrust(options))
      return hops.every(
        ({ address }) =>
          address === '' || (parseIp(address)?.text === address && isIP(address) !== 0),
      )
    }),
  )
  t.end()
})

t.test('the client is in no trusted network, unless every hop is trusted', (t) => {
  check(
    fc.property(facts, options, (facts, options) => {
      const { client, hops } = resolveContext(facts, compileTrust(options))
      if (client.address === '' || hops.every(({ trusted }) => trusted)) return true
      return !holds(blockList(options.forwardedAllowIps), client.address)
    }),
  )
  t.end()
})

t.test('every hop that is trusted is listed, is counted, is any peer, or is a UNIX peer', (t) => {
  check(
    fc.property(facts, options, (facts, options) => {
      const { hops } = resolveContext(facts, compileTrust(options))
      const list = blockList(options.forwardedAllowIps)
      const star = options.forwardedAllowIps?.includes('*') ?? false
      return hops.every(({ address, node, trusted }, distance) => {
        if (!trusted) return true
        if (node === 'unix:') return options.unix !== false && (distance === 0 || !star)
        return holds(list, address) || (star && distance === 0)
      })
    }),
  )
  t.end()
})

t.test('an untrusted peer is the client, whatever the headers say', (t) => {
  check(
    fc.property(facts, addresses, counted, (facts, remoteAddress, options) => {
      const trust = compileTrust({ ...options, forwardedAllowIps: networks })
      const tcp = { ...facts, remoteAddress, unix: false }
      const { client, hops, scheme, prefix, trusted } = resolveContext(tcp, trust)
      if (trusted > 0) return holds(blockList(networks), remoteAddress)
      const transport = facts.encrypted ? 'https' : 'http'
      return (
        client === hops[0] &&
        hops.length === 1 &&
        client.address === parseIp(remoteAddress)?.text &&
        scheme === transport &&
        prefix === ''
      )
    }),
  )
  t.end()
})

t.test('hops begin with the peer and end with the client; all but the last are trusted', (t) => {
  check(
    fc.property(facts, counted, (facts, options) => {
      const { hops, peer, client, trusted } = resolveContext(facts, compileTrust(options))
      return (
        hops[0] === peer &&
        hops.at(-1) === client &&
        hops.slice(0, -1).every((hop) => hop.trusted) &&
        hops.filter((hop) => hop.trusted).length === trusted
      )
    }),
  )
  t.end()
})

t.test('a URL stays on our host and under our prefix, whatever the target', (t) => {
  check(
    fc.property(facts, options, anything, (facts, options, target) => {
      const context = resolveContext(facts, compileTrust(options))
      const { prefix } = context
      return [context.url(), context.url(target)].every(
        ({ origin, hostname, username, password, pathname }) =>
          origin === context.origin &&
          hostname === context.hostname &&
          username + password === '' &&
          (pathname.startsWith(`${prefix}/`) || pathname === prefix),
      )
    }),
    3000,
  )
  t.end()
})

t.test('the parts of the origin are what new URL() reads in it', (t) => {
  check(
    fc.property(facts, options, (facts, options) => {
      const { origin, scheme, hostname, host, port } = resolveContext(facts, compileTrust(options))
      const url = new URL(origin)
      const implied = scheme === 'https' ? 443 : 80
      return (
        url.origin === origin &&
        url.protocol === `${scheme}:` &&
        url.hostname === hostname &&
        (url.port === '' ? implied : Number(url.port)) === port &&
        [hostname, `${hostname}:${port}`].includes(host)
      )
    }),
  )
  t.end()
})

/** All of the answer that can be compared. */
function answer(context: RequestContext): string {
  return JSON.stringify(context)
}

t.test('a header that is not listed never changes the answer', (t) => {
  const lines = fc.array(fc.tuple(fc.oneof(fragments, anything), anything), { maxLength: 5 })
  check(
    fc.property(facts, counted, lines, fc.nat(), (facts, options, lines, at) => {
      const trust = compileTrust(options)
      const others = lines.filter(
        ([name]) => !trust.policy.headerNames.includes(name.toLowerCase()),
      )
      const { rawHeaders } = facts
      const place = (at % (rawHeaders.length / 2 + 1)) * 2
      const more = [...rawHeaders.slice(0, place), ...others.flat(), ...rawHeaders.slice(place)]
      return (
        answer(resolveContext(facts, trust)) ===
        answer(resolveContext({ ...facts, rawHeaders: more }, trust))
      )
    }),
  )
  t.end()
})

/** Proxies of a trusted network, an outsider behind them, and how each proxy appends to a list. */
const chain = fc.record({
  proxies: fc.array(fc.constantFrom('10.0.0.2', '10.1.2.3', '2001:db8::1'), {
    minLength: 1,
    maxLength: 3,
  }),
  client: fc.constantFrom('203.0.113.7', '2001:db9::7', '198.51.100.1:51234', 'unknown', '_hidden'),
  protos: fc.array(fc.constantFrom('http', 'https', '', 'ftp'), { minLength: 3, maxLength: 3 }),
  hosts: fc.array(fc.constantFrom('shop.example', 'inner.example:81', ''), {
    minLength: 3,
    maxLength: 3,
  }),
})

const trustProxies = { forwardedAllowIps: ['10.0.0.0/8', '2001:db8::/32'] }

/** Whether a client's text stands in a line of its own, or in front in the same line. */
function lines(name: string, text: string | undefined, own: string, apart: boolean): string[] {
  if (text === undefined) return [name, own]
  return apart ? [name, text, name, own] : [name, `${text},${own}`]
}

t.test('what a client puts in front of X-Forwarded-* never changes the answer', (t) => {
  const trust = compileTrust({
    ...trustProxies,
    headers: ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'],
  })
  const texts = fc.record({ for: anything, proto: anything, host: anything, apart: fc.boolean() })
  check(
    fc.property(chain, texts, ({ proxies, client, protos, hosts }, text) => {
      const [remoteAddress = '', ...others] = proxies
      const list = (values: readonly string[]) => values.slice(0, proxies.length).join(', ')
      const resolve = (sent?: typeof text) => {
        const apart = sent?.apart ?? false
        const rawHeaders = [
          ...lines('X-Forwarded-For', sent?.for, list([client, ...others]), apart),
          ...lines('X-Forwarded-Proto', sent?.proto, list(protos), apart),
          ...lines('X-Forwarded-Host', sent?.host, list(hosts), apart),
        ]
        return answer(resolveContext({ remoteAddress, rawHeaders }, trust))
      }
      return resolve(text) === resolve()
    }),
  )
  t.end()
})

t.test('nor in front of Forwarded, as long as its quotes are balanced (RFC 7239 4)', (t) => {
  const trust = compileTrust({ ...trustProxies, headers: ['forwarded'] })
  check(
    fc.property(
      chain,
      balanced,
      fc.boolean(),
      ({ proxies, client, protos, hosts }, text, apart) => {
        const [remoteAddress = '', ...others] = proxies
        const own = [client, ...others].map(
          (node, i) => `for="${node}";proto="${protos[i]}";host="${hosts[i]}"`,
        )
        const resolve = (sent?: string) => {
          const rawHeaders = lines('Forwarded', sent, own.join(', '), apart)
          return answer(resolveContext({ remoteAddress, rawHeaders }, trust))
        }
        return resolve(text) === resolve()
      },
    ),
  )
  t.end()
})

t.test('an unbalanced quote of the client makes him unknown, and nobody else (RFC 7239 4)', (t) => {
  const trust = compileTrust({ ...trustProxies, headers: ['forwarded'] })
  const open = fc.tuple(balanced, fc.stringMatching(/^[^"\\]{0,20}$/))
  check(
    fc.property(open, ([before, behind]) => {
      const forwarded = `${before}"${behind}, for=203.0.113.7;proto=https`
      const headers = { forwarded, host: 'shop.example' }
      const { client, origin } = resolveContext({ remoteAddress: '10.0.0.2', headers }, trust)
      return client.address === '' && origin === 'http://shop.example'
    }),
  )
  t.end()
})
