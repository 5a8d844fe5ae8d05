// Text that may outlive its header: an address, a name or a host in somebody's table.

/** So long a text may stay in memory for as long as a piece of it. */
export const MAX_KEPT = 128

/** A piece of a text, ready to be kept. A short text is lent, since that costs nothing. */
export function kept(piece: string, whole: string): string {
  return whole.length <= MAX_KEPT ? piece : copied(piece)
}

const WIDE = /[^\0-\xff]/

/** The same text in memory of its own: V8 makes of a piece a view, which keeps the whole. */
export function copied(text: string): string {
  const encoding = WIDE.test(text) ? 'utf16le' : 'latin1'
  return Buffer.from(text, encoding).toString(encoding)
}
