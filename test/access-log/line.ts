// Slots and literal text put together.

import t from 'tap'
import { layOut } from '../../lib/access-log/layout.ts'
import { compileLine, gather } from '../../lib/access-log/line.ts'
import { record } from '../fixtures/record.ts'

t.test('literal text stands before a value or at the end, and a slot may be literal', (t) => {
  const { pieces, end } = gather(layOut('a %(l)s b %(m)s%(s)s c', undefined), ({ placeholder }) =>
    placeholder.key === 'l' ? '-' : { print: () => placeholder.key },
  )
  t.same(
    pieces.map(({ before, slot }) => [before, slot.placeholder.key]),
    [
      ['a - b ', 'm'],
      ['', 's'],
    ],
  )
  t.equal(end, ' c')
  t.equal(compileLine({ pieces, end })(record()), 'a - b ms c')
  t.same(
    gather([], () => '-'),
    { pieces: [], end: '' },
  )
  t.end()
})

t.test('a value that cannot be printed is a dash, and the others are printed', (t) => {
  const line = gather(layOut('%(m)s|%(s)s|', undefined), ({ placeholder, atom: { read } }) => ({
    print(made) {
      if (placeholder.key === 'm') throw new Error('no method')
      return String(read(made))
    },
  }))
  t.equal(compileLine(line)(record()), '-|200|')
  t.end()
})
