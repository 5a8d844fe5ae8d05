// How an atom is made, and what stands where it has no value.

import t from 'tap'
import { MISSING, missing, number, numberOf, ours, text } from '../../lib/access-log/atom.ts'
import { record } from '../fixtures/record.ts'

t.test('text may come from a client, words and numbers of ours may not', (t) => {
  t.match(
    text(({ method }) => method),
    { kind: 'text', ours: false },
  )
  t.match(
    ours(({ outcome }) => String(outcome)),
    { kind: 'text', ours: true },
  )
  t.match(
    number(({ bytes }) => bytes),
    { kind: 'number', ours: true },
  )
  t.equal(text(({ method }) => method).read(record()), 'GET')
  t.equal(ours(({ outcome }) => String(outcome)).read(record({ outcome: 'error' })), 'error')
  t.equal(number(({ bytes }) => bytes).read(record()), 12)
  t.end()
})

t.test('what is missing is a dash, numbers too', (t) => {
  // gunicorn/glogging.py, class SafeAtoms: __getitem__ returns '-'.
  t.equal(MISSING, '-')
  t.equal(missing.read(record()), '-')
  const firstByte = number(({ firstByteMicros }) => firstByteMicros)
  t.match(firstByte, { kind: 'number', ours: true })
  t.equal(firstByte.read(record()), '-')
  t.equal(firstByte.read(record({ firstByteMicros: 0 })), 0)
  t.end()
})

t.test('what is no text is printed as text, and what is no number is a dash', (t) => {
  t.equal(text(() => 5).read(record()), '5')
  for (const nothing of [undefined, null]) t.equal(text(() => nothing).read(record()), '-')
  for (const value of ['1\n2', null, {}, 1n]) t.equal(numberOf(value), '-')
  t.end()
})
