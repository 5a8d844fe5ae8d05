// The lower bound: what a careful hand would write for exactly these requests, and nothing else. It
// knows one trust list by heart, X-Forwarded-For and -Proto, and addresses in canonical text.

import type { IncomingMessage } from 'node:http'

export interface Answer {
  readonly peer: string
  readonly client: string
  readonly scheme: 'http' | 'https'
  readonly host: string
}

/** From the flat list: only there a second Host line would show, which must be refused. */
export function answerByHand({ rawHeaders, socket }: IncomingMessage): Answer {
  let forwardedFor: string | undefined
  let proto: string | undefined
  let host: string | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const { length } = name
    if (length === 15 && is(name, 'x-forwarded-for')) {
      forwardedFor = join(forwardedFor, rawHeaders[index + 1])
    } else if (length === 17 && is(name, 'x-forwarded-proto')) {
      proto = join(proto, rawHeaders[index + 1])
    } else if (length === 4 && is(name, 'host')) {
      host = join(host, rawHeaders[index + 1])
    }
  }
  return answer(socket.remoteAddress ?? '', forwardedFor, proto, host)
}

/** In any case. The bit makes letters small and leaves `-` alone; nothing else stands in these names. */
function is(name: string, lowerCase: string): boolean {
  for (let index = 0; index < lowerCase.length; index++) {
    if ((name.charCodeAt(index) | 0x20) !== lowerCase.charCodeAt(index)) return false
  }
  return true
}

function join(before: string | undefined, value: string | undefined): string | undefined {
  return before === undefined ? value : `${before},${value}`
}

/** From the object that Node makes of the headers: cheaper, and blind to a second Host line. */
export function answerFromObject({ headers, socket }: IncomingMessage): Answer {
  const { host, 'x-forwarded-for': forwardedFor, 'x-forwarded-proto': proto } = headers
  return answer(socket.remoteAddress ?? '', forwardedFor, proto, host)
}

type Field = string | readonly string[] | undefined

function answer(peer: string, forwardedFor: Field, proto: Field, host = ''): Answer {
  const believed = isTrusted(peer, 0, peer.length)
  return {
    peer,
    client: believed && typeof forwardedFor === 'string' ? clientOf(forwardedFor) : peer,
    scheme: believed && proto === 'https' ? 'https' : 'http',
    host: isHost(host) ? host : 'localhost',
  }
}

/** The first entry from the right that is not trusted, else the left-most. */
function clientOf(list: string): string {
  let end = list.length
  for (;;) {
    const comma = list.lastIndexOf(',', end - 1)
    let start = comma + 1
    while (list.charCodeAt(start) === 0x20) start++
    if (comma === -1 || !isTrusted(list, start, end)) return list.slice(start, end)
    end = comma
  }
}

/** loopback and uniquelocal. */
function isTrusted(text: string, start: number, end: number): boolean {
  const bits = readQuad(text, start, end)
  if (bits === -1) return isTrusted6(text, start, end)
  const first = bits >>> 24
  return first === 127 || first === 10 || bits >>> 20 === 0xac1 || bits >>> 16 === 0xc0a8
}

/** A dotted quad as 32 unsigned bits; -1 if it is none. */
function readQuad(text: string, start: number, end: number): number {
  let bits = 0
  let octet = -1
  let dots = 0
  for (let index = start; index < end; index++) {
    const digit = text.charCodeAt(index) - 0x30
    if (digit === -2) {
      if (octet === -1 || ++dots > 3) return -1
      bits = bits * 256 + octet
      octet = -1
    } else {
      if (digit < 0 || digit > 9 || octet === 0) return -1
      octet = octet === -1 ? digit : octet * 10 + digit
      if (octet > 255) return -1
    }
  }
  return dots === 3 && octet !== -1 ? bits * 256 + octet : -1
}

/** fc00::/7 and ::1, of text that is an IPv6 address. */
function isTrusted6(text: string, start: number, end: number): boolean {
  let first = -1
  let group = 0
  let digits = 0
  let groups = 1
  let gaps = 0
  for (let index = start; index < end; index++) {
    const char = text.charCodeAt(index)
    if (char === 0x3a) {
      if (first === -1) first = group
      if (digits === 0 && index > start && ++gaps > 1) return false
      groups++
      group = 0
      digits = 0
    } else {
      const letter = char | 0x20
      const digit =
        char >= 0x30 && char <= 0x39
          ? char - 0x30
          : letter >= 0x61 && letter <= 0x66
            ? letter - 0x57
            : -1
      if (digit === -1 || ++digits > 4) return false
      group = group * 16 + digit
    }
  }
  if (groups > 8 || (gaps === 0 && groups < 8)) return false
  return (first & 0xfe00) === 0xfc00 || (end - start === 3 && group === 1)
}

/** Letters, digits, `-` and `.`. */
function isHost(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index)
    const good =
      (char >= 0x61 && char <= 0x7a) ||
      (char >= 0x30 && char <= 0x39) ||
      char === 0x2d ||
      char === 0x2e
    if (!good) return false
  }
  return text !== ''
}
