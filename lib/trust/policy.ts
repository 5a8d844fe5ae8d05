// compileTrust: options in, a frozen policy out. All that can go wrong goes wrong here, at start-up.

import type { IpBits } from '../../types/ip.ts'
import type { Trust, TrustOptions, TrustPolicy } from '../../types/trust.ts'
import { emptyIp, readZonedIp } from '../address/ip.ts'
import { createDiagnosis } from '../diagnosis/diagnosis.ts'
import { OptionError, show } from '../errors.ts'
import { checkBoolean, checkCount, checkFunction, checkOptions } from '../options.ts'
import { type AllowList, compileAllowList, compileGivenList } from './allow-list.ts'
import { checkReach } from './chain.ts'
import { addressHeaderNames, compileHeaders } from './headers.ts'
import { compileHosts } from './hosts.ts'
import { expandPresets } from './presets.ts'

const DEFAULT_MAX_HOPS = 32

/** The names of all trust options; the doors take them beside their own. */
export const trustOptionNames: readonly (keyof TrustOptions)[] = [
  'forwardedAllowIps',
  'unix',
  'hops',
  'maxHops',
  'headers',
  'secureSchemeHeaders',
  'allowedHosts',
  'proxy',
  'preset',
  'onWarning',
]

/**
 * Compiles whom to believe. Throws an `OptionError` that names the option and the entry, says what is
 * wrong and what to write instead; after that nothing about trust can fail.
 */
export function compileTrust(options?: TrustOptions): Trust {
  const given = expandPresets(checkOptions(options, trustOptionNames, 'options'))
  const list = compileAllowList(given.forwardedAllowIps)
  const rest = compileRest(given)
  checkReach(given.proxy, rest, list)
  const { begin, ...diagnosis } = createDiagnosis(
    checkFunction('onWarning', given.onWarning),
    addressHeaderNames,
  )
  begin(list.wide)
  let policy = withList(rest, list)
  const trust: Trust = {
    policy,
    diagnosis: Object.freeze(diagnosis),
    trusts(address: string | undefined, hop = 0): boolean {
      const ip = emptyIp()
      return (
        typeof address === 'string' &&
        readZonedIp(ip, address, 0, address.length) &&
        frameworkMayWalk(policy, hop) &&
        trustsAddress(policy, ip, hop)
      )
    },
    update(forwardedAllowIps: string | readonly string[]): void {
      const list = compileGivenList(forwardedAllowIps)
      checkReach(given.proxy, rest, list)
      policy = withList(policy, list)
      begin(list.wide)
    },
  }
  // Not a getter in the literal: each request asks, and that one is not inlined, at a tenth of a context.
  Object.defineProperty(trust, 'policy', { get: () => policy })
  handles.add(trust)
  return Object.freeze(trust)
}

/** The handles that were compiled here: an object that merely looks like one would believe anybody. */
const handles = new WeakSet<object>()

/** Whether `compileTrust` returned this very object; a copy of it is none. */
export function isTrust(value: unknown): value is Trust {
  return typeof value === 'object' && value !== null && handles.has(value)
}

/** The error for what stands in the place of a trust. */
export function noTrust(given: unknown, remedy: string): OptionError {
  const reason = `${show(given)} was not returned by compileTrust`
  return new OptionError('wrong-type', reason, remedy, { option: 'trust', input: given })
}

/** The policy with another list in it. Each is whole and frozen: a request that has one keeps it. */
function withList(rest: PolicyRest, { contains, anyPeer }: AllowList): TrustPolicy {
  return Object.freeze({ ...rest, contains, anyPeer })
}

type PolicyRest = Omit<TrustPolicy, 'contains' | 'anyPeer'>

function compileRest(given: Readonly<Record<string, unknown>>): PolicyRest {
  const maxHops = checkCount('maxHops', given.maxHops, Number.MAX_SAFE_INTEGER) ?? DEFAULT_MAX_HOPS
  const hops = checkCount('hops', given.hops, maxHops, 'maxHops')
  const headers = compileHeaders(given.headers, given.secureSchemeHeaders)
  if (
    hops !== undefined &&
    headers.source.kind !== 'x-forwarded-for' &&
    headers.source.kind !== 'forwarded'
  ) {
    throw new OptionError(
      'contradiction',
      'hops are counted in x-forwarded-for or forwarded, and neither is listed in `headers`',
      "Add 'x-forwarded-for' to `headers`, or leave `hops` out",
      { option: 'hops', input: hops },
    )
  }
  return {
    ...headers,
    unix: checkBoolean('unix', given.unix, true),
    hops,
    maxHops,
    allowsHost: compileHosts(given.allowedHosts),
    gunicorn: given.preset === 'gunicorn',
  }
}

/**
 * Whether the hop at this distance, at this address, is believed. The peer (0) is judged by the list
 * or `*`; hops behind it by the list alone, or by their number where hops are counted.
 */
export function trustsAddress(policy: TrustPolicy, ip: Readonly<IpBits>, hop: number): boolean {
  if (hop === 0) return policy.anyPeer || policy.contains(ip)
  return policy.hops === undefined ? policy.contains(ip) : hop < policy.hops
}

/**
 * Express and Fastify read X-Forwarded-For by themselves once they are told to trust the peer. Where
 * that header is not the source of the client's address they must not begin.
 */
function frameworkMayWalk(policy: TrustPolicy, hop: number): boolean {
  return policy.source.kind === 'x-forwarded-for' && hop <= policy.maxHops
}
