// What followNetworks is given, checked.

import type {
  FollowOptions,
  NetworkList,
  NetworksChange,
  UpdatableTrust,
} from '../../types/networks.ts'
import { OptionError, show } from '../errors.ts'
import { checkOptions } from '../options.ts'
import { type CheckedList, checkList } from './list.ts'

/** A look costs a few microseconds a list, and a list changes at most daily. */
const DEFAULT_CHECK_MILLIS = 5000
const MIN_CHECK_MILLIS = 10
const MAX_CHECK_MILLIS = 3_600_000

export interface CheckedFollow {
  readonly lists: readonly CheckedList[]
  readonly extra: readonly string[]
  readonly checkEveryMillis: number
  readonly onChange: (change: NetworksChange) => void
  readonly onError: FollowOptions['onError']
}

/** Throws an `OptionError`. */
export function checkFollow(
  trust: UpdatableTrust,
  lists: readonly NetworkList[],
  options: FollowOptions,
): CheckedFollow {
  checkTrust(trust)
  const given = checkOptions(
    options,
    ['extra', 'checkEveryMillis', 'onChange', 'onError'],
    'options',
  )
  checkFunction('onChange', given.onChange)
  checkFunction('onError', given.onError)
  const { onChange = ignore, onError } = options
  return {
    lists: checkLists(lists).map(checkList),
    extra: checkExtra(given.extra),
    checkEveryMillis: checkMillis(given.checkEveryMillis),
    onChange,
    onError,
  }
}

function ignore(): void {}

function checkTrust(trust: unknown): void {
  const isTrust = typeof trust === 'object' && trust !== null && 'update' in trust
  if (isTrust && typeof trust.update === 'function') return
  throw wrongType('trust', trust, 'no trust handle', 'Give what compileTrust returns')
}

function checkLists(lists: unknown): readonly unknown[] {
  if (Array.isArray(lists) && lists.length > 0) return lists
  throw wrongType(
    'lists',
    lists,
    'no array of lists',
    "Write for instance [{ path: '/var/lib/networks/cloudflare.txt', provider: 'cloudflare' }]",
  )
}

function checkExtra(value: unknown): readonly string[] {
  if (value === undefined) return []
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value]
  return entries.map((entry) => {
    if (typeof entry === 'string') return entry
    throw wrongType('extra', entry, 'no list of addresses', "Write an array, such as ['10.0.0.2']")
  })
}

function checkMillis(value: unknown): number {
  if (value === undefined) return DEFAULT_CHECK_MILLIS
  const isWhole = typeof value === 'number' && Number.isInteger(value)
  if (isWhole && value >= MIN_CHECK_MILLIS && value <= MAX_CHECK_MILLIS) return value
  const range = `from ${MIN_CHECK_MILLIS} to ${MAX_CHECK_MILLIS}`
  throw wrongType('checkEveryMillis', value, `no whole number ${range}`, 'Write a number')
}

function checkFunction(option: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return
  throw wrongType(option, value, 'no function', 'Give a function')
}

function wrongType(option: string, input: unknown, what: string, remedy: string): OptionError {
  return new OptionError('wrong-type', `${show(input)} is ${what}`, remedy, { option, input })
}
