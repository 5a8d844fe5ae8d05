// The closed tables of codes: what can be wrong with a request, with an option at start-up, and between
// the two.

import type { ProblemCode } from '../types/context.ts'
import type { WarningCode } from '../types/warning.ts'

/** What a problem code means, and with which status the doors refuse the request, if they do. */
export interface ProblemMeaning {
  readonly means: string
  readonly status?: 400 | 431
}

/** What can be wrong with a request. Each code has a section in docs/errors.md. */
export const problemCodes: Readonly<Record<ProblemCode, ProblemMeaning>> = {
  'unknown-client': {
    means: 'the trusted proxy does not say who the client is',
  },
  'obfuscated-client': {
    means: 'the trusted proxy gives the client a made-up name',
  },
  'bad-client': { means: 'where the client stands is no address' },
  'bad-forwarded': {
    means: 'the element of Forwarded where the client stands is malformed',
  },
  'too-many-hops': { means: 'the chain is longer than maxHops' },
  'short-chain': { means: 'the chain is shorter than `hops`' },
  'too-many-headers': {
    means: 'Node.js may have dropped header lines unseen',
    status: 431,
  },
  'bad-scheme': { means: 'the reported scheme is none that is known' },
  'scheme-conflict': {
    means: 'two scheme headers contradict each other',
    status: 400,
  },
  'bad-host': {
    means: 'the host is malformed, doubled or contradicted',
    status: 400,
  },
  'no-host': { means: 'there is no host, as HTTP/1.0 allows' },
  'host-not-allowed': { means: 'the host is not in allowedHosts', status: 400 },
  'bad-port': { means: 'the reported port is none' },
  'bad-prefix': { means: 'the reported prefix is no path' },
}

/** A problem keeps no more characters than this of what was sent. */
const MAX_VALUE = 100

/** What a problem shows of what was sent. */
export function problemValue(text: string): string {
  return text.slice(0, MAX_VALUE)
}

/** What can be wrong with an option. Each has a section in docs/errors.md. */
export const optionCodes = {
  'unknown-option': 'an option that does not exist',
  'wrong-type': 'a value of a type or size that the option does not take',
  contradiction: 'two options that cannot both hold',
  'bad-address': 'an entry that is no IPv4 address, IPv6 address, network or known name',
  'bad-network': 'a network whose prefix length or base address is impossible',
  'whole-family': 'networks that cover all of IPv4 or all of IPv6',
  'unknown-header': 'a header name that is not in the table of known headers',
  'unknown-proxy': 'a proxy name that is not in the table of known proxies',
  'unsafe-proxy': 'a proxy whose headers a client can forge, or that sets none',
  'bad-host-pattern': 'an allowed host that is no host name, address or *.name',
  'bad-format': 'an access log format that cannot be read',
  'bad-timezone': 'a time zone that this Node.js does not know',
  'unreadable-list': 'a list of networks in a file that cannot be read',
  'bad-list': 'a file that is no list of networks, or holds what cannot be believed',
  'wrong-service': 'a service of a provider whose networks are not those of proxies',
} as const

/** A code of `optionCodes`. */
export type OptionCode = keyof typeof optionCodes

/** What an operator is warned of. Each has a section in docs/diagnosis.md. */
export const warningCodes: Readonly<Record<WarningCode, string>> = {
  'unlisted-peer': 'a peer that is not trusted sends a forwarding header',
  'unknown-peer': 'a peer without an address sends a forwarding header',
  'unlisted-hop': 'most requests came through a hop that is not trusted',
  'missing-header': 'a trusted peer does not send a header that is listed',
  'unlisted-header': 'a trusted peer sends a header that matters and is not listed',
  'extra-values': 'a header has more values than there are trusted hops',
  'wide-network': 'a network is trusted that must hold clients, too',
  'shared-network': 'clients come from a network that is trusted',
  'longer-chain': 'more hops are trusted than ever before',
  'unknown-client': problemCodes['unknown-client'].means,
  'bad-client': problemCodes['bad-client'].means,
  'bad-forwarded': problemCodes['bad-forwarded'].means,
  'too-many-hops': problemCodes['too-many-hops'].means,
  'short-chain': problemCodes['short-chain'].means,
  'bad-scheme': problemCodes['bad-scheme'].means,
  'scheme-conflict': problemCodes['scheme-conflict'].means,
  'bad-port': problemCodes['bad-port'].means,
  'bad-prefix': problemCodes['bad-prefix'].means,
}

/** Where the mistake is, as far as it can be told. */
export interface OptionErrorPlace {
  /** The option's name, or the environment variable it was read from. */
  readonly option: string
  /** The offending input, as given. */
  readonly input?: unknown
  /** Where in `input` the mistake begins, counted from 0. Only for text. */
  readonly index?: number
}

/**
 * Thrown at start-up for a wrong option, never for a request. The message names the option and the
 * entry, says what is wrong and what to write instead.
 */
export class OptionError extends TypeError {
  override readonly name = 'OptionError'
  readonly code: OptionCode
  readonly option: string
  readonly input: unknown
  readonly index: number | undefined

  constructor(code: OptionCode, reason: string, remedy: string, place: OptionErrorPlace) {
    super(`${place.option}: ${reason}. ${remedy}${caret(place)}`)
    this.code = code
    this.option = place.option
    this.input = place.input
    this.index = place.index
  }
}

/** The input again, with a mark under the culprit. */
function caret({ input, index }: OptionErrorPlace): string {
  if (typeof input !== 'string' || index === undefined || /[^ -~]/.test(input)) return ''
  return `\n  ${input}\n  ${' '.repeat(index)}^ column ${index + 1}`
}

/** How a value is shown in a message: quoted, escaped, and not longer than a line. */
export function show(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value)
  if (typeof value === 'number') return String(value)
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {
    // A circular or hostile object: its type is all that can be said.
  }
  text ??= String(typeof value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** A longer word is misspelt beyond guessing. */
const MAX_WORD = 64
/** A shorter word is a part of too many. */
const LEAST_PART = 3

/** The known word that a misspelt or shortened one is most likely meant to be, for a remedy. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MAX_WORD) return undefined
  const small = word.toLowerCase()
  const longer = known.filter((candidate) => candidate.includes(small))
  const candidates = small.length >= LEAST_PART && longer.length > 0 ? longer : known
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(small, candidate) }))
    .sort((left, right) => left.distance - right.distance)
  const isNear = candidates === longer || Number(best?.distance) <= Math.ceil(word.length / 2)
  return isNear ? best?.candidate : undefined
}

/** The number of single characters to insert, delete or replace (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [row, char] of [...from].entries()) {
    const current = [row + 1]
    for (let column = 0; column < to.length; column++) {
      const replaced = Number(previous[column]) + (char === to[column] ? 0 : 1)
      const inserted = Number(current[column]) + 1
      const deleted = Number(previous[column + 1]) + 1
      current.push(Math.min(replaced, inserted, deleted))
    }
    previous = current
  }
  return Number(previous.at(-1))
}
