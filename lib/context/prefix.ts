// The prefix: the path a trusted proxy cut off before it asked this application.

/** A longer prefix is a mistake or an attack. */
const MAX_LENGTH = 256

// prefix  = 1*( "/" 1*pchar ) [ "/" ]
// pchar   = unreserved / pct-encoded / sub-delims / ":" / "@"        (RFC 3986 3.3)
const PREFIX = /^(?:\/(?:[\w.~!$&'()*+,;=:@-]|%[\da-f]{2})+)+$/i

/** Segments that a URL parser, or another proxy, would take for a dot, a slash or a backslash. */
const TRICKY = /%2[ef]|%5c|\/\.\.?(?:\/|$)/i

/**
 * The prefix without a trailing slash, '' for the root, or undefined if it is malformed
 * (CVE-2023-26125: a prefix that begins with two slashes sent redirects to another host).
 */
export function parsePrefix(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const prefix = text.endsWith('/') ? text.slice(0, -1) : text
  if (prefix === '') return ''
  return PREFIX.test(prefix) && !TRICKY.test(prefix) ? prefix : undefined
}
