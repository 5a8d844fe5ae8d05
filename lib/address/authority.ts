// An authority: the host and port of a Host header, of X-Forwarded-Host or of a target.

import { parseIp, parseIpv6 } from './ip.ts'

/** A valid authority without user information. */
export interface Authority {
  /** Lower case; IPv6 in brackets and compressed; exactly what WHATWG URL gives for it. */
  readonly hostname: string
  readonly port: number | undefined
}

/** The longest name of the DNS (RFC 1035 2.3.4), a port and room for a trailing dot. */
const MAX_LENGTH = 255 + ':65535'.length

/** A port, as text (RFC 3986 3.2.3): 1-65535, and no more than five digits. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65535 ? port : undefined
}

/**
 * Reads host [ ":" port ] (RFC 3986 3.2, RFC 9110 7.2): labels of letters, digits, `_` and `-` joined
 * by single dots with one trailing dot allowed, a dotted quad, or an IPv6 address in brackets. Names
 * that RFC 3986 allows and that `new URL` would refuse or change are refused, since the application
 * will put this into a URL. Returns undefined for anything else, such as user information.
 */
export function parseAuthority(text: string): Authority | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const colon = text.charCodeAt(0) === 0x5b /* [ */ ? text.indexOf(']:') + 1 : text.indexOf(':')
  const end = colon > 0 ? colon : text.length
  const hostname = parseHostname(text.slice(0, end))
  if (hostname === undefined) return undefined
  if (end === text.length) return { hostname, port: undefined }
  const port = parsePort(text.slice(end + 1))
  return port === undefined ? undefined : { hostname, port }
}

/** The host alone, normal, or undefined. */
export function parseHostname(text: string): string | undefined {
  if (text.startsWith('[')) {
    const ip = text.endsWith(']') ? parseIpv6(text, 1, text.length - 1) : undefined
    return ip === undefined ? undefined : `[${ip.text}]`
  }
  if (!/^[a-z\d_-]+(?:\.[a-z\d_-]+)*\.?$/i.test(text)) return undefined
  const name = text.toLowerCase()
  if (!mayChange(name) || parseIp(name) !== undefined) return name
  return URL.canParse(`http://${name}/`) && new URL(`http://${name}/`).hostname === name
    ? name
    : undefined
}

/** `new URL` leaves names alone but for punycode (RFC 5890) and those that look like numbers. */
function mayChange(name: string): boolean {
  return name.includes('xn--') || /(?:^|\.)\d[^.]*\.?$/.test(name)
}
