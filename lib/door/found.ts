// The context on a request of Node.js itself, where `observe` leaves it for the doors.

import type { RequestContext } from '../../types/context.ts'

/** A request that may have been resolved already. */
interface Found {
  forwarded?: RequestContext
}

export function contextFound(request: object & Found): RequestContext | undefined {
  return request.forwarded
}

export function leaveContext(request: object & Found, context: RequestContext): void {
  request.forwarded = context
}
