// What the most laborious headers cost, beside an honest chain of as many hops as are walked.

import { createRequire } from 'node:module'
import { compileTrust, resolveContext, type TrustOptions } from 'hopwise'
import { type Contest, type Field, joinFields, openField } from '../measure/contest.ts'
import { fresh } from '../measure/strings.ts'
import {
  drawn,
  forwardedShapes,
  honestForwarded,
  honestXForwardedFor,
  hostileName,
  LONGEST,
  lengths,
  type Shape,
  xForwardedForShapes,
} from './headers.ts'

const require = createRequire(import.meta.url)

interface ProxyRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly socket: { readonly remoteAddress: string }
}
type TrustFunction = (address: string, hop: number) => boolean
const proxyAddr: ((request: ProxyRequest, trust: TrustFunction) => string) & {
  compile(list: readonly string[]): TrustFunction
} = require('proxy-addr')
const forwardedParse: (header: string) => unknown = require('forwarded-parse')

const trusted = ['loopback', 'uniquelocal']

const HONEST = 'hopwise, honest chain of 32 IPv6 hops'

/** A request as far as it is read, by both. */
interface Request {
  readonly header: string
  readonly socket: { readonly remoteAddress: string; readonly remotePort: number }
  readonly headers: Readonly<Record<string, string>>
  readonly rawHeaders: readonly string[]
  readonly httpVersion: string
  readonly method: string
  readonly url: string
}

const INPUTS = 4

function createRequests(name: string, value: string): readonly Request[] {
  return Array.from({ length: INPUTS }, () => {
    const header = fresh(value)
    const rawHeaders = ['Host', 'shop.example', name, header, 'X-Forwarded-Proto', 'https']
    return {
      header,
      socket: { remoteAddress: '127.0.0.1', remotePort: 40000 },
      headers: { host: 'shop.example', [name.toLowerCase()]: header },
      rawHeaders,
      httpVersion: '1.1',
      method: 'GET',
      url: '/cart',
    }
  })
}

interface Header {
  readonly name: string
  readonly honest: string
  readonly options: TrustOptions
  /** The peer's name, and what it does. */
  readonly peer: string
  /** Whether it answers; else it throws at the first doubt, which costs little. */
  readonly answers: boolean
  read(): (request: Request) => unknown
}

const xForwardedFor: Header = {
  name: 'X-Forwarded-For',
  honest: honestXForwardedFor,
  options: {},
  peer: 'proxy-addr',
  answers: true,
  read() {
    const trust = proxyAddr.compile(trusted)
    return (request) => proxyAddr(request, trust)
  },
}

const forwarded: Header = {
  name: 'Forwarded',
  honest: honestForwarded,
  options: { headers: ['forwarded'] },
  peer: 'forwarded-parse',
  answers: false,
  read: () => (request) => {
    try {
      return forwardedParse(request.header)
    } catch (error) {
      return error
    }
  },
}

/** The hostile value, and the honest one. */
function open({ name, honest, options, peer, read }: Header, value: string): Promise<Field> {
  const trust = compileTrust({ ...options, forwardedAllowIps: trusted })
  const run = (request: Request) => resolveContext(request, trust)
  return joinFields([
    openField({
      fresh: () => createRequests(name, value),
      contenders: [
        { name: 'hopwise', run },
        { name: peer, run: read() },
      ],
    }),
    openField({
      fresh: () => createRequests(name, honest),
      contenders: [{ name: HONEST, run }],
    }),
  ])
}

function contest(header: Header, shape: Shape, length: number): Contest {
  return {
    name: hostileName(header.name, shape.name, length),
    reference: HONEST,
    targets: header.answers ? [{ of: 'hopwise', against: header.peer, atMost: 1 }] : [],
    begin: () => open(header, shape.value(length)),
  }
}

export function hostileContests(): readonly Contest[] {
  return [
    ...xForwardedForShapes.map((shape) => contest(xForwardedFor, shape, LONGEST)),
    ...forwardedShapes.map((shape) => contest(forwarded, shape, LONGEST)),
    ...xForwardedForShapes
      .filter(({ name }) => name === drawn)
      .flatMap((shape) =>
        lengths
          .filter((length) => length !== LONGEST)
          .map((length) => contest(xForwardedFor, shape, length)),
      ),
  ]
}
