// Several headers at once: found as they are found one by one.

import t from 'tap'
import { compileJoined, compileLast } from '../../lib/access-log/fields.ts'
import { compileLookup } from '../../lib/access-log/lookup.ts'

const wanted = [
  { name: 'x-a', read: compileJoined('x-a') },
  { name: 'x-b', read: compileLast('x-b') },
  { name: 'user-agent', read: compileJoined('user-agent') },
  { name: 'x-a', read: compileLast('x-a') },
]
const find = compileLookup(wanted)

t.test('each header is found in any case of its name (RFC 9110 5.1)', (t) => {
  t.same(find(['X-A', '1', 'USER-agent', '2', 'x-b', '']), ['1', '', '2', '1'])
  t.same(find(['Via', '1', 'x-c', '2', 'X-Longer-Than-All', '3']), Array(4).fill(undefined))
  t.same(find({ 'X-A': '1', 'user-agent': '2' }), ['1', undefined, '2', '1'])
  t.end()
})

t.test('lines of one header are joined, or the last of them counts', (t) => {
  t.same(find(['X-A', '1', 'x-b', '2', 'x-a', '3', 'X-B', '4']), ['1,3', '4', undefined, '3'])
  t.same(find({ 'X-A': ['1', '3'] }), ['1,3', undefined, undefined, '3'])
  t.end()
})

t.test('fields that were made by hand are read as they are one by one', (t) => {
  for (const odd of [undefined, null, [], {}, ['x-a'], ['x-a', null], ['x-b', 5, 'x-a', 6], [7]]) {
    const fields = JSON.parse(JSON.stringify(odd ?? null))
    t.same(
      find(fields),
      wanted.map(({ read }) => read(fields)),
    )
  }
  const nameless = JSON.parse('[null, "1"]')
  t.throws(() => find(nameless), TypeError, 'but for a name that is no text')
  t.end()
})

t.test('nothing is found where nothing is wanted', (t) => {
  t.same(compileLookup([])(['X-A', '1']), [])
  t.end()
})
