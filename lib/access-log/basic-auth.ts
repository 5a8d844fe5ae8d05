// The user of an `Authorization: Basic` header (RFC 7617), read as laxly as gunicorn's `%(u)s` does.

import { isUtf8 } from 'node:buffer'

const COLON = 0x3a

/**
 * The user, perhaps empty. Undefined for another scheme, for base64 that Python refuses and for a user
 * that is no UTF-8. Any scheme that begins with "basic" will do. Without a colon the whole is the user in
 * gunicorn; it may be a token sent alone, so that it is none unless `bare`. What is proved is nothing:
 * anyone may send any name.
 */
export function basicUser(authorization: string | undefined, bare: boolean): string | undefined {
  if (authorization === undefined || !/^basic/i.test(authorization)) return undefined
  const blank = authorization.indexOf(' ')
  if (blank === -1) return undefined
  const credentials = decodeBase64(authorization.slice(blank + 1))
  if (credentials === undefined) return undefined
  const colon = credentials.indexOf(COLON)
  if (colon === -1 && !bare) return undefined
  const user = colon === -1 ? credentials : credentials.subarray(0, colon)
  return isUtf8(user) ? user.toString() : undefined
}

/**
 * Python's `base64.b64decode`: whatever is not of the alphabet is skipped (white space too, so that
 * nothing need be trimmed), the first complete padding ends the text, and a missing one is an error.
 */
function decodeBase64(text: string): Buffer | undefined {
  let digits = ''
  let pads = 0
  for (const char of text) {
    if (char === '=') {
      const place = digits.length % 4
      if (place >= 2 && place + ++pads >= 4) return Buffer.from(digits, 'base64')
    } else if (/[A-Za-z\d+/]/.test(char)) {
      digits += char
      pads = 0
    }
  }
  return digits.length % 4 === 0 ? Buffer.from(digits, 'base64') : undefined
}
