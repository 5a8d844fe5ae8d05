// The peer: what a request's socket says, read once, before anybody is believed.

import type { RequestFacts } from '../../types/facts.ts'

/** What is read of a request as a Node.js server hands it out, over HTTP/1 or HTTP/2. */
export interface ServerRequest {
  readonly socket: SocketView | null | undefined
  readonly rawHeaders: readonly string[]
  readonly httpVersion: string
  readonly method?: string | undefined
  readonly url?: string | undefined
}

/** The facts of a request in one shape, complete. They outlive the socket. */
export interface Facts {
  readonly remoteAddress: string | undefined
  readonly remotePort: number | undefined
  readonly unix: boolean
  readonly encrypted: boolean
  readonly localAddress: string | undefined
  readonly localPort: number | undefined
  readonly httpVersion: string
  readonly method: string
  /** The request target before a framework rewrote it. */
  readonly target: string
  readonly rawHeaders: readonly string[]
  /** Node.js may have dropped header lines unseen. */
  readonly truncated: boolean
}

/**
 * Node's parser keeps this many entries of the flat list, two a line, and drops the rest without a
 * word (`server.maxHeadersCount`, whose default is 2,000 entries).
 */
const MAX_RAW_HEADERS = 2000

/** The parser hands lines over in batches of up to 32; a list shorter than one was never cut. */
const BATCH = 64

/** What is read of a socket; every part may be missing once the client has gone. */
export interface SocketView {
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
  readonly encrypted?: boolean | undefined
  readonly server?: ServerView | undefined
}

interface ServerView {
  readonly maxHeadersCount?: number | null | undefined
  address?(): unknown
}

/**
 * Reads the facts. `undecidedIsUnix` is for a listener whose address Node.js does not know (an
 * inherited descriptor): true if the operator says that it is a UNIX socket.
 */
export function readFacts(request: ServerRequest | RequestFacts, undecidedIsUnix: boolean): Facts {
  return 'socket' in request ? fromServer(request, undecidedIsUnix) : fromFacts(request)
}

function fromServer(request: ServerRequest, undecidedIsUnix: boolean): Facts {
  const socket = request.socket ?? {}
  const { remoteAddress, server } = socket
  const { rawHeaders } = request
  const original = 'originalUrl' in request ? request.originalUrl : undefined
  return {
    remoteAddress,
    remotePort: socket.remotePort,
    unix: remoteAddress === undefined && listensOnUnix(server, undecidedIsUnix),
    encrypted: socket.encrypted === true,
    localAddress: socket.localAddress,
    localPort: socket.localPort,
    httpVersion: request.httpVersion,
    method: request.method ?? '',
    target: typeof original === 'string' ? original : (request.url ?? ''),
    rawHeaders,
    truncated: rawHeaders.length >= BATCH && rawHeaders.length >= maxRawHeaders(server),
  }
}

function fromFacts(facts: RequestFacts): Facts {
  const rawHeaders = facts.rawHeaders ?? flatten(facts.headers ?? {})
  return {
    remoteAddress: facts.remoteAddress,
    remotePort: facts.remotePort,
    unix: facts.unix === true,
    encrypted: facts.encrypted === true,
    localAddress: facts.localAddress,
    localPort: facts.localPort,
    httpVersion: facts.httpVersion ?? '1.1',
    method: facts.method ?? '',
    target: facts.url ?? '',
    rawHeaders,
    truncated: rawHeaders.length >= MAX_RAW_HEADERS,
  }
}

/** The verdict on each server, kept since a server that was closed no longer tells its address. */
const unixServers = new WeakMap<ServerView, boolean>()

/**
 * Whether the listening side is a UNIX socket. A missing remote address says nothing: the socket of a
 * TCP client that has gone has none either.
 */
function listensOnUnix(server: ServerView | undefined, undecidedIsUnix: boolean): boolean {
  if (server === undefined) return undecidedIsUnix
  const known = unixServers.get(server)
  if (known !== undefined) return known
  const address = server.address?.() ?? null
  if (address === null) return undecidedIsUnix
  const unix = typeof address === 'string'
  unixServers.set(server, unix)
  return unix
}

function maxRawHeaders(server: ServerView | undefined): number {
  const lines = server?.maxHeadersCount
  if (lines === 0) return Number.POSITIVE_INFINITY
  return typeof lines === 'number' && lines > 0 ? lines * 2 : MAX_RAW_HEADERS
}

function flatten(headers: NonNullable<RequestFacts['headers']>): string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined) return []
    return typeof value === 'string' ? [name, value] : value.flatMap((line) => [name, line])
  })
}
