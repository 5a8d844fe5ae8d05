// One list that is followed: the networks that are believed of it, and what became of its file.

import type { ListStatus, NetworksError } from '../../types/networks.ts'
import { badList } from './entry.ts'
import { NOTHING } from './file.ts'
import type { CheckedList } from './list.ts'
import { type ReadList, readList } from './read.ts'

export interface Followed {
  readonly list: CheckedList
  /** What is believed. */
  good: ReadList
  /** The mark of the file that was judged last, good or bad. */
  judged: string
  /** The mark of another file that has been seen once. */
  seen: string | undefined
  error: NetworksError | undefined
}

/** Reads the list for the first time; throws an `OptionError`. */
export function beginToFollow(list: CheckedList): Followed {
  const good = readList(list)
  return { list, good, judged: good.mark, seen: undefined, error: undefined }
}

/**
 * Whether this mark is news that has stood since the look before: a file that is still being written, or
 * that is gone for the moment it takes to replace it, is left alone.
 */
export function isSettledNews(one: Followed, mark: string): boolean {
  const hasStood = mark === one.seen
  one.seen = mark
  if (mark === one.judged || !hasStood) return false
  one.judged = mark
  return true
}

/**
 * A file that is there and could not be read may be good: descriptors were used up for the moment, say. The next
 * look tries it again.
 */
export function judgeAgain(one: Followed): void {
  if (one.judged !== NOTHING) one.judged = one.good.mark
}

/**
 * Reads the list again; throws an `OptionError`. A provider's list does not lose most of its networks
 * in a day: what looks so was cut off between two lines.
 */
export function readAgain({ list, good }: Followed): ReadList {
  const read = readList(list)
  const [before, now] = [good.networks.length, read.networks.length]
  if (!list.own && now * 2 < before) {
    throw badList(
      list.path,
      `holds ${now} networks, and held ${before}: it may have been cut off`,
      'Fetch it anew; if it is right, start the application anew',
    )
  }
  return read
}

export function statusOf({ list, good, error }: Followed): ListStatus {
  return {
    path: list.path,
    networks: good.networks.length,
    readAt: good.readAt,
    ageSeconds: Math.max(0, Math.floor((Date.now() - good.modifiedAt.getTime()) / 1000)),
    error,
  }
}
