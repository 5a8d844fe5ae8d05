// The X-Forwarded-* lists: values separated by commas, the nearest hop's at the right end.

import type { Chain, ForwardedEntry } from '../../types/forwarded.ts'
import { parseNode } from './node.ts'
import { skipBlanks, skipBlanksBack, trim } from './syntax.ts'

/**
 * The entries of X-Forwarded-For, nearest first, read only as far as they are asked for. Empty elements
 * are skipped (RFC 9110 5.6.1.2).
 */
export function xForwardedForChain(list: string): Chain {
  let end = list.length
  return {
    next(): ForwardedEntry | undefined {
      while (end >= 0) {
        const comma = commaBefore(list, end)
        const start = skipBlanks(list, comma + 1, end)
        const stop = skipBlanksBack(list, start, end)
        end = comma
        if (stop > start) return entry(list.slice(start, stop))
      }
      return undefined
    },
  }
}

/** The one entry of a single-address header: never the first or the last of several. */
export function addressChain(value: string): Chain {
  const text = trim(value, 0, value.length)
  let done = text === ''
  return {
    next(): ForwardedEntry | undefined {
      if (done) return undefined
      done = true
      return entry(text)
    },
  }
}

function entry(text: string): ForwardedEntry {
  return {
    node: parseNode(text),
    by: undefined,
    proto: undefined,
    host: undefined,
  }
}

/**
 * The k-th value from the right, or the left-most when the list is shorter: what the outermost of k
 * hops reported. An empty element is a position that reports nothing: then the answer is ''.
 */
export function nthFromRight(list: string, k: number): string {
  let end = list.length
  let comma = commaBefore(list, end)
  for (let position = 1; position < k && comma !== -1; position++) {
    end = comma
    comma = commaBefore(list, end)
  }
  return trim(list, comma + 1, end)
}

/** The index of the nearest comma left of `end`, or -1. */
function commaBefore(list: string, end: number): number {
  return end === 0 ? -1 : list.lastIndexOf(',', end - 1)
}
