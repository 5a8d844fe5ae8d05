// forwardedAllowIps: the list of those who are believed, from text to one question.

import type { IpBits, NetworkBits } from '../../types/ip.ts'
import { parseIp } from '../address/ip.ts'
import { formatIp } from '../address/ip-text.ts'
import { emptyNetwork, type NetworkFault, readNetwork } from '../address/network.ts'
import { compileNetworks } from '../address/network-set.ts'
import { OptionError, show } from '../errors.ts'

/** A compiled list. */
export interface AllowList {
  /** Whether a network of the list holds this address. */
  readonly contains: (ip: Readonly<IpBits>) => boolean
  /** The list holds `*`. */
  readonly anyPeer: boolean
  /** Whether it holds any network: without one nobody behind the peer is believed. */
  readonly hasNetworks: boolean
  /** The networks of the list that are so wide that clients must be in them, as text. */
  readonly wide: readonly string[]
}

/** The names of proxy-addr, for the networks of RFC 1122, 3927, 1918, 4291 and 4193. */
const names: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

const OPTION = 'forwardedAllowIps'
const DEFAULT_LIST = '127.0.0.1,::1'
const VARIABLE = 'FORWARDED_ALLOW_IPS'

/** Compiles a list that is given: a string, or an array of strings. Throws as `compileAllowList`. */
export function compileGivenList(list: unknown): AllowList {
  return compileEntries(OPTION, checkList(list))
}

/**
 * Compiles the option, or else the environment variable FORWARDED_ALLOW_IPS (set but empty: nobody),
 * or else the loopback addresses. Throws an `OptionError` for the first entry that is wrong.
 */
export function compileAllowList(option: unknown): AllowList {
  if (option !== undefined) return compileGivenList(option)
  const variable = process.env[VARIABLE]
  return variable === undefined
    ? compileEntries(OPTION, [DEFAULT_LIST])
    : compileEntries(VARIABLE, [variable])
}

function checkList(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  // Not `map`, which leaves out the holes of an array.
  return Array.from(list, (entry) => {
    if (typeof entry === 'string') return entry
    const remedy =
      value === true || typeof value === 'number'
        ? "List the proxies' addresses, or write '*' and count the proxies in `hops`"
        : "Write a string or an array of strings, such as ['10.0.0.2', '10.1.0.0/16']"
    const place = { option: OPTION, input: value }
    throw new OptionError('wrong-type', `${show(entry)} is no list of addresses`, remedy, place)
  })
}

function compileEntries(option: string, texts: readonly string[]): AllowList {
  let anyPeer = false
  let hasNetworks = false
  const wide: string[] = []

  function* networks(): Iterable<Readonly<NetworkBits>> {
    for (const entry of readEntries(option, texts)) {
      if (entry === '*') {
        anyPeer = true
        continue
      }
      hasNetworks = true
      if (isWide(entry)) wide.push(`${formatIp(entry.base)}/${entry.prefixLength}`)
      yield entry
    }
  }

  const set = compileNetworks(networks())
  if (set.covers !== undefined) {
    throw new OptionError(
      'whole-family',
      `${show(texts.join(', '))} covers all of IPv${set.covers}, so that every hop is trusted and a ` +
        'client could write its own address at the far end',
      "Write '*' if every connection comes from a proxy: then the peer is believed, and no further hop",
      { option, input: texts.join(', ') },
    )
  }
  return Object.freeze({ contains: set.contains, anyPeer, hasNetworks, wide })
}

/**
 * Wider than anybody's own network: than the largest private one, a /8, and than what a registry gives
 * to a provider, a /32 of IPv6. Private addresses (fc00::/7) and those of a link (fe80::/10) are never.
 */
function isWide({ base, prefixLength }: Readonly<NetworkBits>): boolean {
  if (base.version === 4) return prefixLength < 8
  return prefixLength < 32 && base.a >>> 25 !== 0xfc >>> 1 && base.a >>> 22 !== 0xfe80 >>> 6
}

/** The entries of a list. All networks are one object: each is overwritten by the next. */
function* readEntries(
  option: string,
  texts: readonly string[],
): Iterable<Readonly<NetworkBits> | '*'> {
  const network = emptyNetwork()
  for (const text of texts) {
    let end = 0
    for (let start = seek(text, 0, false); start < text.length; start = seek(text, end, false)) {
      end = seek(text, start, true)
      const fault = readNetwork(network, text, start, end)
      if (fault === undefined) {
        yield network
        continue
      }
      const entry = text.slice(start, end)
      if (entry === '*') yield entry
      else if (!Object.hasOwn(names, entry)) {
        throw entryError(entry, fault, { option, input: text, index: start })
      }
      for (const named of names[entry] ?? []) {
        readNetwork(network, named, 0, named.length)
        yield network
      }
    }
  }
}

/** Where the next separator stands, or the next that is none; the length of the text if nowhere. */
function seek(text: string, from: number, separator: boolean): number {
  let index = from
  while (index < text.length && isSeparator(text.charCodeAt(index)) !== separator) index++
  return index
}

const TAB = 0x09
const CR = 0x0d
const SPACE = 0x20
const COMMA = 0x2c

/** A comma, or what `\s` means in a regular expression. */
function isSeparator(char: number): boolean {
  if (char < 0x80) return char === COMMA || char === SPACE || (char >= TAB && char <= CR)
  return /\s/.test(String.fromCharCode(char))
}

interface Place {
  readonly option: string
  readonly input: string
  readonly index: number
}

function entryError(entry: string, fault: NetworkFault, place: Place): OptionError {
  const quoted = show(entry)
  switch (fault.kind) {
    case 'no-address':
      return new OptionError(
        'bad-address',
        `${quoted} is no IPv4 or IPv6 address, network or known name`,
        addressRemedy(entry),
        place,
      )
    case 'bad-prefix':
      return new OptionError(
        'bad-network',
        `the prefix length of ${quoted} is no whole number from 0 to ${fault.max}`,
        "Write a network as address and prefix length, such as '10.0.0.0/8'; netmasks are not read",
        place,
      )
    case 'mapped-too-wide':
      return new OptionError(
        'bad-network',
        `${quoted} is wider than all IPv4-mapped addresses (::ffff:0:0/96)`,
        "Write the IPv4 network, such as '10.0.0.0/8', and IPv6 networks apart",
        place,
      )
    case 'host-bits':
      return new OptionError(
        'bad-network',
        `${quoted} has bits set behind its prefix`,
        `Write '${fault.network}' for the network, or '${entry.replace(/\/.*/, '')}' for the one address`,
        place,
      )
  }
}

/** What somebody who wrote this most likely meant; the first pattern that matches. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/^localhost$/i, "Write 'loopback', or '127.0.0.1' and '::1'"],
  [/^(?:true|all)$/i, "List the proxies' addresses, or write '*'"],
  [/^unix/i, 'A UNIX peer is not listed: it is trusted by `unix: true`'],
  [/%/, 'Write the address without its zone'],
  [/^\d{1,2}$/, 'Write an address; a number of proxies is written `hops`'],
  [/(?:^|[.:])0[\dx]/i, 'Write every number in decimal and without leading zeros'],
  [/^[\da-f.:]+-[\da-f.:]+$/i, "Write a range as networks, such as '10.0.0.0/29'"],
  [/^[\d.]+(?:\/|$)/, 'Write all four numbers of an IPv4 address, each 0 to 255'],
  [
    /^[a-z\d_-]+(?:\.[a-z\d_-]+)*$/i,
    'Write the addresses that the name stands for: names are not looked up',
  ],
]

const FORMS =
  "Write addresses or networks, such as '10.0.0.2' or '2001:db8::/64', separated by commas"

function addressRemedy(entry: string): string {
  const lower = entry.toLowerCase()
  if (Object.hasOwn(names, lower)) return `Write the name in lower case: '${lower}'`
  const bare = /^\[(.+)\](?::\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1]
  if (bare !== undefined && parseIp(bare) !== undefined) {
    return `Write the address without brackets and port: '${bare}'`
  }
  return remedies.find(([pattern]) => pattern.test(entry))?.[1] ?? FORMS
}
