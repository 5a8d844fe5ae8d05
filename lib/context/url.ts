// url(): absolute URLs that cannot leave this host.

import { hasNoPath, originForm } from './target.ts'

/**
 * origin, then prefix, then `target` as path and query. The target is never resolved as a reference:
 * `//evil.example`, `@evil` and `https:evil` are paths. Its dot segments are removed before the prefix
 * is put in front, so that none climbs out. `*` and authority-form have no path.
 */
export function buildUrl(origin: string, prefix: string, target: string): URL {
  if (hasNoPath(target)) return new URL(origin + prefix)
  const path = originForm(target)
  const url = new URL(path.startsWith('/') ? origin + path : `${origin}/${path}`)
  if (prefix !== '') url.pathname = prefix + url.pathname
  return url
}
