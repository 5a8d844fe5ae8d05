// How the options of listen() are checked.

import type { Closable, ListenOptions } from '../../types/listen.ts'
import { OptionError, show } from '../errors.ts'
import { checkBoolean, checkOptions } from '../options.ts'

const optionNames: readonly string[] = [
  'mode',
  'group',
  'stopWithinMillis',
  'signals',
  'onStop',
  'closeAfter',
]

/** Docker kills ten seconds after it asked: this leaves two for what is closed in the end. */
const DEFAULT_STOP_MILLIS = 8000
const MAX_STOP_MILLIS = 3_600_000
/** The largest number of a group: -1 of 32 bits stands for none. */
const MAX_GROUP = 2 ** 32 - 2

export interface CheckedListenOptions {
  readonly mode: number
  readonly group: string | number | undefined
  readonly stopWithinMillis: number
  readonly signals: boolean
  readonly onStop: () => unknown
  readonly closeAfter: readonly Closable[]
}

/** Throws an `OptionError` for the first mistake. */
export function readListenOptions(options: ListenOptions | undefined): CheckedListenOptions {
  const { mode, group, stopWithinMillis, signals, onStop, closeAfter } = checkOptions(
    options,
    optionNames,
    'options',
  )
  const checkedGroup = checkGroup(group)
  return {
    mode: checkMode(mode) ?? (checkedGroup === undefined ? 0o600 : 0o660),
    group: checkedGroup,
    stopWithinMillis: checkMillis(stopWithinMillis) ?? DEFAULT_STOP_MILLIS,
    signals: checkBoolean('signals', signals, true),
    onStop: checkFunction(onStop),
    closeAfter: checkClosables(closeAfter),
  }
}

function checkMode(mode: unknown): number | undefined {
  if (mode === undefined || (isWhole(mode) && mode <= 0o777)) return mode
  throw wrong('mode', mode, 'is no mode of a file', 'Write it in octal, such as 0o660')
}

function checkGroup(group: unknown): string | number | undefined {
  if (group === undefined || (isWhole(group) && group <= MAX_GROUP)) return group
  if (typeof group === 'string' && /^[^\s:,/]+$/.test(group)) return group
  throw wrong('group', group, 'is no group', "Write its name, such as 'www-data', or its number")
}

function checkMillis(millis: unknown): number | undefined {
  if (millis === undefined || (isWhole(millis) && millis <= MAX_STOP_MILLIS)) return millis
  const reason = `is no whole number from 0 to ${MAX_STOP_MILLIS}`
  throw wrong('stopWithinMillis', millis, reason, 'Write milliseconds, without quotes')
}

function checkFunction(value: unknown): () => unknown {
  if (value === undefined) return () => undefined
  if (typeof value === 'function') return () => Reflect.apply(value, undefined, [])
  throw wrong('onStop', value, 'is no function', 'Give () => { ... }')
}

function checkClosables(value: unknown): readonly Closable[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.every(isClosable)) return [...value]
  throw wrong('closeAfter', value, 'is no list of what has close()', 'Write closeAfter: [log]')
}

function isClosable(value: unknown): value is Closable {
  const isObject = typeof value === 'object' || typeof value === 'function'
  return isObject && value !== null && typeof Reflect.get(value, 'close') === 'function'
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function wrong(option: string, input: unknown, reason: string, remedy: string): OptionError {
  return new OptionError('wrong-type', `${show(input)} ${reason}`, remedy, { option, input })
}
