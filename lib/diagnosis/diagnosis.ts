// Which requests are looked at, and who hears what was found.

import type { RequestContext } from '../../types/context.ts'
import type { Diagnosis } from '../../types/trust.ts'
import type { TrustWarning, WarningCode } from '../../types/warning.ts'
import { tellSafely } from '../tell.ts'
import { compileArrivals } from './arrivals.ts'
import { createEvidenceBook } from './evidence.ts'
import { trustedFindings, untrustedFindings } from './findings.ts'
import { createLimit, networkOf } from './limit.ts'
import { type About, formatMessage } from './message.ts'

/** A diagnosis, as the trust handle that has it sees it. */
export interface OwnDiagnosis extends Diagnosis {
  /** A list is in force from now on, with these networks that must hold clients, too. */
  begin(wideNetworks: readonly string[]): void
}

/** So many requests are all looked at, after the start and after each new list. */
const FIRST = 64

/**
 * Then about ten a second, but one in a thousand at least. A request that is not looked at pays for
 * counting down. What is given up: of a busy server most requests go unseen, so that what happens once
 * stays unheard of, and what happens to one request in a thousand is heard of minutes later. How far
 * it is to the next one is drawn by lot, so that nobody can keep out of the way of it, or in it.
 */
const BUSY_MILLIS = 100
const MAX_GAP = 1000

/** The same is told again after an hour. */
const REPEAT_MILLIS = 3_600_000

/** So many requests must have shown how long chains are. */
const WARM_UP = 500

/**
 * What was told on behalf of all handles that have no `onWarning`: a process has one standard error, and
 * hears the same once.
 */
const processLimit = createLimit(Number.POSITIVE_INFINITY)

/** `addressHeaders` are the known single-address headers. */
export function createDiagnosis(
  onWarning: ((warning: TrustWarning) => void) | undefined,
  addressHeaders: readonly string[],
): OwnDiagnosis {
  const limit = onWarning === undefined ? processLimit : createLimit(REPEAT_MILLIS)
  const readArrivals = compileArrivals(addressHeaders)
  let evidenceOf = createEvidenceBook()
  let countdown = 0
  let first = FIRST
  let gap = 1
  let last = 0
  let chains = 0
  let longest = 0

  function begin(wideNetworks: readonly string[]): void {
    // What was concluded under another list may be no longer true.
    evidenceOf = createEvidenceBook()
    countdown = 0
    first = FIRST
    gap = 1
    chains = 0
    longest = 0
    if (wideNetworks.length > 0) {
      warn('wide-network', wideNetworks.join(), performance.now(), { networks: wideNetworks })
    }
  }

  /** Draws how many requests pass until the next one. */
  function postpone(now: number): void {
    if (first > 0) first--
    else gap = now - last < BUSY_MILLIS ? Math.min(MAX_GAP, gap * 2) : Math.max(1, gap / 2)
    last = now
    countdown = gap === 1 ? 0 : Math.floor(Math.random() * 2 * gap)
  }

  function warn(code: WarningCode, network: string, now: number, about: Details): void {
    if (!limit.admits(code, network, now)) return
    const { peer, header, hop } = about
    const warning: TrustWarning = Object.freeze({
      code,
      message: formatMessage(code, about),
      ...(peer === undefined ? {} : { peer }),
      ...(header === undefined ? {} : { header }),
      ...(hop === undefined ? {} : { hop }),
    })
    if (onWarning === undefined) emit(warning)
    else tellSafely(onWarning, warning, () => emit(warning))
  }

  return {
    begin,
    isDue: () => countdown-- <= 0,
    examine(context, rawHeaders, policy) {
      const now = performance.now()
      postpone(now)
      if (isCut(context, rawHeaders)) return
      const peer = context.peer.node
      const network = networkOf(peer)
      const arrived = readArrivals(rawHeaders, policy)
      const findings = context.peer.trusted
        ? trustedFindings(context, arrived, policy, evidenceOf(network))
        : untrustedFindings(context, arrived, policy)
      for (const finding of findings) warn(finding.code, network, now, { ...finding, peer })
      const { trusted } = context
      if (trusted > longest) {
        longest = trusted
        if (chains >= WARM_UP) {
          warn('longer-chain', network, now, { peer, hops: trusted, hop: trusted - 1 })
        }
      }
      if (trusted > 0) chains++
    },
  }
}

interface Details extends About {
  readonly hop?: number
}

/** Not all headers were seen: then none is missing. */
function isCut({ problems }: RequestContext, rawHeaders: readonly string[]): boolean {
  return rawHeaders.length === 0 || problems.some(({ code }) => code === 'too-many-headers')
}

function emit({ message, code }: TrustWarning): void {
  try {
    process.emitWarning(message, { type: 'HopwiseWarning', code })
  } catch {
    // Somebody put another function in its place. There is nobody left to tell.
  }
}
