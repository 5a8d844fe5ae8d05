// However many wait for an event, it has one listener.

import { EventEmitter } from 'node:events'
import t from 'tap'
import { listen } from '../../lib/destination/one-listener.ts'

t.test('all run, with the value of the event, over one listener', (t) => {
  const emitter = new EventEmitter()
  const seen: unknown[] = []
  for (let index = 0; index < 20; index++) listen(emitter, 'here', (value) => seen.push(value))
  t.equal(emitter.listenerCount('here'), 1)
  emitter.emit('here', 'value')
  t.same(seen, new Array(20).fill('value'))
  t.end()
})

t.test('who stops is not run any more; the last one takes the listener away', (t) => {
  const emitter = new EventEmitter()
  const seen: string[] = []
  const stopFirst = listen(emitter, 'here', () => seen.push('first'))
  const stopSecond = listen(emitter, 'here', () => seen.push('second'))
  stopFirst()
  stopFirst()
  emitter.emit('here')
  t.same(seen, ['second'])
  stopSecond()
  t.equal(emitter.listenerCount('here'), 0)
  listen(emitter, 'here', () => seen.push('third'))
  emitter.emit('here')
  t.same(seen, ['second', 'third'])
  t.end()
})

t.test('who stops late does not take away the listener of those who came after', (t) => {
  const emitter = new EventEmitter()
  const seen: string[] = []
  const stop = listen(emitter, 'here', () => seen.push('first'))
  stop()
  listen(emitter, 'here', () => seen.push('second'))
  stop()
  emitter.emit('here')
  t.same(seen, ['second'])
  t.end()
})

t.test('events and emitters are kept apart', (t) => {
  const [left, right] = [new EventEmitter(), new EventEmitter()]
  const seen: string[] = []
  listen(left, 'here', () => seen.push('left here'))
  listen(left, 'there', () => seen.push('left there'))
  listen(right, 'here', () => seen.push('right here'))
  left.emit('here')
  right.emit('there')
  t.same(seen, ['left here'])
  t.end()
})
