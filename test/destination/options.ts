// The options of a destination are checked, never coerced.

import t from 'tap'
import {
  checkRange,
  checkText,
  checkWord,
  readDestinationOptions,
} from '../../lib/destination/options.ts'
import { OptionError } from '../../lib/errors.ts'

t.test('what is left out has its default, which the documentation names', (t) => {
  t.same(readDestinationOptions({}), { maxBufferedBytes: 8 * 1024 * 1024, onError: undefined })
  t.equal(checkRange('size', undefined, { from: 1, to: 5, fallback: 3 }), 3)
  t.equal(checkWord('word', undefined, ['a']), undefined)
  t.equal(checkText('text', undefined, 'usual'), 'usual')
  t.end()
})

t.test('what is given is taken', (t) => {
  const heard: unknown[] = []
  const given = { maxBufferedBytes: 65_536, onError: (error: unknown) => heard.push(error) }
  const { maxBufferedBytes, onError } = readDestinationOptions(given)
  t.equal(maxBufferedBytes, 65_536)
  onError?.(Object.assign(new Error('this'), { code: 'EIO' }))
  t.match(heard, [{ message: 'this' }])
  t.equal(checkRange('size', 1, { from: 1, to: 5, fallback: 3 }), 1)
  t.equal(checkRange('size', 5, { from: 1, to: 5, fallback: 3 }), 5)
  t.equal(checkText('text', 'x', 'usual'), 'x')
  t.end()
})

t.test('words of lower case are taken in any case, others as they are', (t) => {
  t.equal(checkWord('facility', 'AUTH', ['auth', 'user']), 'auth')
  t.equal(checkWord('signal', 'SIGHUP', ['SIGHUP']), 'SIGHUP')
  t.throws(() => checkWord('signal', 'sighup', ['SIGHUP']), { message: /one of SIGHUP/ })
  t.end()
})

t.test('a mistake names the option, and what to write', (t) => {
  const range = { from: 1, to: 5, fallback: 3 }
  const mistakes: readonly (readonly [() => unknown, { option: string; message: RegExp }])[] = [
    [() => checkRange('size', '3', range), { option: 'size', message: /from 1 to 5/ }],
    [() => checkRange('size', 0, range), { option: 'size', message: /from 1 to 5/ }],
    [() => checkRange('size', 6, range), { option: 'size', message: /from 1 to 5/ }],
    [() => checkRange('size', 1.5, range), { option: 'size', message: /whole number/ }],
    [() => checkRange('size', null, range), { option: 'size', message: /null/ }],
    [() => checkWord('word', 'c', ['a', 'b']), { option: 'word', message: /one of a, b/ }],
    [() => checkWord('word', 5, ['a', 'b']), { option: 'word', message: /one of a, b/ }],
    [() => checkText('name', '', 'usual'), { option: 'name', message: /no text/ }],
    [() => checkText('name', 5, 'usual'), { option: 'name', message: /no text/ }],
    [
      () => readDestinationOptions({ maxBufferedBytes: 1000 }),
      { option: 'maxBufferedBytes', message: /from 65536/ },
    ],
    [
      () => readDestinationOptions({ onError: 'stderr' }),
      { option: 'onError', message: /no function/ },
    ],
  ]
  for (const [compile, wanted] of mistakes) {
    t.throws(compile, wanted)
    t.throws(compile, OptionError)
  }
  t.end()
})
