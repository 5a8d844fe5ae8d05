// Many may wait for one connection; it hears of one listener.

import { EventEmitter } from 'node:events'
import t from 'tap'
import { whenLeaving } from '../../lib/access-log/leaving.ts'

t.test('all who wait are told when the connection closes, by one listener', (t) => {
  const connection = new EventEmitter()
  const told: number[] = []
  for (let count = 0; count < 40; count++) whenLeaving(connection, () => told.push(count))
  t.equal(connection.listenerCount('close'), 1)
  connection.emit('close')
  t.equal(told.length, 40)
  t.end()
})

t.test('who takes it back is not told', (t) => {
  const connection = new EventEmitter()
  const told: string[] = []
  const stay = whenLeaving(connection, () => told.push('stays'))
  whenLeaving(connection, () => told.push('leaves'))
  stay()
  connection.emit('close')
  t.same(told, ['leaves'])
  t.end()
})
