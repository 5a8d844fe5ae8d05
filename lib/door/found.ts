// The context that stands on a request of Node.js already, for a door that believes the same proxies.

import type { RequestContext } from '../../types/context.ts'
import type { Trust } from '../../types/trust.ts'
import { policyOf, shareLines } from '../context/context.ts'
import type { ServerRequest } from '../context/peer.ts'
import type { Door } from './options.ts'

/** A request that may have been resolved already: by `observe`, or where a door stands twice. */
interface Found {
  forwarded?: RequestContext
}

/** The context that is there, if it was resolved by the same trust: another one would answer otherwise. */
export function contextFound(request: object & Found, trust: Trust): RequestContext | undefined {
  const { forwarded } = request
  return isObject(forwarded) && policyOf(forwarded) === trust.policy ? forwarded : undefined
}

/** The same, or else a new one: a log that has its line for a request has it for both. */
export function contextOf(
  request: ServerRequest & Found,
  { trust, resolve }: Pick<Door, 'trust' | 'resolve'>,
): RequestContext {
  const { forwarded } = request
  if (!isObject(forwarded)) return resolve(request)
  if (policyOf(forwarded) === trust.policy) return forwarded
  const context = resolve(request)
  shareLines(context, forwarded)
  return context
}

/** Somebody else may have put anything there. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
