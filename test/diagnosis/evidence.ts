// Evidence: what most requests show is enough, what few show is not.

import t from 'tap'
import { createEvidenceBook } from '../../lib/diagnosis/evidence.ts'
import { MAX_NETWORKS } from '../../lib/diagnosis/limit.ts'

const fresh = () => createEvidenceBook()('10.0.0.0/24')

t.test('eight in a row are enough, and then it begins anew', (t) => {
  const { weigh } = fresh()
  const verdicts = Array.from({ length: 16 }, () => weigh('sign', true))
  t.same(verdicts.map((verdict, index) => (verdict ? index + 1 : 0)).filter(Boolean), [8, 16])
  t.end()
})

t.test('what counts more is enough sooner, what counts nothing never', (t) => {
  const { weigh } = fresh()
  t.same(
    Array.from({ length: 4 }, () => weigh('sign', true, 2)),
    [false, false, false, true],
  )
  t.notOk(Array.from({ length: 100 }, () => weigh('other', true, 0)).some(Boolean))
  t.end()
})

t.test('each sign is weighed by itself', (t) => {
  const { weigh } = fresh()
  for (let count = 0; count < 7; count++) {
    weigh('a', true)
    weigh('b', true)
  }
  t.same([weigh('b', false), weigh('a', true), weigh('b', true)], [false, true, false])
  t.end()
})

t.test('two thirds of the requests are not enough, however long it goes on', (t) => {
  const { weigh } = fresh()
  t.notOk(
    Array.from({ length: 30_000 }, (_, index) => weigh('sign', index % 3 !== 0)).some(Boolean),
  )
  const { weigh: again } = fresh()
  t.ok(
    Array.from({ length: 100 }, (_, index) => again('sign', index % 5 !== 0)).some(Boolean),
    'four in five are',
  )
  t.end()
})

t.test('the first eight User-Agents are new, each once; what follows is not', (t) => {
  const { isNewAgent } = fresh()
  t.same([isNewAgent('a'), isNewAgent('a'), isNewAgent('')], [true, false, true])
  const long = 'x'.repeat(64)
  t.same([isNewAgent(`${long}1`), isNewAgent(`${long}2`)], [true, false], 'cut to 64 characters')
  t.equal(['b', 'c', 'd', 'e', 'f', 'g'].filter(isNewAgent).length, 5)
  t.end()
})

t.test('the fourth client makes many', (t) => {
  const { hasManyClients } = fresh()
  t.same(
    ['10.2.0.1', '10.2.0.2', '10.2.0.3', '10.2.0.3', '10.2.0.4', '10.2.0.1'].map(hasManyClients),
    [false, false, false, false, true, true],
  )
  t.end()
})

t.test('the oldest network gives way', (t) => {
  const evidenceOf = createEvidenceBook()
  const first = evidenceOf('network 0')
  for (let index = 1; index < MAX_NETWORKS; index++) evidenceOf(`network ${index}`)
  const second = evidenceOf('network 1')
  t.equal(evidenceOf('network 0'), first)
  evidenceOf('one more')
  t.equal(evidenceOf('network 1'), second)
  t.not(evidenceOf('network 0'), first)
  t.end()
})
