// IP addresses: strict text in, one canonical value out. Nobody else unmaps or compresses.

import type { Ip } from '../../types/ip.ts'

// RFC 3986 3.2.2:
//   IPv4address = dec-octet "." dec-octet "." dec-octet "." dec-octet
//   dec-octet   = 0-255, without leading zeros
//   IPv6address = eight h16 groups; "::" once for one or more of zeros; the last two may be IPv4
const DOT = 0x2e
const COLON = 0x3a
const PERCENT = '%'

/** No address is longer: eight groups, the last two as IPv4 (INET6_ADDRSTRLEN of POSIX less its NUL). */
const MAX_LENGTH = 45

/** Where the groups of the IPv6 address being read are kept: parsing allocates only its answer. */
const groups = new Uint16Array(8)

/**
 * The address that `text` holds between two indices, or undefined if it is anything else: no blanks,
 * ports, brackets, zones, leading zeros, hexadecimal or short forms (RFC 3986 7.4). IPv4-mapped IPv6
 * becomes IPv4.
 */
export function parseIp(text: string, start = 0, end: number = text.length): Ip | undefined {
  if (end - start > MAX_LENGTH) return undefined
  if (text.charCodeAt(start) !== COLON) {
    const bits = parseQuad(text, start, end)
    if (bits !== NONE) return ipv4(bits)
  }
  if (!readGroups(text, start, end)) return undefined
  return isMapped() ? ipv4(word(3)) : ipv6()
}

/** The same for IPv6 text only, and a mapped address stays IPv6, as in the host of a URL. */
export function parseIpv6(text: string, start = 0, end: number = text.length): Ip | undefined {
  return end - start <= MAX_LENGTH && readGroups(text, start, end) ? ipv6() : undefined
}

/** RFC 6874 2: what a zone is spelled with. Nothing that separates entries may hide in one. */
const ZONE = /^[\w.~-]+$/

/** The same, but the zone of an IPv6 address (RFC 4007 11) is dropped first. */
export function parseZonedIp(text: string, start = 0, end: number = text.length): Ip | undefined {
  const zone = text.indexOf(PERCENT, start)
  if (zone === -1 || zone >= end) return parseIp(text, start, end)
  if (!ZONE.test(text.slice(zone + 1, end)) || text.lastIndexOf(':', zone) < start) return undefined
  return parseIp(text, start, zone)
}

/** An address from its bits, for networks that are cut out of another. */
export function ipFromWords(version: 4 | 6, a: number, b: number, c: number, d: number): Ip {
  if (version === 4) return ipv4(d)
  for (const [index, bits] of [a, b, c, d].entries()) {
    groups[index * 2] = bits >>> 16
    groups[index * 2 + 1] = bits & 0xffff
  }
  return ipv6()
}

/** The text is written anew: a piece of a header would keep the whole header in memory. */
function ipv4(bits: number): Ip {
  return { version: 4, text: formatQuad(bits), a: 0, b: 0, c: 0, d: bits | 0 }
}

function ipv6(): Ip {
  return {
    version: 6,
    text: formatGroups(),
    a: word(0),
    b: word(1),
    c: word(2),
    d: word(3),
  }
}

/** `parseQuad` found no address. */
const NONE = -1

/** A dotted quad as 32 unsigned bits, or NONE. */
function parseQuad(text: string, start: number, end: number): number {
  let bits = 0
  let dots = 0
  let octet = 0
  let digits = 0
  for (let index = start; index < end; index++) {
    const char = text.charCodeAt(index)
    if (char === DOT) {
      if (digits === 0 || ++dots > 3) return NONE
      bits = bits * 256 + octet
      octet = 0
      digits = 0
    } else {
      const digit = char - 0x30
      if (digit < 0 || digit > 9 || (digits > 0 && octet === 0)) return NONE
      octet = octet * 10 + digit
      digits++
      if (octet > 255) return NONE
    }
  }
  return dots === 3 && digits > 0 ? bits * 256 + octet : NONE
}

/** Reads an IPv6 address into `groups`; false if it is none. */
function readGroups(text: string, start: number, end: number): boolean {
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
      const quad = count <= 6 ? parseQuad(text, from, end) : NONE
      if (quad === NONE) return false
      groups[count++] = quad >>> 16
      groups[count++] = quad & 0xffff
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
  if (gap === -1) return count === 8
  if (count === 8) return false
  groups.copyWithin(8 - (count - gap), gap, count)
  groups.fill(0, gap, 8 - (count - gap))
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

/** ::ffff:0:0/96 (RFC 4291 2.5.5.2), and not the deprecated ::/96. */
function isMapped(): boolean {
  return word(0) === 0 && word(1) === 0 && word(2) === 0xffff
}

function formatQuad(bits: number): string {
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`
}

/** RFC 5952 4: lower case, no leading zeros, the first longest run of two or more zeros as "::". */
function formatGroups(): string {
  let gap = -1
  let gapLength = 1
  for (let index = 0; index < 8; index++) {
    let length = 0
    while (index + length < 8 && group(index + length) === 0) length++
    if (length > gapLength) {
      gap = index
      gapLength = length
    }
    index += length
  }
  let text = ''
  for (let index = 0; index < 8; index++) {
    if (index === gap) {
      text += '::'
      index += gapLength - 1
    } else {
      if (text !== '' && !text.endsWith(':')) text += ':'
      text += group(index).toString(16)
    }
  }
  return text
}
