// The context as an object: the answer in public, the facts it was made from in private.

import type { Hop, Hops, Problem, RequestContext } from '../../types/context.ts'
import type { TrustPolicy } from '../../types/trust.ts'
import type { Walk } from '../trust/walk.ts'
import { collectHops } from './chain.ts'
import { type Host, portSuffix } from './host.ts'
import type { Facts } from './peer.ts'
import type { Scheme } from './scheme.ts'
import { buildUrl } from './url.ts'

/** The facts behind a context; undefined if it was not made here. */
export let factsOf: (context: RequestContext) => Facts | undefined

/** The policy that a context was resolved by; undefined if it was not made here. */
export let policyOf: (context: RequestContext) => TrustPolicy | undefined

/** Notes that a log will have a line for this request; false if it has been noted before. */
export let claimLine: (context: RequestContext, log: object) => boolean

/** What is noted of lines holds for both from now on: they are contexts of the same request. */
export let shareLines: (context: RequestContext, other: RequestContext) => void

/**
 * A class for its private fields: headers must not show up where a context is printed. `hops` and
 * `origin` are made when they are asked for, once, from facts that do not change any more.
 */
export class Context implements RequestContext {
  readonly peer: Hop
  readonly client: Hop
  readonly scheme: Scheme
  readonly host: string
  readonly hostname: string
  readonly port: number
  readonly prefix: string
  readonly trusted: number
  readonly problems: readonly Problem[]
  readonly #facts: Facts
  readonly #policy: TrustPolicy
  #hops: Hops | undefined
  #origin: string | undefined
  /** The logs that have a line for it: kept here, since a WeakMap costs 2 µs and more for each request. */
  #logs: object[] | undefined

  static {
    factsOf = (context) => (#facts in context ? context.#facts : undefined)
    policyOf = (context) => (#policy in context ? context.#policy : undefined)
    claimLine = (context, log) => {
      if (!(#logs in context)) return true
      context.#logs ??= []
      if (context.#logs.includes(log)) return false
      context.#logs.push(log)
      return true
    }
    shareLines = (context, other) => {
      if (!(#logs in context && #logs in other)) return
      other.#logs ??= []
      context.#logs = other.#logs
    }
    // console.log would leave out what is made when it is asked for.
    Object.defineProperty(Context.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: Context) {
        return this.toJSON()
      },
    })
  }

  constructor(
    facts: Facts,
    policy: TrustPolicy,
    peer: Hop,
    { client, trusted }: Walk,
    scheme: Scheme,
    { host, hostname, port }: Host,
    prefix: string,
    problems: readonly Problem[],
  ) {
    this.peer = peer
    this.client = client
    this.scheme = scheme
    this.host = host
    this.hostname = hostname
    this.port = port
    this.prefix = prefix
    this.trusted = trusted
    this.problems = problems
    this.#facts = facts
    this.#policy = policy
  }

  get hops(): Hops {
    this.#hops ??= collectHops(this.peer, this.client, this.#facts, this.#policy)
    return this.#hops
  }

  get origin(): string {
    this.#origin ??= `${this.scheme}://${this.hostname}${portSuffix(this.port, this.scheme)}`
    return this.#origin
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
    return { ...this, hops: this.hops, origin: this.origin, url: this.url().href }
  }
}
