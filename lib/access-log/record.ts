// From a request and how it ended to the record of a line.

import type { AccessRecord, Outcome } from '../../types/access-log.ts'
import type { RequestContext } from '../../types/context.ts'
import { factsOf } from '../context/context.ts'
import { pathBelow } from '../context/target.ts'
import type { AnyResponse } from './response.ts'
import { type ResponseWatch, responseHeaders } from './watch.ts'

/** How a request ended: the parts of a record that are not known at its start. */
export type Ending = Pick<
  AccessRecord,
  'status' | 'bytes' | 'outcome' | 'responseHeaders' | 'durationMicros' | 'firstByteMicros'
>

/** The record of a request that is over. */
export function createRecord(context: RequestContext, ending: Ending): AccessRecord {
  const facts = factsOf(context)
  const record = {
    remoteAddr: context.peer.address,
    method: facts?.method ?? '',
    target: facts?.target ?? '',
    protocol: `HTTP/${facts?.httpVersion ?? '1.1'}`,
    requestHeaders: facts?.rawHeaders ?? [],
    time: new Date(),
    context,
    responseHeaders: ending.responseHeaders,
    status: ending.status,
    bytes: ending.bytes,
    durationMicros: ending.durationMicros,
    firstByteMicros: ending.firstByteMicros,
    outcome: ending.outcome,
  }
  if (facts?.prefixInTarget) return { ...record, path: pathBelow(context.prefix, facts.target) }
  return record
}

/** How a response ended that was watched. */
export function responseEnding(
  context: RequestContext,
  response: AnyResponse,
  watch: ResponseWatch,
): Ending {
  const { wanted, start, firstByte, finished } = watch
  // Before the headers are sent, 200 is only what it would have been.
  const status = watch.status ?? (response.headersSent ? response.statusCode : '-')
  return {
    responseHeaders: wanted.headers ? responseHeaders(response, watch) : undefined,
    status,
    bytes: hasBody(factsOf(context)?.method, status) ? watch.bytes : 0,
    durationMicros: wanted.times ? microsSince(start) : 0,
    firstByteMicros: firstByte === undefined ? undefined : microsSince(start, firstByte),
    outcome: outcomeOf(response, finished),
  }
}

/** Whole microseconds between two readings of `performance.now()`. */
export function microsSince(start: number, end: number = performance.now()): number {
  return Math.trunc((end - start) * 1000)
}

/** What was handed over whole is complete, whatever happens to the connection afterwards. */
function outcomeOf(response: AnyResponse, finished: boolean): Outcome {
  if (finished) return 'complete'
  // A response over HTTP/2 has no `errored`.
  const error: unknown = Reflect.get(response, 'errored')
  return error && !isNotice(error, response) ? 'error' : 'aborted'
}

/** What newer Node.js tells a response that waits behind another one when its client leaves. */
function isNotice(error: unknown, { req }: AnyResponse): boolean {
  const { code, message }: { code?: unknown; message?: unknown } = Object(error)
  return code === 'ECONNRESET' && message === 'aborted' && req.socket?.errored !== error
}

/** RFC 9110 6.4.1: what is written to these responses is not sent. */
function hasBody(method: string | undefined, status: number | string): boolean {
  return method !== 'HEAD' && status !== 204 && status !== 304
}
