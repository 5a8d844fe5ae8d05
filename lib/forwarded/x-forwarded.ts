// The X-Forwarded-* lists: values separated by commas, the nearest hop's at the right end.

import type { Chain, ForwardedEntry } from '../../types/forwarded.ts'
import type { IpBits } from '../../types/ip.ts'
import { emptyIp, MAX_ADDRESS_LENGTH, readIp } from '../address/ip.ts'
import { parseNode } from './node.ts'
import { commaBefore, skipBlanks, skipEmptyBack, trim } from './syntax.ts'

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
    const isOne = list.length <= MAX_ADDRESS_LENGTH && !list.includes(',')
    const comma = isOne ? -1 : commaBefore(list, stop)
    const start = skipBlanks(list, comma + 1, stop)
    this.end = comma
    const { node } = plain
    if (!readIp(node.ip, list, start, stop)) return entry(list.slice(start, stop))
    node.text = stop - start === list.length ? list : undefined
    return plain
  },
}

/** An entry that is overwritten. */
interface PlainEntry extends ForwardedEntry {
  readonly node: { kind: 'ip'; ip: IpBits; port: undefined; text: string | undefined }
}

/** The entry of an address without port, brackets or zone, as nearly all are. */
const plain: PlainEntry = {
  node: { kind: 'ip', ip: emptyIp(), port: undefined, text: undefined },
  by: undefined,
  proto: undefined,
  host: undefined,
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
