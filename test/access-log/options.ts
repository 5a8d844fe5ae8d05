// The options of a format, before anything is made of them.

import t from 'tap'
import {
  checkFormatOptions,
  formatOptionNames,
  readEscape,
  readHeaderNames,
} from '../../lib/access-log/options.ts'
import { compileAccessLog, parseAccessLog } from '../../lib/index.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

t.test('an option that does not exist is an error, and so is what is no object', (t) => {
  const mistakes = [
    [{ timezon: 'UTC' }, { code: 'unknown-option', message: /Did you mean `timezone`/ }],
    [{ format: 'common' }, { code: 'unknown-option', option: 'format' }],
    [null, { code: 'wrong-type', option: 'options' }],
    ['UTC', { code: 'wrong-type', option: 'options' }],
  ] as const
  for (const [options, wanted] of mistakes) {
    t.match(
      startUpError(() => checkFormatOptions(options)),
      wanted,
    )
    for (const compile of [compileAccessLog, parseAccessLog]) {
      t.match(
        startUpError(() => Reflect.apply(compile, undefined, ['%(h)s', options])),
        wanted,
      )
    }
  }
  t.end()
})

t.test('no options are no mistake', (t) => {
  checkFormatOptions(undefined)
  checkFormatOptions(Object.fromEntries(formatOptionNames.map((name) => [name, undefined])))
  t.end()
})

t.test('there are two ways to escape', (t) => {
  t.equal(readEscape(undefined), 'safe')
  t.equal(readEscape('safe'), 'safe')
  t.equal(readEscape('exact'), 'exact')
  for (const mode of ['none', null, true, '']) {
    t.throws(() => readEscape(mode), {
      code: 'wrong-type',
      option: 'accessLog.escape',
      message: /'safe' or 'exact'/,
    })
  }
  t.end()
})

t.test('names of headers are a list of tokens, in lower case and each once (RFC 9110 5.1)', (t) => {
  t.same(readHeaderNames('headers', ['X-A', 'x-a', 'x_b']), ['x-a', 'x_b'])
  t.same(readHeaderNames('headers', undefined), [])
  for (const names of ['referer', [''], ['a b'], [5], null, {}]) {
    const error = startUpError(() => readHeaderNames('accessLog.redact.headers', names))
    t.match(error, { code: 'wrong-type', option: 'accessLog.redact.headers', input: names })
  }
  t.end()
})
