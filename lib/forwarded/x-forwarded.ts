// The X-Forwarded-* lists: values separated by commas, the nearest hop's at the right end.

import type { Chain, ForwardedEntry, ForwardedNode } from '../../types/forwarded.ts'
import { emptyIp, readLastIp, wasCanonical } from '../address/ip.ts'
import { MAX_KEPT } from '../address/kept.ts'
import { parseNode } from './node.ts'
import { COMMA, commaBefore, skipBlanks, skipBlanksBack, skipEmptyBack, trim } from './syntax.ts'

/**
 * The entries of X-Forwarded-For, nearest first, read only as far as they are asked for. Empty elements
 * are skipped (RFC 9110 5.6.1.2). One chain is read at a time: the next call begins it anew.
 */
export function xForwardedForChain(list: string): Chain {
  reader.list = list
  reader.end = list.length
  return reader
}

/** Made once, as its entries are: new ones for each request would cost more than to read the list. */
const reader = {
  list: '',
  /** The index behind what has not been read. */
  end: 0,
  next(): ForwardedEntry | undefined {
    const { list } = this
    const stop = skipEmptyBack(list, this.end)
    if (stop <= 0) return undefined
    const start = readLastIp(address.ip, list, 0, stop)
    const begin = start === -1 ? -1 : skipBlanksBack(list, 0, start)
    if (begin === -1 || (begin > 0 && list.charCodeAt(begin - 1) !== COMMA)) {
      this.end = commaBefore(list, stop)
      return entry(list.slice(skipBlanks(list, this.end + 1, stop), stop))
    }
    this.end = begin - 1
    address.isPiece = wasCanonical() && list.length <= MAX_KEPT
    address.start = start
    address.stop = stop
    return addressEntry
  },
}

/**
 * The node of an address without port, brackets or zone, as nearly all are; the next overwrites it. A
 * class, because reading the getter of an object literal costs as much as reading the address.
 */
class AddressNode {
  readonly kind = 'ip'
  readonly ip = emptyIp()
  readonly port = undefined
  /** Whether it stands in the list in canonical text, and where. */
  isPiece = false
  start = 0
  stop = 0

  get text(): string | undefined {
    return this.isPiece ? reader.list.slice(this.start, this.stop) : undefined
  }
}

const address = new AddressNode()
const addressEntry: ForwardedEntry = entryOf(address)

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
  return entryOf(parseNode(text))
}

function entryOf(node: ForwardedNode): ForwardedEntry {
  return { node, by: undefined, proto: undefined, host: undefined }
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
