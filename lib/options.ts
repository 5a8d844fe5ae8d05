// How an option is checked: by its type and its range, never coerced.

import { nearest, OptionError, show } from './errors.ts'

/**
 * By its tag, so that an object of another realm passes, and an array or a Map does not. Nor does an object
 * that inherits: what it has from its class would count for nothing, without a word.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (Object.prototype.toString.call(value) !== '[object Object]') return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** The options as a record with no key but the known ones; `undefined` stands for no options. */
export function checkOptions(
  options: unknown,
  known: readonly string[],
  option: string,
): Readonly<Record<string, unknown>> {
  if (options === undefined) return {}
  if (!isPlainObject(options)) {
    throw new OptionError(
      'wrong-type',
      `${show(options)} is no options object`,
      `Write a plain object with some of ${known.join(', ')}`,
      { option, input: options },
    )
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      const near = nearest(key, known)
      throw new OptionError(
        'unknown-option',
        'there is no such option',
        foreign.get(key) ??
          (near === undefined ? `Known are ${known.join(', ')}` : `Did you mean \`${near}\`?`),
        { option: key, input: options[key] },
      )
    }
  }
  // Without a prototype, so that nothing counts that was not written.
  return Object.assign(Object.create(null), options)
}

const TRUST =
  "List the proxies' addresses in `forwardedAllowIps`, or write '*' and count the proxies in `hops`"

/** The words of other libraries, and ours for them. */
const foreign: ReadonlyMap<string, string> = new Map([
  ['trustProxy', TRUST],
  ['trust proxy', TRUST],
  ['proxyHeader', 'List the headers your proxies set in `headers`'],
])

export function checkBoolean(option: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback
  if (typeof value === 'boolean') return value
  throw new OptionError('wrong-type', `${show(value)} is no boolean`, 'Write true or false', {
    option,
    input: value,
  })
}

/** A function, which takes and returns whatever its option says. */
export function checkFunction(
  option: string,
  value: unknown,
): ((...args: readonly unknown[]) => unknown) | undefined {
  if (value === undefined) return undefined
  if (isFunction(value)) return value
  throw new OptionError('wrong-type', `${show(value)} is no function`, 'Write a function', {
    option,
    input: value,
  })
}

function isFunction(value: unknown): value is (...args: readonly unknown[]) => unknown {
  return typeof value === 'function'
}

/** A whole number from 1 to `max`; `limit` names the option that `max` comes from. */
export function checkCount(
  option: string,
  value: unknown,
  max: number,
  limit?: string,
): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= max) {
    return value
  }
  const bound = limit === undefined ? String(max) : `${max} (${limit})`
  const range = max === Number.MAX_SAFE_INTEGER ? 'of at least 1' : `from 1 to ${bound}`
  throw new OptionError(
    'wrong-type',
    `${show(value)} is no whole number ${range}`,
    countRemedy(option, value, max, limit),
    { option, input: value },
  )
}

function countRemedy(option: string, value: unknown, max: number, limit?: string): string {
  if (typeof value !== 'number') return 'Write a number, without quotes'
  if (value === 0 && option === 'hops') {
    return 'Write 1 or more; nobody in front is `forwardedAllowIps: []`'
  }
  return limit !== undefined && value > max
    ? `Count again, or raise \`${limit}\``
    : 'Write one of these'
}
