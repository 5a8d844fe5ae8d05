// The one canonical text of an address: dotted quad, or RFC 5952.

import type { IpBits } from '../../types/ip.ts'

/** The canonical text, written anew: a piece of a header would keep the whole header in memory. */
export function formatIp(ip: Readonly<IpBits>): string {
  return ip.version === 4 ? formatQuad(ip.d) : formatGroups(ip)
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
function formatGroups(ip: Readonly<IpBits>): string {
  spread(ip)
  const gap = findZeros(groups)
  let text = ''
  let separator = ''
  for (let index = 0; index < 8; index++) {
    if (index === gap) {
      text += '::'
      separator = ''
      index += zerosLength
      if (index === 8) break
    }
    const bits = Number(groups[index])
    text += separator + (bits < 256 ? hex[bits] : `${hex[bits >> 8]}${padded[bits & 255]}`)
    separator = ':'
  }
  return text
}

/** The groups of the address being written: writing allocates text only. */
const groups = new Uint16Array(8)

function spread({ a, b, c, d }: Readonly<IpBits>): void {
  groups[0] = a >>> 16
  groups[1] = a
  groups[2] = b >>> 16
  groups[3] = b
  groups[4] = c >>> 16
  groups[5] = c
  groups[6] = d >>> 16
  groups[7] = d
}

/** How many groups "::" stands for, as `findZeros` found them last; 0 if there are none. */
export let zerosLength = 0

/** Where "::" begins: at the first longest run of two or more zeros; -1 if there is none. */
export function findZeros(groups: Uint16Array): number {
  let first = -1
  zerosLength = 1
  for (let index = 0; index < 7; index++) {
    if (groups[index] !== 0) continue
    let behind = index + 1
    while (behind < 8 && groups[behind] === 0) behind++
    if (behind - index > zerosLength) {
      first = index
      zerosLength = behind - index
    }
    index = behind
  }
  if (first === -1) zerosLength = 0
  return first
}
