// IP addresses: strict text in, one canonical value out. Nobody else unmaps or compresses.

import type { Ip, IpBits } from '../../types/ip.ts'

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
    return true
  }
  if (!readGroups(ip, text, start, end)) return false
  ip.version = ip.a === 0 && ip.b === 0 && ip.c === MAPPED ? 4 : 6
  if (ip.version === 4) ip.c = 0
  return true
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

/** The canonical text, written anew: a piece of a header would keep the whole header in memory. */
export function formatIp(ip: IpBits): string {
  return ip.version === 4 ? formatQuad(ip.d) : formatGroups(ip)
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

/** Reads an IPv6 address; false if it is none. */
function readGroups(ip: IpBits, text: string, start: number, end: number): boolean {
  let count = 0
  let gap = -1
  let index = start
  if (text.charCodeAt(index) === COLON) {
    if (text.charCodeAt(index + 1) !== COLON || end - start < 2) return false
    gap = 0
    index += 2
  }
  while (index < end) {
    if (count === 8) return false
    const from = index
    let value = 0
    let digit = hexDigit(text.charCodeAt(index))
    while (digit >= 0 && index < end && index - from < 4) {
      value = value * 16 + digit
      digit = hexDigit(text.charCodeAt(++index))
    }
    if (index < end && text.charCodeAt(index) === DOT) {
      if (count > 6 || !readQuad(ip, text, from, end)) return false
      groups[count++] = ip.d >>> 16
      groups[count++] = ip.d & 0xffff
      index = end
      break
    }
    if (index === from) return false
    groups[count++] = value
    if (index === end) break
    if (text.charCodeAt(index) !== COLON || ++index === end) return false
    if (text.charCodeAt(index) === COLON) {
      if (gap !== -1) return false
      gap = count
      index++
    }
  }
  if (gap === -1 ? count < 8 : count === 8) return false
  const shift = 8 - count
  if (gap !== -1) {
    // By hand: for eight groups a call of copyWithin and fill costs more than the rest.
    for (let at = 7; at >= gap + shift; at--) groups[at] = group(at - shift)
    for (let at = gap; at < gap + shift; at++) groups[at] = 0
  }
  ip.a = word(0)
  ip.b = word(1)
  ip.c = word(2)
  ip.d = word(3)
  return true
}

function hexDigit(char: number): number {
  if (char >= 0x30 && char <= 0x39) return char - 0x30
  const letter = char | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

function word(index: number): number {
  return (group(index * 2) << 16) | group(index * 2 + 1)
}

function group(index: number): number {
  return Number(groups[index])
}

const octets: readonly string[] = Array.from({ length: 256 }, (_, octet) => String(octet))
const dotted: readonly string[] = octets.map((octet) => `${octet}.`)

/** Two halves from tables: half the time of a template, and half the memory. */
function formatQuad(bits: number): string {
  const first = `${dotted[bits >>> 24]}${dotted[(bits >>> 16) & 255]}`
  const second = `${dotted[(bits >>> 8) & 255]}${octets[bits & 255]}`
  return first + second
}

/** The hexadecimal digits of a byte: alone, and behind another. */
const hex: readonly string[] = octets.map((_, octet) => octet.toString(16))
const padded: readonly string[] = hex.map((digits) => digits.padStart(2, '0'))

/** RFC 5952 4: lower case, no leading zeros, the first longest run of two or more zeros as "::". */
function formatGroups(ip: IpBits): string {
  const gap = findGap(ip)
  let text = ''
  let separator = ''
  for (let index = 0; index < 8; index++) {
    if (index === gap) {
      text += '::'
      separator = ''
      index += gapLength
      if (index === 8) break
    }
    const bits = group(index)
    text += separator + (bits < 256 ? hex[bits] : `${hex[bits >> 8]}${padded[bits & 255]}`)
    separator = ':'
  }
  return text
}

/** How many groups the gap stands for that `findGap` found; 0 if there is none. */
let gapLength = 0

/** Spreads the words into `groups`, and finds where "::" stands; -1 if nowhere. */
function findGap({ a, b, c, d }: IpBits): number {
  groups[0] = a >>> 16
  groups[1] = a
  groups[2] = b >>> 16
  groups[3] = b
  groups[4] = c >>> 16
  groups[5] = c
  groups[6] = d >>> 16
  groups[7] = d
  let gap = -1
  gapLength = 1
  for (let index = 0; index < 7; index++) {
    if (group(index) !== 0) continue
    let behind = index + 1
    while (behind < 8 && group(behind) === 0) behind++
    if (behind - index > gapLength) {
      gap = index
      gapLength = behind - index
    }
    index = behind
  }
  if (gap === -1) gapLength = 0
  return gap
}

/** Whether a text that `ip` was read from is its canonical text already. */
export function isCanonical(ip: IpBits, text: string): boolean {
  if (ip.version === 4) {
    // A dotted quad has but one spelling; a mapped address begins with a group.
    const dot = text.indexOf('.')
    return dot > 0 && dot < 4
  }
  if (/[A-F.]/.test(text)) return false
  // Where "::" stands, and how long all is with each group as short as can be: no other spelling has both.
  const gap = findGap(ip)
  let place = -1
  let length = 0
  let separator = 0
  for (let index = 0; index < 8; index++) {
    if (index === gap) {
      place = length
      length += 2
      separator = 0
      index += gapLength
      if (index === 8) break
    }
    const bits = group(index)
    length += separator + (bits < 0x10 ? 1 : bits < 0x100 ? 2 : bits < 0x1000 ? 3 : 4)
    separator = 1
  }
  return text.length === length && text.indexOf('::') === place
}
