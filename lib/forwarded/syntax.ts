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

/** What a quoted-string stands for; `text` is the whole of it, quotes included. */
export function unquote(text: string): string {
  const inside = text.slice(1, -1)
  return inside.includes('\\') ? inside.replace(/\\(.)/gs, '$1') : inside
}

/** `!` `#` `$` ... (RFC 9110 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

export function isToken(text: string): boolean {
  return TOKEN.test(text)
}
