// The requests that a door answers itself: nobody could say which site they are for.

import type { RequestContext } from '../../types/context.ts'
import { problemCodes } from '../errors.ts'

/** An answer of the door. */
export interface Refusal {
  readonly status: 400 | 431
  /** Plain text that names the code, and never what was sent. */
  readonly body: string
}

/** RFC 9110 15.5.1, RFC 6585 5. */
const reasons = {
  400: 'Bad Request',
  431: 'Request Header Fields Too Large',
} as const

export const REFUSAL_TYPE = 'text/plain; charset=utf-8'

/** How a request is refused; undefined when it may pass. */
export function refusalOf({ problems }: RequestContext): Refusal | undefined {
  for (const { code } of problems) {
    const { status } = problemCodes[code]
    if (status !== undefined) return { status, body: `${status} ${reasons[status]}: ${code}\n` }
  }
  return undefined
}
