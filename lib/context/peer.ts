// The peer: what a request's socket says, read once, before anybody is believed.

import type { Hop } from '../../types/context.ts'
import type { RequestFacts } from '../../types/facts.ts'
import type { TrustPolicy } from '../../types/trust.ts'

/** What is read of a request as a Node.js server hands it out, over HTTP/1 or HTTP/2. */
export interface ServerRequest {
  readonly socket: SocketView | null | undefined
  readonly rawHeaders: readonly string[]
  readonly httpVersion: string
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** The target before a framework rewrote it: Express, connect. */
  readonly originalUrl?: unknown
}

/** What a socket says: the same for all requests that come over it. */
export interface Connection {
  readonly remoteAddress: string | undefined
  readonly remotePort: number | undefined
  readonly unix: boolean
  readonly encrypted: boolean
  readonly localAddress: string | undefined
  readonly localPort: number | undefined
  /** The peer, as the policy that met this connection last judges it: the next request needs no more. */
  judged: { readonly policy: TrustPolicy; readonly peer: Hop } | undefined
}

/** The facts of a request in one shape, complete. They outlive the socket. */
export interface Facts {
  readonly connection: Connection
  readonly httpVersion: string
  readonly method: string
  /** The request target before a framework rewrote it. */
  readonly target: string
  readonly rawHeaders: readonly string[]
  /** Node.js may have dropped header lines unseen. */
  readonly truncated: boolean
  /** No header was seen. */
  readonly unseen: boolean
  /** The prefix was not cut off the target before it came here. */
  readonly prefixInTarget?: true
}

/** The header list of a request that Node.js refused before it had read its headers: nobody saw them. */
export const UNSEEN: readonly string[] = Object.freeze([])

/**
 * Node's parser keeps this many entries of the flat list, two a line, and drops the rest without a
 * word (`server.maxHeadersCount`, whose default is 2,000 entries).
 */
const MAX_RAW_HEADERS = 2000

/** The parser hands lines over in batches of 31 and cuts between them: a shorter list is whole. */
const BATCH = 62

/** What is read of a socket; every part may be missing once the client has gone. */
export interface SocketView {
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
  readonly encrypted?: boolean | undefined
  readonly server?: ServerView | null | undefined
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
  const { socket } = request
  return isServerRequest(request, socket)
    ? fromServer(request, socket ?? NO_SOCKET, undecidedIsUnix)
    : fromFacts(request)
}

/**
 * Each read counts: a request of Express has a shape of its own, and `in` costs as much as two. A request over
 * HTTP/2 whose stream is gone has no socket any more, but still the getter of its class.
 */
function isServerRequest(
  request: ServerRequest | RequestFacts,
  socket: SocketView | null | undefined,
): request is ServerRequest {
  return socket !== undefined || ('socket' in request && !Object.hasOwn(request, 'socket'))
}

function fromServer(request: ServerRequest, socket: SocketView, undecidedIsUnix: boolean): Facts {
  const { rawHeaders, originalUrl } = request
  return {
    connection: connections.get(socket) ?? readConnection(socket, undecidedIsUnix),
    httpVersion: request.httpVersion,
    method: request.method ?? '',
    target: typeof originalUrl === 'string' ? originalUrl : (request.url ?? ''),
    rawHeaders,
    truncated: rawHeaders.length >= BATCH && rawHeaders.length >= maxRawHeaders(socket.server),
    unseen: rawHeaders === UNSEEN,
  }
}

const NO_SOCKET: SocketView = Object.freeze({})

/** What each socket said when it first asked for something. Its getters cost more than the rest. */
const connections = new WeakMap<SocketView, Connection>()

function readConnection(socket: SocketView, undecidedIsUnix: boolean): Connection {
  const { remoteAddress } = socket
  const connection = {
    remoteAddress,
    remotePort: socket.remotePort,
    unix: comesOverUnix(socket, undecidedIsUnix),
    encrypted: socket.encrypted === true,
    localAddress: socket.localAddress,
    localPort: socket.localPort,
    judged: undefined,
  }
  // A socket without an address is that of a client who has gone, or it takes `undecidedIsUnix` to tell.
  if (remoteAddress !== undefined) connections.set(socket, connection)
  return connection
}

/** Facts may come from a log or from JSON: what is of the wrong type is missing. */
function fromFacts(facts: RequestFacts): Facts {
  const given = Array.isArray(facts.rawHeaders) ? facts.rawHeaders : flatten(facts.headers ?? {})
  const rawHeaders = given.map((text) => textOf(text) ?? '')
  return {
    connection: {
      remoteAddress: textOf(facts.remoteAddress),
      remotePort: numberOf(facts.remotePort),
      unix: facts.unix === true,
      encrypted: facts.encrypted === true,
      localAddress: textOf(facts.localAddress),
      localPort: numberOf(facts.localPort),
      judged: undefined,
    },
    httpVersion: textOf(facts.httpVersion) ?? '1.1',
    method: textOf(facts.method) ?? '',
    target: textOf(facts.url) ?? '',
    rawHeaders,
    truncated: rawHeaders.length >= MAX_RAW_HEADERS,
    unseen: false,
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/**
 * Whether the peer came over a UNIX socket. A missing address alone says nothing: the socket of a TCP
 * client that has gone has none either. Where an undecided listener would count as UNIX, the server is
 * asked while it can still tell, whoever asks first.
 */
function comesOverUnix(socket: SocketView, undecidedIsUnix: boolean): boolean {
  const { remoteAddress } = socket
  const server = socket.server ?? undefined
  if (server === undefined || (remoteAddress !== undefined && !undecidedIsUnix)) return false
  const marked = listeners.get(socket) ?? listeners.get(server)
  if (marked !== undefined) return marked === 'unix' && remoteAddress === undefined
  return listensOnUnix(server, undecidedIsUnix) && remoteAddress === undefined
}

/** What Node.js cannot tell: of servers, and of connections that one takes in for another. */
const listeners = new WeakMap<object, 'tcp' | 'unix'>()

/** Says by which kind of listening side a server, or a single connection, is reached. */
export function markListener(reached: object, kind: 'tcp' | 'unix'): void {
  listeners.set(reached, kind)
}

/** Takes that back, of what does not listen any more: it may listen in another way. */
export function unmarkListener(reached: object): void {
  listeners.delete(reached)
}

/** The last verdict on each server: one that was closed no longer tells its address. */
const unixServers = new WeakMap<ServerView, boolean>()

/** Whether the listening side is a UNIX socket. */
function listensOnUnix(server: ServerView, undecidedIsUnix: boolean): boolean {
  const address = server.address?.() ?? null
  if (address === null) return unixServers.get(server) ?? undecidedIsUnix
  const unix = typeof address === 'string'
  unixServers.set(server, unix)
  return unix
}

function maxRawHeaders(server: ServerView | null | undefined): number {
  const lines = server?.maxHeadersCount
  if (lines === 0) return Number.POSITIVE_INFINITY
  return typeof lines === 'number' && lines > 0 ? lines * 2 : MAX_RAW_HEADERS
}

function flatten(headers: NonNullable<RequestFacts['headers']>): string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const lines: readonly unknown[] = Array.isArray(value) ? value : [value]
    return lines.flatMap((line) => {
      const text = typeof line === 'number' ? String(line) : textOf(line)
      return text === undefined ? [] : [name, text]
    })
  })
}
