// From a request and its response to the record of a line.

import type { AccessRecord, Outcome } from '../../types/access-log.ts'
import type { RequestContext } from '../../types/context.ts'
import { factsOf } from '../context/context.ts'
import type { AnyResponse, ResponseWatch } from './response.ts'

/** The record of a request that is over. */
export function createRecord(
  context: RequestContext,
  response: AnyResponse,
  watch: ResponseWatch,
  durationMicros: number,
): AccessRecord {
  const facts = factsOf(context)
  const method = facts?.method ?? ''
  return {
    remoteAddr: context.peer.address,
    method,
    target: facts?.target ?? '',
    protocol: `HTTP/${facts?.httpVersion ?? '1.1'}`,
    requestHeaders: facts?.rawHeaders ?? [],
    responseHeaders: watch.headers(),
    // Before the headers are sent, 200 is only what it would have been.
    status: response.headersSent ? response.statusCode : '-',
    bytes: hasBody(method, response.statusCode) ? watch.bytes() : 0,
    time: new Date(),
    durationMicros,
    context,
    outcome: outcomeOf(response, watch),
  }
}

function outcomeOf(response: AnyResponse, watch: ResponseWatch): Outcome {
  if ('errored' in response && response.errored) return 'error'
  return watch.finished() ? 'complete' : 'aborted'
}

/** RFC 9110 6.4.1: what is written to these responses is not sent. */
function hasBody(method: string, status: number): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304
}
