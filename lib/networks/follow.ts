// followNetworks: lists in files that change while the application runs, and who believes them.

import type {
  FollowedNetworks,
  FollowOptions,
  NetworkList,
  NetworksChange,
  UpdatableTrust,
} from '../../types/networks.ts'
import { OptionError } from '../errors.ts'
import { tellSafely } from '../tell.ts'
import { lookAt } from './file.ts'
import { checkFollow } from './follow-options.ts'
import {
  beginToFollow,
  type Followed,
  isSettledNews,
  judgeAgain,
  readAgain,
  statusOf,
} from './followed.ts'
import type { ReadList } from './read.ts'
import { createTell, errorOf } from './tell.ts'

/** Trusts whose lists are followed: a second follower would undo what the first one does. */
const taken = new WeakSet<UpdatableTrust>()

/**
 * Lets `trust` believe all these lists and `extra`, and nobody else, now and whenever a file changes.
 * Throws an `OptionError` at start-up for a list that cannot be believed. Later a list that is missing,
 * cut off or none at all leaves the last good one in force; `onError` and `status()` tell.
 *
 * The files are looked at by the clock and not by events of the file system: a mark compared with that
 * of what was read misses nothing in between, and it is the same to it whether a file was moved there,
 * written over or deleted, stands behind a symbolic link, or on another machine's disk.
 */
export function followNetworks(
  trust: UpdatableTrust,
  lists: readonly NetworkList[],
  options: FollowOptions = {},
): FollowedNetworks {
  const { extra, checkEveryMillis, ...checked } = checkFollow(trust, lists, options)
  if (taken.has(trust)) throw secondFollower()
  const tell = createTell(checked.onError)
  const followed = checked.lists.map(beginToFollow)
  let believed = union(followed)
  trust.update([...extra, ...believed])
  taken.add(trust)
  let timer = lookLater()
  let closed = false

  function lookLater(): NodeJS.Timeout {
    return setTimeout(look, checkEveryMillis).unref()
  }

  async function look(): Promise<void> {
    const marks = await Promise.all(followed.map(({ list }) => lookAt(list.path)))
    if (closed) return
    // From here on in one turn: lists that change together come into force together.
    const news = new Map<Followed, ReadList>()
    for (const [index, one] of followed.entries()) {
      if (!isSettledNews(one, String(marks[index]))) continue
      try {
        news.set(one, readAgain(one))
      } catch (error) {
        refuse(one, error)
        if (one.error?.code === 'unreadable-list') judgeAgain(one)
      }
    }
    if (news.size > 0) accept(news)
    timer = lookLater()
  }

  function accept(news: ReadonlyMap<Followed, ReadList>): void {
    const next = union(followed.map((one) => ({ good: news.get(one) ?? one.good })))
    const change = changeFrom(believed, next)
    const isNew = change.added.length > 0 || change.removed.length > 0
    try {
      if (isNew) trust.update([...extra, ...next])
    } catch (error) {
      for (const one of news.keys()) refuse(one, error)
      return
    }
    believed = next
    for (const [one, read] of news) {
      one.good = read
      one.error = undefined
    }
    if (isNew) report(change)
  }

  function refuse(one: Followed, error: unknown): void {
    one.error = errorOf(error)
    tell(one.list.path, one.error)
  }

  function report(change: NetworksChange): void {
    tellSafely(checked.onChange, change, (error) => tell('onChange', errorOf(error)))
  }

  return Object.freeze({
    status: () => followed.map(statusOf),
    close() {
      closed = true
      clearTimeout(timer)
      taken.delete(trust)
    },
  })
}

/** Each network once, in the order of the lists. */
function union(lists: readonly Pick<Followed, 'good'>[]): readonly string[] {
  return [...new Set(lists.flatMap(({ good }) => good.networks))]
}

function changeFrom(before: readonly string[], now: readonly string[]): NetworksChange {
  const [old, next] = [new Set(before), new Set(now)]
  return {
    networks: now,
    added: now.filter((network) => !old.has(network)),
    removed: before.filter((network) => !next.has(network)),
  }
}

function secondFollower(): OptionError {
  return new OptionError(
    'contradiction',
    'this trust follows lists already, and each change of them would undo the other',
    'Give all lists to one followNetworks, or close() the other one first',
    { option: 'trust' },
  )
}
