// The Forwarded header (RFC 7239): elements and their pairs, tokenised once, left to right.

import type { Chain, ForwardedEntry } from '../../types/forwarded.ts'
import { kept } from '../address/kept.ts'
import { parseNode, UNKNOWN } from './node.ts'
import {
  COMMA,
  commaBefore,
  DQUOTE,
  EQUALS,
  isBlank,
  SEMI,
  skipBlanks,
  skipEmptyBack,
  skipPattern,
  skipQuoted,
  skipToken,
  trim,
  unquote,
} from './syntax.ts'

// Forwarded         = 1#forwarded-element
// forwarded-element = [ forwarded-pair ] *( ";" [ forwarded-pair ] )
// forwarded-pair    = token "=" ( token / quoted-string )
//
// Tolerated, since proxies send it: blanks around separators, and unquoted values with ":" "[" "]" "@".

/** The elements, nearest first; an element is taken apart when it is asked for. */
export function forwardedChain(list: string): Chain {
  return list.includes('"') ? quotedChain(list) : plainChain(list)
}

/** Without quotes every comma ends an element, so that the list can be read from its right end. */
function plainChain(list: string): Chain {
  let end = list.length
  return {
    next(): ForwardedEntry | undefined {
      const stop = skipEmptyBack(list, end)
      if (stop <= 0) return undefined
      end = commaBefore(list, stop)
      return parseElement(list, end + 1, stop, NO_QUOTES)
    },
  }
}

/** Where elements begin is found once from the left: only from there a comma inside quotes shows. */
function quotedChain(list: string): Chain {
  const quotes: Quotes = new Map()
  const ends = elementEnds(list, quotes)
  return {
    next(): ForwardedEntry | undefined {
      const end = ends.pop()
      if (end === undefined) return undefined
      const start = skipPattern(EMPTY, list, (ends.at(-1) ?? -1) + 1)
      return parseElement(list, start, end, quotes)
    },
  }
}

/** The empty elements before one that is not (RFC 9110 5.6.1.2). */
const EMPTY = /[, \t]*/y

/** The index behind each long quoted-string by that of its beginning, so that none is read twice. */
type Quotes = Map<number, number>

const NO_QUOTES: Quotes = new Map()

/** To remember a shorter one costs as much as to read it again. */
const LONG = 128

/**
 * The index behind each element that is not empty. A quote opens wherever it stands, even where the
 * grammar has no place for one, and runs to the end if nothing closes it: what a client quoted swallows
 * what proxies append, which makes him unknown. The other reading would let him cut a proxy's element
 * in two.
 */
function elementEnds(list: string, quotes: Quotes): number[] {
  const ends: number[] = []
  let isEmpty = true
  for (let index = 0; index < list.length; index++) {
    const char = list.charCodeAt(index)
    if (char === COMMA) {
      if (!isEmpty) ends.push(index)
      isEmpty = true
    } else if (char === DQUOTE) {
      isEmpty = false
      const behind = skipQuoted(list, index, list.length)
      if (behind === -1) break
      if (behind - index > LONG) quotes.set(index, behind)
      index = behind - 1
    } else if (isEmpty && !isBlank(char)) {
      isEmpty = false
    }
  }
  if (!isEmpty) ends.push(list.length)
  return ends
}

/** One element as an entry; `malformed` if it breaks the grammar or names a parameter twice. */
function parseElement(list: string, start: number, end: number, quotes: Quotes): ForwardedEntry {
  const pairs = parsePairs(list, start, end, quotes)
  if (pairs === undefined) {
    const node = { kind: 'malformed', text: trim(list, start, end) } as const
    return { node, by: undefined, proto: undefined, host: undefined }
  }
  const [node, by, host] = [pairs.get('for'), pairs.get('by'), pairs.get('host')]
  return {
    node: node === undefined ? UNKNOWN : parseNode(node),
    by: by && kept(by, list),
    proto: pairs.get('proto'),
    host: host && kept(host, list),
  }
}

/** What may stand between two pairs. */
const SEPARATORS = /[; \t]*/y
/** What an unquoted value may hold: a token, and the punctuation of addresses and ports. */
const VALUE = /[\w!#$%&'*+.^`|~:[\]@/-]+/y

/** The pairs by lower-case name, or undefined if the element is malformed. */
function parsePairs(
  list: string,
  start: number,
  end: number,
  quotes: Quotes,
): Map<string, string> | undefined {
  const pairs = new Map<string, string>()
  for (let index = skipPattern(SEPARATORS, list, start); index < end; ) {
    const nameEnd = skipToken(list, index)
    const equals = skipBlanks(list, nameEnd, end)
    if (nameEnd === index || list.charCodeAt(equals) !== EQUALS) return undefined
    const name = list.slice(index, nameEnd).toLowerCase()
    if (pairs.has(name)) return undefined
    const from = skipBlanks(list, equals + 1, end)
    const isQuoted = list.charCodeAt(from) === DQUOTE
    const behind = isQuoted
      ? (quotes.get(from) ?? skipQuoted(list, from, end))
      : skipPattern(VALUE, list, from)
    if (behind <= from) return undefined
    pairs.set(name, isQuoted ? unquote(list, from, behind) : list.slice(from, behind))
    const stop = skipBlanks(list, behind, end)
    if (stop < end && list.charCodeAt(stop) !== SEMI) return undefined
    index = skipPattern(SEPARATORS, list, stop)
  }
  return pairs
}
