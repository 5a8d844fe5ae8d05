// The forwarding headers of a request, also those that the policy does not read.

import type { TrustPolicy } from '../../types/trust.ts'

/** What arrived of what the diagnosis looks at. */
export interface Arrivals {
  /** Values by lower-case name; repeated lines are one list. An empty value is none. */
  readonly values: ReadonlyMap<string, string>
  /** All headers in which a client may stand, whether they arrived or not. */
  readonly clientHeaders: readonly string[]
}

/** Where the client may stand, beside the single-address headers. */
export const CLIENT_LISTS: readonly string[] = ['x-forwarded-for', 'forwarded']

/** What proxies tell the scheme with. */
export const SCHEME_HEADERS: readonly string[] = [
  'x-forwarded-proto',
  'x-forwarded-protocol',
  'x-forwarded-ssl',
  'x-forwarded-scheme',
  'x-scheme',
  'x-url-scheme',
  'front-end-https',
]

const OTHERS: readonly string[] = [
  'host',
  'user-agent',
  'via',
  'x-forwarded-host',
  'x-forwarded-prefix',
]

/** `addressHeaders` are the known single-address headers. */
export function compileArrivals(
  addressHeaders: readonly string[],
): (rawHeaders: readonly string[], policy: TrustPolicy) => Arrivals {
  const clientHeaders = [...CLIENT_LISTS, ...addressHeaders]
  const known = new Set([...clientHeaders, ...SCHEME_HEADERS, ...OTHERS])
  return (rawHeaders, { headerNames }) => {
    const values = new Map<string, string>()
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      const name = String(rawHeaders[index]).toLowerCase()
      const value = rawHeaders[index + 1]
      if (typeof value !== 'string' || value.trim() === '') continue
      if (!known.has(name) && !headerNames.includes(name)) continue
      const before = values.get(name)
      values.set(name, before === undefined ? value : `${before},${value}`)
    }
    return { values, clientHeaders }
  }
}

/** How many values a list has, counted no further than to `most` + 1. */
export function countValues(list: string, most: number): number {
  let count = 1
  for (let at = list.indexOf(','); at !== -1 && count <= most; at = list.indexOf(',', at + 1)) {
    count++
  }
  return count
}
