// What makes a line of a request and its response: ours, by hand, and those of the registry.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { type AccessRecord, compileAccessLog, type FormatOptions } from 'hopwise'

const require = createRequire(import.meta.url)

/** A request that was answered. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

export type Formatter = (exchange: Exchange) => string

type MorganLine = (tokens: object, request: IncomingMessage, response: ServerResponse) => string
/** It has no types of its own. */
const morgan: {
  readonly combined: string
  compile(format: string): MorganLine
} = require('morgan')
const combined = morgan.compile(morgan.combined)

/** As the doors do it: a record, then its line. */
export function ours(format: string, options?: FormatOptions): Formatter {
  const print = compileAccessLog(format, options)
  return (exchange) => print(recordOf(exchange))
}

function recordOf({ request, response }: Exchange): AccessRecord {
  return {
    remoteAddr: request.socket.remoteAddress ?? '',
    method: request.method ?? '',
    target: request.url ?? '',
    protocol: `HTTP/${request.httpVersion}`,
    requestHeaders: request.rawHeaders,
    status: response.statusCode,
    bytes: Number(response.getHeader('content-length')),
    time: new Date(),
    durationMicros: 1234,
  }
}

export const morganCombined: Formatter = ({ request, response }) =>
  combined(morgan, request, response)

const DIRTY = /["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]/u
const DIRTY_COLUMN = /["\\\s\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]/u

const quoted = (text: string): string => (DIRTY.test(text) ? escapeAll(text) : text)
const bare = (text: string): string => (DIRTY_COLUMN.test(text) ? escapeAll(text) : text)

/** What is rare need not be fast here: the lower bound is for lines that are clean. */
function escapeAll(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** Combined as a careful hand would write it: the same line, escaped alike, time in UTC. */
export const byHand: Formatter = ({ request, response }) => {
  const { headers } = request
  const user = headers.authorization === undefined ? '-' : 'user'
  const peer = bare(request.socket.remoteAddress ?? '-')
  const line = quoted(`${request.method} ${request.url} HTTP/${request.httpVersion}`)
  const bytes = Number(response.getHeader('content-length'))
  const referer = quoted(headers.referer ?? '-')
  const agent = quoted(headers['user-agent'] ?? '-')
  return `${peer} - ${user} ${timeByHand()} "${line}" ${response.statusCode} ${bytes} "${referer}" "${agent}"`
}

let second = 0
let text = ''

/** Made anew when the second changes. */
function timeByHand(): string {
  const now = new Date()
  const nowSecond = Math.floor(now.getTime() / 1000)
  if (nowSecond !== second) {
    second = nowSecond
    const [, day, month, year, time] = now.toUTCString().split(' ')
    text = `[${day}/${month}/${year}:${time} +0000]`
  }
  return text
}
