// What an operator hears when what arrives does not fit the options.

import type { ProblemCode } from './context.ts'

/** The problems of a request that a proxy or the options bring about, rather than a client. */
export type ConfigurationProblem = Extract<
  ProblemCode,
  | 'unknown-client'
  | 'bad-client'
  | 'bad-forwarded'
  | 'too-many-hops'
  | 'short-chain'
  | 'bad-scheme'
  | 'scheme-conflict'
  | 'bad-port'
  | 'bad-prefix'
>

/** What a warning can be about. Each has a section in docs/diagnosis.md. */
export type WarningCode =
  | 'unlisted-peer'
  | 'unknown-peer'
  | 'unlisted-hop'
  | 'missing-header'
  | 'unlisted-header'
  | 'extra-values'
  | 'wide-network'
  | 'shared-network'
  | 'longer-chain'
  | ConfigurationProblem

/**
 * A warning for whoever runs the application. No text of a client is in it: addresses are canonical,
 * and names of headers are those that are known here or stand in the options.
 */
export interface TrustWarning {
  readonly code: WarningCode
  /** What was seen, and what to do about it. */
  readonly message: string
  /** Who sent it: an address, `unix:`, or `unknown`. Absent where the options alone are at fault. */
  readonly peer?: string
  /** The header, lower case. */
  readonly header?: string
  /** An index of the context's `hops`. */
  readonly hop?: number
}
