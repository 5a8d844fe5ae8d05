// readNetworks: a list in a file to networks, at start-up.

import type { NetworkList } from '../../types/networks.ts'
import { believe } from './believe.ts'
import { readListFile } from './file.ts'
import { type CheckedList, checkList } from './list.ts'

/** A list as it was read. */
export interface ReadList {
  readonly networks: readonly string[]
  readonly mark: string
  readonly readAt: Date
  readonly modifiedAt: Date
}

/**
 * The networks of a list, for `forwardedAllowIps`. Throws an `OptionError` for a file that cannot be
 * read, is no such list, or holds what cannot be believed: too wide, not public, cut off, empty.
 */
export function readNetworks(list: NetworkList): readonly string[] {
  return readList(checkList(list)).networks
}

export function readList(list: CheckedList): ReadList {
  const { text, mark, modifiedAt } = readListFile(list.path)
  return { networks: networksOf(text, list), mark, readAt: new Date(), modifiedAt }
}

/** What is believed of this text; throws an `OptionError`. */
export function networksOf(text: string, list: CheckedList): readonly string[] {
  const asked = { path: list.path, addresses: list.own, private: list.private }
  return believe(list.parse(text, list), asked)
}
