// What an operator hears of lists in trouble, and how often.

import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { OptionError } from '../../lib/errors.ts'
import { createTell, errorOf } from '../../lib/networks/tell.ts'
import type { NetworksError } from '../../types/networks.ts'

function trouble(code: string): NetworksError {
  return Object.assign(new Error(`trouble with ${code}`), { code })
}

t.test('each kind of each list is told once in a while', async (t) => {
  const told: string[] = []
  const tell = createTell(({ code }) => told.push(code), 100)
  tell('/one', trouble('a'))
  tell('/one', trouble('a'))
  tell('/one', trouble('b'))
  tell('/two', trouble('a'))
  t.same(told, ['a', 'b', 'a'])
  await sleep(120)
  tell('/one', trouble('a'))
  t.equal(told.length, 4)
})

t.test('unless said otherwise that is a minute', async (t) => {
  const told: string[] = []
  const tell = createTell(({ code }) => told.push(code))
  tell('/one', trouble('a'))
  await sleep(50)
  tell('/one', trouble('a'))
  t.same(told, ['a'])
})

t.test(
  'without a listener it is a warning of the process, and a listener that throws too',
  async (t) => {
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    t.teardown(() => process.off('warning', onWarning))
    createTell()('/one', trouble('a'))
    const tell = createTell(() => {
      throw new Error('not now')
    })
    t.doesNotThrow(() => tell('/two', trouble('b')))
    createTell(() => Promise.reject(new Error('not now')))('/three', trouble('c'))
    await sleep(10)
    t.match(warnings, [
      { name: 'NetworksWarning', code: 'a', message: 'trouble with a' },
      { name: 'NetworksWarning', code: 'b', message: 'trouble with b' },
      { name: 'NetworksWarning', code: 'c', message: 'trouble with c' },
    ])
  },
)

t.test('whatever was thrown has a code', (t) => {
  const error = new OptionError('bad-list', 'it is odd', 'Do this', { option: 'path' })
  t.equal(errorOf(error), error)
  const cause = new Error('not now')
  t.match(errorOf(cause), { code: 'UNKNOWN', message: 'Error: not now', cause })
  t.match(errorOf('text'), { code: 'UNKNOWN', message: 'text', cause: 'text' })
  t.end()
})
