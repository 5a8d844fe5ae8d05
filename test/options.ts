// Options are checked by type and range, never coerced; only `undefined` is absent.

import { runInNewContext } from 'node:vm'
import t from 'tap'
import {
  checkBoolean,
  checkCount,
  checkFunction,
  checkOptions,
  isPlainObject,
} from '../lib/options.ts'
import { startUpError } from './fixtures/start-up-error.ts'

const known = ['forwardedAllowIps', 'unix', 'hops', 'maxHops', 'headers']

t.test('an object is one that can hold options', (t) => {
  for (const value of [{}, { a: 1 }, Object.create(null)]) t.ok(isPlainObject(value))
  for (const value of [null, undefined, [], ['a'], 'text', '', 1, true, () => ({})]) {
    t.notOk(isPlainObject(value))
  }
  t.end()
})

t.test('no options are no mistake, and known ones come back as they are', (t) => {
  t.same(checkOptions(undefined, known, 'options'), {})
  t.same(checkOptions({}, known, 'options'), {})
  const options = { unix: 'not looked at here', hops: undefined }
  const checked = checkOptions(options, known, 'options')
  t.strictSame({ ...checked }, options)
  t.equal(Object.getPrototypeOf(checked), null, 'nothing counts that was not written')
  t.end()
})

t.test('an object that inherits options is none: they would count for nothing', (t) => {
  class Config {
    get unix(): boolean {
      return false
    }
  }
  for (const options of [new Config(), Object.create({ unix: false })]) {
    t.throws(() => checkOptions(options, known, 'options'), {
      code: 'wrong-type',
      message: /no options object\. Write a plain object/,
    })
  }
  const elsewhere = runInNewContext('({ unix: false })')
  for (const options of [elsewhere, Object.assign(Object.create(null), { unix: false })]) {
    t.equal(checkOptions(options, known, 'options').unix, false)
  }
  t.end()
})

t.test('what is no object is an error that says what to write', (t) => {
  for (const [value, shown] of [
    [null, 'null'],
    [true, 'true'],
    [1, '1'],
    ['10.0.0.2', '"10.0.0.2"'],
    [['10.0.0.2'], '["10.0.0.2"]'],
    [() => true, 'a function'],
  ] as const) {
    const { code, option, input, message } = startUpError(() =>
      checkOptions(value, known, 'options'),
    )
    t.same({ code, option }, { code: 'wrong-type', option: 'options' })
    t.equal(input, value)
    t.equal(
      message,
      `options: ${shown} is no options object. Write a plain object with some of forwardedAllowIps, unix, hops, maxHops, headers`,
    )
  }
  t.end()
})

/** An option that does not exist, and what is proposed. */
const unknown: Readonly<Record<string, string>> = {
  forwardedAllowIp: 'Did you mean `forwardedAllowIps`?',
  Hops: 'Did you mean `hops`?',
  header: 'Did you mean `headers`?',
  zzzzzzzz: 'Known are forwardedAllowIps, unix, hops, maxHops, headers',
  trustProxy:
    "List the proxies' addresses in `forwardedAllowIps`, or write '*' and count the proxies in `hops`",
  'trust proxy':
    "List the proxies' addresses in `forwardedAllowIps`, or write '*' and count the proxies in `hops`",
  proxyHeader: 'List the headers your proxies set in `headers`',
  constructor: 'Known are forwardedAllowIps, unix, hops, maxHops, headers',
  toString: 'Known are forwardedAllowIps, unix, hops, maxHops, headers',
}

for (const [key, remedy] of Object.entries(unknown)) {
  t.test(`an option called ${key} is an error that names it and says what to write`, (t) => {
    const options = Object.fromEntries([[key, 'value']])
    const error = startUpError(() => checkOptions(options, known, 'options'))
    t.equal(error.code, 'unknown-option')
    t.equal(error.option, key)
    t.equal(error.input, 'value')
    t.equal(error.message, `${key}: there is no such option. ${remedy}`)
    t.end()
  })
}

t.test('an option that does not exist is an error even when it is undefined', (t) => {
  const error = startUpError(() => checkOptions({ trustProxy: undefined }, known, 'options'))
  t.equal(error.code, 'unknown-option')
  t.end()
})

t.test('a boolean is a boolean, and only undefined takes the fallback', (t) => {
  for (const fallback of [true, false]) {
    t.equal(checkBoolean('unix', undefined, fallback), fallback)
    t.equal(checkBoolean('unix', true, fallback), true)
    t.equal(checkBoolean('unix', false, fallback), false)
  }
  for (const [value, shown] of [
    ['false', '"false"'],
    ['', '""'],
    [0, '0'],
    [1, '1'],
    [null, 'null'],
    [{}, '{}'],
  ] as const) {
    const { code, option, input, message } = startUpError(() => checkBoolean('unix', value, true))
    t.same({ code, option }, { code: 'wrong-type', option: 'unix' })
    t.equal(input, value)
    t.equal(message, `unix: ${shown} is no boolean. Write true or false`)
  }
  t.end()
})

t.test('a count is a whole number from 1 up to its limit', (t) => {
  t.equal(checkCount('hops', undefined, 32), undefined)
  for (const value of [1, 2, 31, 32]) t.equal(checkCount('hops', value, 32), value)
  const { MAX_SAFE_INTEGER } = Number
  t.equal(checkCount('maxHops', MAX_SAFE_INTEGER, MAX_SAFE_INTEGER), MAX_SAFE_INTEGER)
  const remedies = new Map<unknown, string>([
    [0, 'Write 1 or more; nobody in front is `forwardedAllowIps: []`'],
    [-1, 'Write one of these'],
    [1.5, 'Write one of these'],
    [Number.NaN, 'Write one of these'],
    [33, 'Count again, or raise `maxHops`'],
    [Number.POSITIVE_INFINITY, 'Count again, or raise `maxHops`'],
  ])
  for (const [value, shown] of [
    [0, '0'],
    [-1, '-1'],
    [33, '33'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    ['1', '"1"'],
    [true, 'true'],
    [null, 'null'],
    [[1], '[1]'],
    [1n, '1'],
  ] as const) {
    const { code, option, input, message } = startUpError(() =>
      checkCount('hops', value, 32, 'maxHops'),
    )
    t.same({ code, option }, { code: 'wrong-type', option: 'hops' })
    t.ok(Object.is(input, value))
    const remedy = remedies.get(value) ?? 'Write a number, without quotes'
    t.equal(message, `hops: ${shown} is no whole number from 1 to 32 (maxHops). ${remedy}`)
  }
  t.end()
})

t.test('a bound that no option sets stands alone', (t) => {
  t.match(
    startUpError(() => checkCount('waitMillis', 11, 10)).message,
    'waitMillis: 11 is no whole number from 1 to 10. Write one of these',
  )
  t.end()
})

t.test('a count without a limit of its own says only where it begins', (t) => {
  const { MAX_SAFE_INTEGER } = Number
  for (const [value, remedy] of [
    [0, 'Write one of these'],
    ['5', 'Write a number, without quotes'],
    [MAX_SAFE_INTEGER + 1, 'Write one of these'],
  ] as const) {
    const error = startUpError(() => checkCount('maxHops', value, MAX_SAFE_INTEGER))
    t.match(error.message, `is no whole number of at least 1. ${remedy}`)
  }
  t.end()
})

t.test('a function is one or absent, and is handed on as it is', (t) => {
  const listener = async (): Promise<void> => {}
  t.equal(checkFunction('onWarning', listener), listener)
  t.equal(checkFunction('onWarning', undefined), undefined)
  for (const value of [null, false, true, {}, 'console.log']) {
    const { code, option, input, message } = startUpError(() => checkFunction('onWarning', value))
    t.same({ code, option, input }, { code: 'wrong-type', option: 'onWarning', input: value })
    t.equal(message, `onWarning: ${JSON.stringify(value)} is no function. Write a function`)
  }
  t.end()
})

t.test('a Map or an array is no object of options, an object of another realm is', (t) => {
  t.equal(isPlainObject(new Map()), false)
  t.equal(isPlainObject([]), false)
  t.equal(isPlainObject(runInNewContext('({})')), true)
  t.end()
})
