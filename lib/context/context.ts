// The context as an object: the answer in public, the facts it was made from in private.

import type { Hop, Hops, Problem, RequestContext } from '../../types/context.ts'
import type { Facts } from './peer.ts'
import { buildUrl } from './url.ts'

/** The resolved parts of a context. */
export type Answer = Pick<
  RequestContext,
  'hops' | 'trusted' | 'scheme' | 'host' | 'hostname' | 'port' | 'prefix' | 'origin' | 'problems'
>

/** The facts behind a context; undefined if it was not made here. */
export let factsOf: (context: RequestContext) => Facts | undefined

/** A class for its private field alone: headers must not show up where a context is printed. */
class Context implements RequestContext {
  readonly peer: Hop
  readonly client: Hop
  readonly scheme: 'http' | 'https'
  readonly host: string
  readonly hostname: string
  readonly port: number
  readonly prefix: string
  readonly origin: string
  readonly hops: Hops
  readonly trusted: number
  readonly problems: readonly Problem[]
  readonly #facts: Facts

  static {
    factsOf = (context) => (#facts in context ? context.#facts : undefined)
  }

  constructor(facts: Facts, answer: Answer) {
    this.peer = answer.hops[0]
    this.client = answer.hops.reduce((_, hop) => hop)
    this.scheme = answer.scheme
    this.host = answer.host
    this.hostname = answer.hostname
    this.port = answer.port
    this.prefix = answer.prefix
    this.origin = answer.origin
    this.hops = answer.hops
    this.trusted = answer.trusted
    this.problems = answer.problems
    this.#facts = facts
  }

  url(target?: string): URL {
    if (target === undefined) {
      const { target: own, prefixInTarget } = this.#facts
      return buildUrl(this.origin, prefixInTarget === undefined ? this.prefix : '', own)
    }
    // What JavaScript may pass besides: a query parameter that came twice is a list.
    return buildUrl(this.origin, this.prefix, typeof target === 'string' ? target : '')
  }

  toJSON(): object {
    return { ...this, url: this.url().href }
  }
}

export function createContext(facts: Facts, answer: Answer): RequestContext {
  return new Context(facts, answer)
}
