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

/** Where the groups of the IPv6 address being read are kept: reading allocates nothing. */
const groups = new Uint16Array(8)

/**
 * Reads the address that `text` holds between two indices into `ip`, bits only; false for anything
 * else: no blanks, ports, brackets, zones, leading zeros, hexadecimal or short forms (RFC 3986 7.4).
 * IPv4-mapped IPv6 becomes IPv4.
 */
export function readIp(ip: IpBits, text: string, start: number, end: number): boolean {
  return start < end && readLastIp(ip, text, start, end) === start
}

/**
 * The same for the address that ends where the text does, wherever it begins: that is the answer, -1
 * if there is none. Read from right to left, as lists of hops are: nobody need look for its beginning
 * before. An address takes all that it can, so what stands before it is something else.
 */
export function readLastIp(ip: IpBits, text: string, start: number, end: number): number {
  const quad = readQuad(ip, text, start, end)
  if (quad === start || (quad > start && text.charCodeAt(quad - 1) !== COLON)) {
    ip.version = 4
    ip.a = 0
    ip.b = 0
    ip.c = 0
    // A dotted quad has but one spelling.
    canonical = true
    return quad
  }
  const begin = readGroups(ip, text, start, end, quad)
  if (begin === -1) return -1
  if (ip.a === 0 && ip.b === 0 && ip.c === MAPPED) {
    ip.version = 4
    ip.c = 0
    canonical = false
  } else {
    ip.version = 6
  }
  return begin
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
  const quad = readQuad(ip, text, start, end)
  return start < end && readGroups(ip, text, start, end, quad) === start ? withText(ip) : undefined
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

/**
 * Reads the dotted quad before `end` into `d`, and answers where it begins; -1 if there is none. Signed
 * words: larger numbers would be allocated.
 */
function readQuad(ip: IpBits, text: string, start: number, end: number): number {
  let bits = 0
  let dots = 0
  let octet = 0
  let scale = 1
  let digit = 0
  let index = end - 1
  for (; index >= start; index--) {
    const char = text.charCodeAt(index)
    if (char === DOT) {
      if (scale === 1 || dots === 3 || (digit === 0 && scale > 10)) return -1
      bits |= octet << (dots++ * 8)
      octet = 0
      scale = 1
    } else {
      if (char < 0x30 || char > 0x39) break
      digit = char - 0x30
      octet += digit * scale
      scale *= 10
      if (octet > 255 || scale > 1000) return -1
    }
  }
  if (scale === 1 || dots !== 3 || (digit === 0 && scale > 10)) return -1
  ip.d = bits | (octet << 24)
  return index + 1
}

/**
 * Reads the IPv6 address before `end`, and answers where it begins; -1 if there is none. `quad` is
 * where a dotted quad begins that has been read, or -1.
 */
function readGroups(ip: IpBits, text: string, start: number, end: number, quad: number): number {
  /** How many groups have been read; they stand at the end of the table. */
  let count = 0
  /** How many of them stand behind "::". */
  let behind = -1
  let value = 0
  let digits = 0
  let digit = 0
  let seen = 0
  let zeros = false
  let index = end - 1
  canonical = quad === -1
  if (quad !== -1) {
    groups[7] = ip.d & 0xffff
    count = 1
    value = ip.d >>> 16
    digits = 1
    index = quad - 1
  } else if (text.charCodeAt(index) === COLON && text.charCodeAt(--index) !== COLON) {
    // To the loop "::" is a colon with no digit behind it: one colon alone must not end the text.
    return -1
  }
  for (; index >= start; index--) {
    const char = text.charCodeAt(index)
    if (char === COLON && digits === 0) {
      if (behind !== -1) return -1
      behind = count
    } else if (char === COLON) {
      if (count === 8) return -1
      if (value === 0) zeros = true
      // A leading zero.
      if (digit === 0 && digits > 1) canonical = false
      groups[7 - count++] = value
      value = 0
      digits = 0
    } else {
      const next = char < digitValues.length ? Number(digitValues[char]) : -1
      if (next < 0) break
      if (digits === 4) return -1
      seen |= next
      digit = next & 0xf
      value |= digit << (digits++ * 4)
    }
  }
  if (digits > 0) {
    if (count === 8) return -1
    if (value === 0) zeros = true
    if (digit === 0 && digits > 1) canonical = false
    groups[7 - count++] = value
  } else if (behind !== count) {
    return -1
  }
  if (behind === -1 ? count < 8 : count === 8) return -1
  if (seen >= CAPITAL) canonical = false
  const gap = count - behind
  const shift = 8 - count
  if (behind !== -1) {
    // By hand: for eight groups a call of copyWithin and fill costs more than the rest.
    for (let at = 0; at < gap; at++) groups[at] = group(at + shift)
    for (let at = gap; at < gap + shift; at++) groups[at] = 0
  }
  // Without zeros that were written out there is nothing else that "::" could stand for.
  if (zeros) canonical &&= findZeros(groups) === (behind === -1 ? -1 : gap) && zerosLength === shift
  else if (shift === 1) canonical = false
  ip.a = word(0)
  ip.b = word(1)
  ip.c = word(2)
  ip.d = word(3)
  return index + 1
}

/**
 * The value of each hexadecimal digit, and a bit more for a capital; -1 for any other character. A table,
 * since nobody can foretell whether a digit is a letter: to compare takes a third longer.
 */
const digitValues = new Int8Array(0x80).fill(-1)
const CAPITAL = 0x10
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  digitValues[digit.charCodeAt(0)] = value
  if (value > 9) digitValues[digit.toUpperCase().charCodeAt(0)] = value | CAPITAL
}

function word(index: number): number {
  return (group(index * 2) << 16) | group(index * 2 + 1)
}

function group(index: number): number {
  return Number(groups[index])
}
