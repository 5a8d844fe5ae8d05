// Addresses with their last bits cleared, wherever one is printed.

import type { IpBits } from '../../types/ip.ts'
import { maskIp } from '../address/network.ts'
import { parseNode } from '../forwarded/node.ts'
import { REDACTED, type Rewrite } from './redacted.ts'

/** How many leading bits stay. */
export interface MaskBits {
  readonly ipv4: number
  readonly ipv6: number
}

export interface Mask {
  /** Of one address, perhaps with a port, or of what stands in the place of one. */
  readonly address: Rewrite
  /** Of entries between commas, as in X-Forwarded-For. */
  readonly list: Rewrite
  /** Of RFC 7239 Forwarded. */
  readonly forwarded: Rewrite
}

export function compileMask({ ipv4, ipv6 }: MaskBits): Mask {
  const bitsOf = (ip: Readonly<IpBits>): number => {
    if (ip.version === 4) return ipv4
    // 6to4 (RFC 3056 2): behind 16 bits of prefix stands the IPv4 address of the site.
    return ip.a >>> 16 === 0x2002 ? Math.min(ipv6, 16 + ipv4) : ipv6
  }
  const address: Rewrite = (text) => {
    const node = parseNode(text)
    if (node.kind !== 'ip') return isName(text) ? text : REDACTED
    const { ip, port } = node
    const masked = maskIp(ip, bitsOf(ip)).text
    const host = ip.version === 6 && text.startsWith('[') ? `[${masked}]` : masked
    return port === undefined ? host : `${host}:${port}`
  }
  const entry: Rewrite = (text) => {
    const inside = text.trim()
    return inside === '' ? text : text.replace(inside, () => address(inside))
  }
  return {
    address,
    list: (text) => text.split(',').map(entry).join(','),
    forwarded: (text) => text.replace(PAIR, (pair) => maskPair(pair, entry)),
  }
}

/** More digits than this may be an address, in whatever decoration. */
const MAX_DIGITS = 3

/** `unknown`, `_hidden`, `-`: what stands for an address and cannot hold one. */
function isName(text: string): boolean {
  if (text === '' || text === 'unix:') return true
  return /^[a-z_-][\w.-]*$/i.test(text) && text.replace(/\D/g, '').length <= MAX_DIGITS
}

/** All between two separators; a quote that is never closed runs to the end. */
const PAIR = /(?:"(?:[^"\\]|\\.)*(?:"|\\?$)|[^",;])+/gs

/** The parameters of an element that name the server; no more of a value than a name can be. */
const SERVER = /^(?:host|proto)$/i
const SERVER_NAME = /^(?:[\w.:[\]-]*|"[\w.:[\]-]*")$/

function maskPair(pair: string, entry: Rewrite): string {
  const equals = pair.indexOf('=')
  const name = pair.slice(0, equals + 1)
  const value = pair.slice(equals + 1)
  const text = value.trim()
  if (SERVER.test(name.slice(0, -1).trim()) && SERVER_NAME.test(text)) return pair
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return name + entry(value)
  return `${name}"${entry(text.slice(1, -1).replace(/\\(.)/gs, '$1'))}"`
}
