// Who can tell whether an address is in a list of networks: ours, Node's, and those of the registry.

import { createRequire } from 'node:module'
import { BlockList } from 'node:net'
import { compileTrust } from 'hopwise'
import ipaddr from 'ipaddr.js'
import { createChecker } from 'is-in-subnet'
import type { Version } from './networks.ts'

const require = createRequire(import.meta.url)

type Contains = (address: string) => boolean

/** Without types of their own. */
const proxyAddr: { compile(list: readonly string[]): Contains } = require('proxy-addr')
const IpSet: new (
  list: readonly string[],
) => { contains(address: string): boolean } = require('ip-set')
const {
  Matcher,
}: {
  Matcher: new (list: readonly string[]) => { has(address: string): boolean }
} = require('netparser')

/** One way to hold a list. */
export interface Candidate {
  readonly name: string
  compile(networks: readonly string[], version: Version): Contains
  /** It keeps the list outside of the JavaScript heap. */
  readonly native?: boolean
  /** What it can take. Default: both versions, any size. */
  readonly only?: { readonly version?: Version; readonly most?: number }
}

export const candidates: readonly Candidate[] = [
  {
    name: 'hopwise',
    compile: (networks) => compileTrust({ forwardedAllowIps: networks }).trusts,
  },
  { name: 'net.BlockList', native: true, compile: compileBlockList },
  {
    name: 'proxy-addr',
    only: { most: 100_000 },
    compile: (networks) => proxyAddr.compile(networks),
  },
  { name: 'ipaddr.js', compile: compileIpaddr },
  {
    name: 'is-in-subnet',
    only: { most: 100_000 },
    compile: (networks) => createChecker([...networks]),
  },
  {
    name: 'ip-set',
    only: { version: 4 },
    compile(networks) {
      const set = new IpSet(networks)
      return (address) => set.contains(address)
    },
  },
  {
    name: 'netparser',
    compile(networks) {
      const matcher = new Matcher(networks)
      return (address) => matcher.has(address)
    },
  },
]

/** Those that can take such a list. */
export function candidatesFor(version: Version, size: number): readonly Candidate[] {
  return candidates.filter(
    ({ only }) =>
      (only?.version ?? version) === version && size <= (only?.most ?? Number.POSITIVE_INFINITY),
  )
}

function compileBlockList(networks: readonly string[], version: Version): Contains {
  const list = new BlockList()
  const family = version === 4 ? 'ipv4' : 'ipv6'
  for (const network of networks) {
    const [base = '', length] = network.split('/')
    list.addSubnet(base, Number(length), family)
  }
  return (address) => list.check(address, family)
}

function compileIpaddr(networks: readonly string[]): Contains {
  const parsed = networks.map((network) => ipaddr.parseCIDR(network))
  return (address) => {
    const ip = ipaddr.parse(address)
    return parsed.some((network) => ip.match(network))
  }
}
