// User and password in a URL, and in what looks like one, are not printed.

import { type Rewrite, redactAll, rewriteInside } from './redacted.ts'

// authority = [ userinfo "@" ] host [ ":" port ]      (RFC 3986 3.2)
// userinfo  = *( unreserved / pct-encoded / sub-delims / ":" )
//
// Browsers take "\" for "/", one slash or three for two, and the last "@" for the one that counts
// (WHATWG URL). So an authority stands behind two slashes or a colon and a slash, wherever that is.
const AUTHORITY_FOLLOWS = /[/\\:][/\\]$/

/** `@`, and what it becomes in a URL inside a URL. */
const AT = /@|%(?:25)*40/
const ENCODED_AT = /%(?:25)*40/

/** Slashes and colons that may make user info of what stands before an `@`. */
const ENCODED_MARK = /%(?:25)*(?:2f|3a|5c)/i

const HASH = 0x23
const PERCENT = 0x25
const AMPERSAND = 0x26
const SLASH = 0x2f
const QUESTION = 0x3f
const AT_SIGN = 0x40
const BACKSLASH = 0x5c

/** Whether there may be user info at all: two searches for one character where there is none. */
export function mayHoldUserInfo(text: string): boolean {
  return text.includes('@') || (text.includes('%') && ENCODED_AT.test(text))
}

/**
 * In a URL or a request target. It may begin with an authority (`user:password@host:443`), and in a path
 * or a query `name:password@` is user info too, whatever stands around it.
 */
export const redactUserInfo: Rewrite = compileRedact({ url: true, before: '' })

/** In other text: only behind slashes, so that mail addresses stay. */
export const redactUrlsWithin: Rewrite = compileRedact({ url: false, before: ' ' })

interface Place {
  readonly url: boolean
  /** What stands before the text; nothing before the beginning of a URL. */
  readonly before: string
}

function compileRedact(place: Place): Rewrite {
  const redact = (text: string): string => redactText(text, place, 0)
  return Object.assign(redact, { mayChange: mayHoldUserInfo })
}

/** One pass over the pieces between `/` `?` `#` and, in a query, `&`: none is looked at from two sides. */
function redactText(text: string, { url, before }: Place, level: number): string {
  if (!mayHoldUserInfo(text)) return text
  let written = ''
  let done = 0
  let start = 0
  let suspicious = false
  let inQuery = false
  for (let index = 0; index <= text.length; index++) {
    const char = text.charCodeAt(index)
    if (char === AT_SIGN || char === PERCENT) suspicious = true
    if (index < text.length && !endsPiece(char, inQuery)) continue
    if (suspicious) {
      const lead = (before + text.slice(Math.max(0, start - 2), start)).slice(-2)
      const piece = redactPiece(text.slice(start, index), { url, before: lead }, inQuery, level)
      written += text.slice(done, start) + piece
      done = index
    }
    suspicious = false
    start = index + 1
    if (char === QUESTION) inQuery = true
  }
  return written + text.slice(done)
}

function endsPiece(char: number, inQuery: boolean): boolean {
  if (char === AMPERSAND) return inQuery
  return char === SLASH || char === QUESTION || char === HASH || char === BACKSLASH
}

function redactPiece(piece: string, { url, before }: Place, inQuery: boolean, level: number) {
  const first = piece.search(AT)
  if (first === -1) return piece
  const authority = before === '' || AUTHORITY_FOLLOWS.test(before)
  // The name of a parameter stays.
  const equals = inQuery && !authority ? piece.indexOf('=') : -1
  const name = piece.slice(0, equals < first ? equals + 1 : 0)
  const value = piece.slice(name.length)
  const at = value.lastIndexOf('@')
  const found = at !== -1 && (authority || (url && value.lastIndexOf(':', at) !== -1))
  const clean = found ? hide(value.slice(0, at)) + value.slice(at) : value
  const mayHide = ENCODED_AT.test(clean) || (!found && at !== -1 && ENCODED_MARK.test(clean))
  if (!mayHide) return name + clean
  const inside = { url, before: name === '' ? before : '=' }
  return name + rewriteInside(clean, level, (text) => redactText(text, inside, level + 1))
}

function hide(userInfo: string): string {
  const colon = userInfo.indexOf(':')
  if (colon === -1) return redactAll(userInfo)
  return `${redactAll(userInfo.slice(0, colon))}:${redactAll(userInfo.slice(colon + 1))}`
}
