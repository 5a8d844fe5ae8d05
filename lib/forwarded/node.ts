// A node: who stands at one end of a hop (RFC 7239 6, and what real proxies write instead).

import type { ForwardedNode } from '../../types/forwarded.ts'
import { parsePort } from '../address/authority.ts'
import { emptyIp, readZonedIp } from '../address/ip.ts'
import { copied } from '../address/kept.ts'

// node     = nodename [ ":" node-port ]
// nodename = IPv4address / "[" IPv6address "]" / "unknown" / obfnode
// obfnode  = "_" 1*( ALPHA / DIGIT / "." / "_" / "-" )
// Tolerated, since proxies send it: IPv6 without brackets, a zone, and nginx's literal `unix:`.
const OBFUSCATED_PORT = /^_[\w.-]+$/
const NAMED = /^(?:(unknown)|(_[\w.-]+))(?::(?:\d{1,5}|_[\w.-]+))?$/i

/** A longer entry is garbage unread: the longest address with brackets, zone and port fits twice. */
export const MAX_NODE_LENGTH = 128

const UNIX: ForwardedNode = Object.freeze({ kind: 'unix' })
export const UNKNOWN: ForwardedNode = Object.freeze({ kind: 'unknown' })

/** Reads one node, without blanks around it. Never fails: what is no node is `garbage`. */
export function parseNode(text: string): ForwardedNode {
  if (text.length > MAX_NODE_LENGTH) return { kind: 'garbage', text }
  const ip = emptyIp()
  if (readZonedIp(ip, text, 0, text.length)) return { kind: 'ip', ip, port: undefined }
  return parseAddressAndPort(text) ?? parseName(text) ?? { kind: 'garbage', text }
}

/** `v4:port`, `[v6]` or `[v6]:port`. */
function parseAddressAndPort(text: string): ForwardedNode | undefined {
  const bracketed = text.startsWith('[')
  const close = bracketed ? text.indexOf(']') : text.indexOf(':')
  if (close === -1) return undefined
  const ip = emptyIp()
  if (!readZonedIp(ip, text, bracketed ? 1 : 0, close)) return undefined
  const ipv6Text = text.lastIndexOf(':', close - 1) !== -1
  if (bracketed !== ipv6Text) return undefined

  const behind = text.slice(bracketed ? close + 1 : close)
  if (behind === '') return { kind: 'ip', ip, port: undefined }
  if (!behind.startsWith(':')) return undefined
  const port = parsePort(behind.slice(1))
  if (port === undefined && !OBFUSCATED_PORT.test(behind.slice(1))) return undefined
  return { kind: 'ip', ip, port }
}

function parseName(text: string): ForwardedNode | undefined {
  if (text === 'unix:') return UNIX
  const [, unknown, name] = NAMED.exec(text) ?? []
  if (unknown !== undefined) return UNKNOWN
  return name === undefined ? undefined : { kind: 'obfuscated', name: copied(name) }
}
