// The Forwarded header (RFC 7239): elements and their pairs, tokenised once, left to right.

import type { Chain, ForwardedEntry } from '../../types/forwarded.ts'
import { parseNode, UNKNOWN } from './node.ts'
import { COMMA, DQUOTE, isToken, SEMI, skipBlanks, skipQuoted, trim, unquote } from './syntax.ts'

// Forwarded         = 1#forwarded-element
// forwarded-element = [ forwarded-pair ] *( ";" [ forwarded-pair ] )
// forwarded-pair    = token "=" ( token / quoted-string )
//
// Tolerated, since proxies send it: blanks around separators, and unquoted values with ":" "[" "]" "@".

/**
 * The elements, nearest first. Where an element begins is found once from the left, since only from
 * there one can tell a comma inside quotes; an element is taken apart when it is asked for.
 */
export function forwardedChain(list: string): Chain {
  const ends = elementEnds(list)
  return {
    next(): ForwardedEntry | undefined {
      for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
        const start = (ends.at(-1) ?? -1) + 1
        if (skipBlanks(list, start, end) < end) return parseElement(list, start, end)
      }
      return undefined
    },
  }
}

/**
 * The index behind each element. A quote opens wherever it stands, even where the grammar has no place
 * for one, and runs to the end if nothing closes it: what a client quoted swallows what proxies append,
 * which makes him unknown. The other reading would let him cut a proxy's element in two.
 */
function elementEnds(list: string): number[] {
  const ends: number[] = []
  for (let index = 0; index < list.length; index++) {
    const char = list.charCodeAt(index)
    if (char === COMMA) {
      ends.push(index)
    } else if (char === DQUOTE) {
      const behind = skipQuoted(list, index, list.length)
      if (behind === -1) break
      index = behind - 1
    }
  }
  ends.push(list.length)
  return ends
}

/** One element as an entry; `malformed` if it breaks the grammar or names a parameter twice. */
function parseElement(list: string, start: number, end: number): ForwardedEntry {
  const pairs = parsePairs(list, start, end)
  if (pairs === undefined) {
    const node = { kind: 'malformed', text: trim(list, start, end) } as const
    return { node, by: undefined, proto: undefined, host: undefined }
  }
  const node = pairs.get('for')
  return {
    node: node === undefined ? UNKNOWN : parseNode(node),
    by: pairs.get('by'),
    proto: pairs.get('proto'),
    host: pairs.get('host'),
  }
}

/** The pairs by lower-case name, or undefined if the element is malformed. */
function parsePairs(list: string, start: number, end: number): Map<string, string> | undefined {
  const pairs = new Map<string, string>()
  for (let index = start; index < end; ) {
    const stop = pairEnd(list, index, end)
    const pair = trim(list, index, stop)
    index = stop + 1
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = trim(pair, 0, Math.max(0, equals))
    const value = parseValue(pair, equals + 1)
    const key = name.toLowerCase()
    if (!isToken(name) || value === undefined || pairs.has(key)) return undefined
    pairs.set(key, value)
  }
  return pairs
}

/** The index of the next ";" outside quotes, or `end`. */
function pairEnd(list: string, start: number, end: number): number {
  for (let index = start; index < end; index++) {
    const char = list.charCodeAt(index)
    if (char === SEMI) return index
    if (char === DQUOTE) {
      const behind = skipQuoted(list, index, end)
      if (behind === -1) return end
      index = behind - 1
    }
  }
  return end
}

/** What an unquoted value may hold: a token, and the punctuation of addresses and ports. */
const TOLERATED_VALUE = /^[\w!#$%&'*+.^`|~:[\]@/-]+$/

function parseValue(pair: string, start: number): string | undefined {
  const from = skipBlanks(pair, start, pair.length)
  if (pair.charCodeAt(from) === DQUOTE) {
    return skipQuoted(pair, from, pair.length) === pair.length
      ? unquote(pair.slice(from))
      : undefined
  }
  const value = pair.slice(from)
  return TOLERATED_VALUE.test(value) ? value : undefined
}
