// Header fields by name, from the flat list and from an object.

import t from 'tap'
import { fieldValues } from '../../lib/access-log/fields.ts'

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
