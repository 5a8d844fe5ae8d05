// The context that stands on a request of Node.js already, for a door that believes the same proxies.

import type { RequestContext } from '../../types/context.ts'
import type { Trust } from '../../types/trust.ts'
import { policyOf } from '../context/context.ts'

/** A request that may have been resolved already: by `observe`, or where a door stands twice. */
interface Found {
  forwarded?: RequestContext
}

/** The context that is there, if it was resolved by the same trust: another one would answer otherwise. */
export function contextFound(request: object & Found, trust: Trust): RequestContext | undefined {
  const { forwarded } = request
  const isOurs = typeof forwarded === 'object' && forwarded !== null
  return isOurs && policyOf(forwarded) === trust.policy ? forwarded : undefined
}
