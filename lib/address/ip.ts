// IP addresses: strict text in, one value out. Nobody else unmaps.

import type { Ip, IpBits } from '../../types/ip.ts'
import { findZeros, formatIp, zerosLength } from './ip-text.ts'

// RFC 3986 3.2.2:
//   IPv4address = dec-octet "." dec-octet "." dec-octet "." dec-octet
//   dec-octet   = 0-255, without leading zeros
//   IPv6address = eight h16 groups; "::" once for one or more of zeros; the last two may be IPv4
const DOT = 0x2e
const COLON = 0x3a
const PERCENT = '%'

/** No address is longer: eight groups, the last two as IPv4 (INET6_ADDRSTRLEN of POSIX less its NUL). */
export const MAX_ADDRESS_LENGTH = 45

/** Where the groups of the IPv6 address being read are kept: reading allocates nothing. */
const groups = new Uint16Array(8)

/**
 * Reads the address that `text` holds between two indices into `ip`, bits only; false for anything
 * else: no blanks, ports, brackets, zones, leading zeros, hexadecimal or short forms (RFC 3986 7.4).
 * IPv4-mapped IPv6 becomes IPv4.
 */
export function readIp(ip: IpBits, text: string, start: number, end: number): boolean {
  if (end - start > MAX_ADDRESS_LENGTH) return false
  if (text.charCodeAt(start) !== COLON && readQuad(ip, text, start, end)) {
    ip.version = 4
    ip.a = 0
    ip.b = 0
    ip.c = 0
    // A dotted quad has but one spelling.
    canonical = true
    return true
  }
  if (!readGroups(ip, text, start, end)) return false
  if (ip.a === 0 && ip.b === 0 && ip.c === MAPPED) {
    ip.version = 4
    ip.c = 0
    canonical = false
  } else {
    ip.version = 6
  }
  return true
}

let canonical = false

/** Whether the text that was read last is its address's canonical text: it need not be written anew. */
export function wasCanonical(): boolean {
  return canonical
}

/** ::ffff:0:0/96 (RFC 4291 2.5.5.2), and not the deprecated ::/96. */
const MAPPED = 0xffff

/** The address that `text` holds between two indices, or undefined; see `readIp`. */
export function parseIp(text: string, start = 0, end: number = text.length): Ip | undefined {
  const ip = emptyIp()
  return readIp(ip, text, start, end) ? withText(ip) : undefined
}

/** The same for IPv6 text only, and a mapped address stays IPv6, as in the host of a URL. */
export function parseIpv6(text: string, start = 0, end: number = text.length): Ip | undefined {
  const ip = emptyIp()
  ip.version = 6
  return end - start <= MAX_ADDRESS_LENGTH && readGroups(ip, text, start, end)
    ? withText(ip)
    : undefined
}

/** RFC 6874 2: what a zone is spelled with. Nothing that separates entries may hide in one. */
const ZONE = /^[\w.~-]+$/

/** `readIp`, but the zone of an IPv6 address (RFC 4007 11) is dropped first. */
export function readZonedIp(ip: IpBits, text: string, start: number, end: number): boolean {
  const zone = text.indexOf(PERCENT, start)
  if (zone === -1 || zone >= end) return readIp(ip, text, start, end)
  if (!ZONE.test(text.slice(zone + 1, end)) || text.lastIndexOf(':', zone) < start) return false
  return readIp(ip, text, start, zone)
}

/** The address that `text` holds, its zone dropped. */
export function parseZonedIp(text: string, start = 0, end: number = text.length): Ip | undefined {
  const ip = emptyIp()
  return readZonedIp(ip, text, start, end) ? withText(ip) : undefined
}

/** Bits to read an address into. */
export function emptyIp(): IpBits {
  return { version: 4, a: 0, b: 0, c: 0, d: 0 }
}

/** An address from its bits, for networks that are cut out of another. */
export function ipFromWords(version: 4 | 6, a: number, b: number, c: number, d: number): Ip {
  const ip: IpBits = { version, a: a | 0, b: b | 0, c: c | 0, d: d | 0 }
  return withText(version === 4 ? { ...ip, a: 0, b: 0, c: 0 } : ip)
}

function withText(ip: IpBits): Ip {
  return { version: ip.version, text: formatIp(ip), a: ip.a, b: ip.b, c: ip.c, d: ip.d }
}

/** Reads a dotted quad into `d`. Signed words: larger numbers would be allocated. */
function readQuad(ip: IpBits, text: string, start: number, end: number): boolean {
  let bits = 0
  let dots = 0
  let octet = 0
  let digits = 0
  for (let index = start; index < end; index++) {
    const char = text.charCodeAt(index)
    if (char === DOT) {
      if (digits === 0 || ++dots > 3) return false
      bits = (bits << 8) | octet
      octet = 0
      digits = 0
    } else {
      const digit = char - 0x30
      if (digit < 0 || digit > 9 || (digits > 0 && octet === 0)) return false
      octet = octet * 10 + digit
      digits++
      if (octet > 255) return false
    }
  }
  ip.d = (bits << 8) | octet
  return dots === 3 && digits > 0
}

/** Reads an IPv6 address, each character once; false if it is none. */
function readGroups(ip: IpBits, text: string, start: number, end: number): boolean {
  let count = 0
  let gap = -1
  let value = 0
  let digits = 0
  let zeros = false
  let index = start
  canonical = true
  // To the loop "::" is a colon where no digit stands before: one colon alone must not begin the text.
  if (text.charCodeAt(start) === COLON && text.charCodeAt(++index) !== COLON) return false
  for (; index < end; index++) {
    const char = text.charCodeAt(index)
    if (char === COLON && digits === 0) {
      if (gap !== -1) return false
      gap = count
    } else if (char === COLON) {
      if (count === 8) return false
      if (value === 0) zeros = true
      groups[count++] = value
      value = 0
      digits = 0
    } else if (char === DOT) {
      if (count > 6 || !readQuad(ip, text, index - digits, end)) return false
      groups[count++] = ip.d >>> 16
      value = ip.d & 0xffff
      digits = 4
      canonical = false
      break
    } else {
      const digit = hexDigit(char)
      if (digit < 0 || digits === 4) return false
      // A leading zero.
      if (value === 0 && digits > 0) canonical = false
      value = value * 16 + digit
      digits++
    }
  }
  if (digits > 0) {
    if (count === 8) return false
    if (value === 0) zeros = true
    groups[count++] = value
  } else if (gap !== count) {
    return false
  }
  if (gap === -1 ? count < 8 : count === 8) return false
  const shift = 8 - count
  if (gap !== -1) {
    // By hand: for eight groups a call of copyWithin and fill costs more than the rest.
    for (let at = 7; at >= gap + shift; at--) groups[at] = group(at - shift)
    for (let at = gap; at < gap + shift; at++) groups[at] = 0
  }
  // Without zeros that were written out there is nothing else that "::" could stand for.
  if (zeros) canonical &&= findZeros(groups) === gap && zerosLength === shift
  else if (shift === 1) canonical = false
  ip.a = word(0)
  ip.b = word(1)
  ip.c = word(2)
  ip.d = word(3)
  return true
}

/** The value of a digit in either case; -1 if it is none. */
function hexDigit(char: number): number {
  if (char >= 0x30 && char <= 0x39) return char - 0x30
  if (char >= 0x61 && char <= 0x66) return char - 0x57
  if (char < 0x41 || char > 0x46) return -1
  canonical = false
  return char - 0x37
}

function word(index: number): number {
  return (group(index * 2) << 16) | group(index * 2 + 1)
}

function group(index: number): number {
  return Number(groups[index])
}
