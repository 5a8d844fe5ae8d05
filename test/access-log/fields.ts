// Header fields by name, from the flat list and from an object.

import t from 'tap'
import { compileJoined, compileLast, fieldValues } from '../../lib/access-log/fields.ts'

t.test('all lines of a header are found in order, in any case of its name (RFC 9110 5.1)', (t) => {
  t.same(fieldValues(['X-A', '1', 'Y', '2', 'x-a', '3'], 'x-a'), ['1', '3'])
  t.same(fieldValues({ 'X-A': ['1', '3'], y: '2' }, 'x-a'), ['1', '3'])
  t.end()
})

t.test('an object may hold text, numbers, lists and holes', (t) => {
  t.same(fieldValues({ age: 5 }, 'age'), ['5'])
  t.same(fieldValues({ age: undefined }, 'age'), [])
  t.same(fieldValues({ Age: '' }, 'age'), [''])
  t.same(fieldValues(JSON.parse('{ "age": [5, null] }'), 'age'), ['5', 'null'])
  t.same(fieldValues(JSON.parse('["age", 5]'), 'age'), ['5'])
  t.end()
})

t.test('what is not there has no values', (t) => {
  t.same(fieldValues(undefined, 'age'), [])
  t.same(fieldValues(JSON.parse('null'), 'age'), [])
  t.same(fieldValues([], 'age'), [])
  t.same(fieldValues({}, 'age'), [])
  t.same(fieldValues(['age'], 'age'), [])
  t.end()
})

t.test('lines of one header are joined, or the last of them counts', (t) => {
  for (const fields of [['x-a', '1', 'Y', '2', 'X-A', '3'], { 'X-a': ['1', '3'] }]) {
    t.equal(compileJoined('x-a')(fields), '1,3')
    t.equal(compileLast('x-a')(fields), '3')
  }
  for (const fields of [['y', '1', 'X-A', ''], { 'X-a': '' }]) {
    t.equal(compileJoined('x-a')(fields), '')
    t.equal(compileLast('x-a')(fields), '')
  }
  for (const fields of [undefined, JSON.parse('null'), [], {}, ['x-a'], ['x-b', '1']]) {
    t.equal(compileJoined('x-a')(fields), undefined)
    t.equal(compileLast('x-a')(fields), undefined)
  }
  t.end()
})

t.test('a name is compared as a whole, and by lower case beyond ASCII too', (t) => {
  t.same(fieldValues(['Via', '1', 'Age', '2', 'vIA', '3', 'VIB', '4'], 'via'), ['1', '3'])
  t.same(fieldValues(['\u212aey', '1', '\xe4ey', '2'], 'key'), ['1'])
  t.end()
})
