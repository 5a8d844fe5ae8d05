// The context that `observe` leaves on a request of Node.js, for a door that believes the same proxies.

import type { RequestContext } from '../../types/context.ts'
import type { Trust } from '../../types/trust.ts'

/** A request that may have been resolved already. */
interface Found {
  forwarded?: RequestContext
}

/** By whose trust each context was resolved that was left. */
const trusts = new WeakMap<RequestContext, Trust>()

/** The context that is there, if it was left by the same trust: another one would answer otherwise. */
export function contextFound(request: object & Found, trust: Trust): RequestContext | undefined {
  const { forwarded } = request
  return forwarded !== undefined && trusts.get(forwarded) === trust ? forwarded : undefined
}

export function leaveContext(request: object & Found, context: RequestContext, trust: Trust): void {
  request.forwarded = context
  trusts.set(context, trust)
}
