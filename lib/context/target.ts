// The request target (RFC 9112 3.2): which part of it is authority, path and query.

/** `scheme "://" authority`, the beginning of absolute-form. */
const ABSOLUTE = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i

/** `host ":" port`: what CONNECT asks for; it has no path. */
const AUTHORITY_FORM = /^(?:[\w.-]+|\[[\da-f:.]+\]):\d+$/i

/** The authority of a target in absolute-form, or in that of CONNECT; undefined for every other form. */
export function targetAuthority(target: string, method: string): string | undefined {
  if (target.startsWith('/')) return undefined
  if (method === 'CONNECT' && AUTHORITY_FORM.test(target)) return target
  return ABSOLUTE.exec(target)?.[1]
}

/** Whether the target names no path at all: `*` and authority-form. */
export function hasNoPath(target: string): boolean {
  return target === '*' || AUTHORITY_FORM.test(target)
}

/** The target without the scheme and authority of absolute-form. */
export function originForm(target: string): string {
  return target.startsWith('/') ? target : target.replace(ABSOLUTE, '')
}

/** Path and query, neither decoded, the query without its "?"; a fragment belongs to neither. */
export function splitTarget(target: string): {
  readonly path: string
  readonly query: string
} {
  const whole = originForm(target)
  const hash = whole.indexOf('#')
  const text = hash === -1 ? whole : whole.slice(0, hash)
  const mark = text.indexOf('?')
  return mark === -1
    ? { path: text, query: '' }
    : { path: text.slice(0, mark), query: text.slice(mark + 1) }
}

/** The path that is left for the application, below a prefix that stands in the target; decoded. */
export function pathBelow(prefix: string, target: string): string {
  return decodePath(splitTarget(target).path.slice(prefix.length))
}

/**
 * A path with its percent escapes decoded to bytes, each byte one character (latin-1), as PEP 3333
 * has PATH_INFO. What is no escape stays.
 */
export function decodePath(path: string): string {
  if (!path.includes('%')) return path
  return path.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
