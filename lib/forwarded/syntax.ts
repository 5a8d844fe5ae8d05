// The characters of header fields (RFC 9110 5.6), and how to step over them.

// OWS            = *( SP / HTAB )
// token          = 1*tchar
// quoted-string  = DQUOTE *( qdtext / quoted-pair ) DQUOTE
// quoted-pair    = "\" ( HTAB / SP / VCHAR / obs-text )
export const HTAB = 0x09
export const SP = 0x20
export const DQUOTE = 0x22
export const COMMA = 0x2c
export const SEMI = 0x3b
export const EQUALS = 0x3d
export const BACKSLASH = 0x5c

export function isBlank(char: number): boolean {
  return char === SP || char === HTAB
}

/** The first index from `start` on that is no blank, or `end`. */
export function skipBlanks(text: string, start: number, end: number): number {
  let index = start
  while (index < end && isBlank(text.charCodeAt(index))) index++
  return index
}

/** The index behind the last character before `end` that is no blank, or `start`. */
export function skipBlanksBack(text: string, start: number, end: number): number {
  let index = end
  while (index > start && isBlank(text.charCodeAt(index - 1))) index--
  return index
}

/** How much is skipped in one step. */
const STEP = 512
const NOT_EMPTY = /[^, \t]/

/**
 * The index behind the last character before `end` that is part of an element, or 0: empty elements are
 * none (RFC 9110 5.6.1.2). A long run of them is skipped in steps, in half the time of reading each.
 */
export function skipEmptyBack(list: string, end: number): number {
  let index = end
  while (index >= STEP && !NOT_EMPTY.test(list.slice(index - STEP, index))) index -= STEP
  while (index > 0) {
    const char = list.charCodeAt(index - 1)
    if (char !== COMMA && !isBlank(char)) break
    index--
  }
  return index
}

/** No element that says something short is longer. */
const NEAR = 128

/**
 * The index of the nearest comma left of `end`, or -1. Read by hand where it is near, since a call of
 * lastIndexOf costs as much as to read an address; behind that the built-in is ten times as fast.
 */
export function commaBefore(list: string, end: number): number {
  const near = Math.max(0, end - NEAR)
  for (let index = end - 1; index >= near; index--) {
    if (list.charCodeAt(index) === COMMA) return index
  }
  return near === 0 ? -1 : list.lastIndexOf(',', near - 1)
}

/** The text between two indices without the blanks around it. */
export function trim(text: string, start: number, end: number): string {
  const from = skipBlanks(text, start, end)
  return text.slice(from, skipBlanksBack(text, from, end))
}

/** Behind the quoted-string that opens at `start`; -1 if it is not closed before `end`. */
export function skipQuoted(text: string, start: number, end: number): number {
  for (let index = start + 1; index < end; index++) {
    const char = text.charCodeAt(index)
    if (char === BACKSLASH) index++
    else if (char === DQUOTE) return index + 1
  }
  return -1
}

/** `!` `#` `$` ... (RFC 9110 5.6.2). */
const TOKEN = /[\w!#$%&'*+.^`|~-]+/y

/** The index behind the token at `start`; `start` if there is none. */
export function skipToken(text: string, start: number): number {
  return skipPattern(TOKEN, text, start)
}

/** The index behind what a sticky pattern finds at `start`; `start` if it finds nothing. */
export function skipPattern(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start
  return pattern.test(text) ? pattern.lastIndex : start
}

/** No address, host or scheme is longer: the beginning of what is too long is enough to say so. */
const MAX_QUOTED = 1024

/** What the quoted-string between two indices stands for; both quotes are inside. */
export function unquote(text: string, start: number, end: number): string {
  const inside = text.slice(start + 1, Math.min(end - 1, start + MAX_QUOTED))
  return inside.includes('\\') ? inside.replace(/\\(.)/gs, '$1') : inside
}
