// What header text says about one hop, believing nobody yet.

import type { IpBits } from './ip.ts'

/** A node identifier (RFC 7239 6, and what real proxies write instead). */
export type ForwardedNode =
  | {
      readonly kind: 'ip'
      readonly ip: Readonly<IpBits>
      readonly port: number | undefined
      /** What was read, where the whole header is this address and nothing else. */
      readonly text?: string | undefined
    }
  /** What nginx writes for a peer on a UNIX socket. */
  | { readonly kind: 'unix' }
  /** The word `unknown` (RFC 7239 6.2), or an element that does not say. */
  | { readonly kind: 'unknown' }
  /** A name with a leading underscore (RFC 7239 6.3). */
  | { readonly kind: 'obfuscated'; readonly name: string }
  /** Text that is no node. */
  | { readonly kind: 'garbage'; readonly text: string }
  /** An element of `Forwarded` that breaks the grammar. */
  | { readonly kind: 'malformed'; readonly text: string }

/** One entry of X-Forwarded-For, or one element of Forwarded. */
export interface ForwardedEntry {
  /** Whom the reporting proxy was speaking with. */
  readonly node: ForwardedNode
  /** How the reporting proxy calls itself; with Forwarded only. */
  readonly by: string | undefined
  /** The scheme that hop used, as written; with Forwarded only. */
  readonly proto: string | undefined
  /** The Host that hop sent, as written; with Forwarded only. */
  readonly host: string | undefined
}

/** The entries of one header, read as they are asked for, nearest hop first. */
export interface Chain {
  /**
   * The next entry outwards; undefined when the header has no more. An entry holds until the next one
   * is asked for: it may be overwritten then.
   */
  next(): ForwardedEntry | undefined
}
