// What an operator hears, and how often.

import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { codeOf, createTrouble } from '../../lib/destination/trouble.ts'
import type { DestinationError } from '../../types/destination.ts'

function systemError(code: string, message = `${code}: it went wrong`): Error {
  return Object.assign(new Error(message), { code })
}

t.test('each kind is told once in a while, with its name, its code and its cause', async (t) => {
  const told: DestinationError[] = []
  const trouble = createTrouble('the log', (error) => told.push(error), 100)
  const cause = systemError('ENOSPC', 'no space left')
  trouble.tell(cause)
  trouble.tell(cause)
  trouble.tell(systemError('EIO'))
  t.same(
    told.map(({ code, message }) => `${code} ${message}`),
    ['ENOSPC the log: no space left', 'EIO the log: EIO: it went wrong'],
  )
  t.equal(told[0]?.cause, cause)
  await sleep(120)
  trouble.tell(cause)
  t.equal(told.length, 3)
})

t.test('what is no error of the system is told as well', (t) => {
  const told: DestinationError[] = []
  const trouble = createTrouble('the log', (error) => told.push(error))
  trouble.tell('text')
  t.match(told, [{ code: 'UNKNOWN', message: 'the log: text' }])
  t.equal(codeOf(Object.assign(new Error('odd'), { code: 5 })), 'UNKNOWN')
  t.end()
})

t.test('lines are counted; the first and the last of a loss are told', (t) => {
  const told: string[] = []
  const trouble = createTrouble('the log', ({ code, message }) => told.push(`${code} ${message}`))
  trouble.drop(0)
  trouble.recovered()
  t.same(told, [])
  trouble.drop(1)
  trouble.drop(3)
  t.equal(trouble.dropped, 4)
  trouble.recovered()
  trouble.recovered()
  t.same(told, [
    'DROPPING_LINES the log: lines are dropped from now on',
    'DROPPED_LINES the log: 4 lines were dropped, 4 in all; now it takes lines',
  ])
  t.end()
})

t.test('a second loss is counted for itself, and in all', (t) => {
  const told: string[] = []
  const trouble = createTrouble('the log', ({ message }) => told.push(message), 0)
  trouble.drop(4)
  trouble.recovered()
  trouble.drop(2)
  trouble.recovered()
  t.match(told.at(-1), '2 lines were dropped, 6 in all')
  t.end()
})

t.test(
  'without a listener it is a warning of the process, and a listener that throws too',
  async (t) => {
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    t.teardown(() => process.off('warning', onWarning))
    createTrouble('the log').tell(systemError('ENOSPC'))
    const trouble = createTrouble('another log', () => {
      throw new Error('not now')
    })
    t.doesNotThrow(() => trouble.tell(systemError('EIO')))
    const rejecting = createTrouble('a third', () => Promise.reject(new Error('not now')))
    rejecting.tell(systemError('EPIPE'))
    await sleep(10)
    t.match(warnings, [
      { name: 'AccessLogWarning', code: 'ENOSPC', message: 'the log: ENOSPC: it went wrong' },
      { name: 'AccessLogWarning', code: 'EIO', message: 'another log: EIO: it went wrong' },
      { name: 'AccessLogWarning', code: 'EPIPE', message: 'a third: EPIPE: it went wrong' },
    ])
  },
)
