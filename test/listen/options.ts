// The options of listen(): their defaults, and what is refused.

import t from 'tap'
import { readListenOptions } from '../../lib/listen/options.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

t.test('the defaults: the file for this user alone, signals, eight seconds', (t) => {
  for (const options of [undefined, {}, { mode: undefined, closeAfter: undefined }]) {
    const { onStop, ...rest } = readListenOptions(options)
    t.same(rest, {
      mode: 0o600,
      group: undefined,
      stopWithinMillis: 8000,
      signals: true,
      closeAfter: [],
    })
    t.equal(onStop(), undefined)
  }
  t.end()
})

t.test('with a group its members may connect, unless a mode is given', (t) => {
  t.match(readListenOptions({ group: 'www-data' }), { group: 'www-data', mode: 0o660 })
  t.match(readListenOptions({ group: 0 }), { group: 0, mode: 0o660 })
  t.match(readListenOptions({ group: 2 ** 32 - 2 }), { group: 4_294_967_294 })
  t.match(readListenOptions({ group: 33, mode: 0o620 }), { group: 33, mode: 0o620 })
  t.match(readListenOptions({ mode: 0 }), { mode: 0 })
  t.end()
})

t.test('what is given is taken, and a list is copied', (t) => {
  const closable = { close: () => 'closed' }
  const closeAfter = [closable, Object.assign(() => {}, { close() {} })]
  const options = readListenOptions({
    stopWithinMillis: 0,
    signals: false,
    onStop: () => 'stopped',
    closeAfter,
  })
  t.match(options, { stopWithinMillis: 0, signals: false })
  t.equal(options.onStop(), 'stopped')
  closeAfter.length = 0
  t.equal(options.closeAfter[0], closable)
  t.end()
})

t.test('nothing is coerced, and the message says what to write', (t) => {
  for (const [options, remedy] of [
    [{ mode: '660' }, 'Write it in octal, such as 0o660'],
    [{ mode: 660 }, 'Write it in octal, such as 0o660'],
    [{ mode: -1 }, 'Write it in octal'],
    [{ group: '' }, "such as 'www-data'"],
    [{ group: 'a:b' }, "such as 'www-data'"],
    [{ group: -1 }, "such as 'www-data'"],
    [{ group: 2 ** 32 - 1 }, "such as 'www-data'"],
    [{ group: null }, "such as 'www-data'"],
    [{ stopWithinMillis: '8000' }, 'without quotes'],
    [{ stopWithinMillis: 3_600_001 }, 'without quotes'],
    [{ stopWithinMillis: 0.5 }, 'without quotes'],
    [{ signals: ['SIGTERM'] }, 'Write true or false'],
    [{ onStop: true }, 'Give () => { ... }'],
    [{ closeAfter: { close() {} } }, 'Write closeAfter: [log]'],
    [{ closeAfter: [{}] }, 'Write closeAfter: [log]'],
    [{ closeAfter: [null] }, 'Write closeAfter: [log]'],
    [{ closeAfter: ['x'] }, 'Write closeAfter: [log]'],
  ] as const) {
    const error = startUpError(() => Reflect.apply(readListenOptions, undefined, [options]))
    t.equal(error.code, 'wrong-type')
    t.equal(error.option, Object.keys(options)[0])
    t.ok(error.message.includes(remedy), error.message)
  }
  const unknown = startUpError(() => Reflect.apply(readListenOptions, undefined, [{ port: 80 }]))
  t.match(unknown, { code: 'unknown-option', option: 'port' })
  t.end()
})
