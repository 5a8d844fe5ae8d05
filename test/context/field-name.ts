// Names of header fields; RFC 9110 5.1: in any case.

import t from 'tap'
import { fieldName, isNamed } from '../../lib/context/field-name.ts'

t.test('a name is known in any case, and no other is taken for it', (t) => {
  const name = fieldName('x-forwarded-for')
  for (const field of [
    'x-forwarded-for',
    'X-Forwarded-For',
    'X-FORWARDED-FOR',
    'x-Forwarded-fOR',
  ]) {
    t.ok(isNamed(field, name), field)
  }
  for (const field of [
    'x-forwarded-foe',
    'y-forwarded-for',
    'x-forwarded-fo',
    'x_forwarded-for',
    '',
  ]) {
    t.notOk(isNamed(field, name), field)
  }
  t.notOk(isNamed(undefined, name))
  t.end()
})

t.test('a pseudo-header begins with no letter (RFC 9113 8.3)', (t) => {
  const name = fieldName(':authority')
  t.ok(isNamed(':authority', name))
  t.notOk(isNamed('user-agent', name))
  t.notOk(isNamed('\x1aauthority', name), 'not by the bit that tells small letters')
  t.end()
})

t.test('beyond ASCII lower case decides: the Kelvin sign is a k', (t) => {
  t.ok(isNamed('\u212aey', fieldName('key')))
  t.notOk(isNamed('\xe4ey', fieldName('key')))
  t.end()
})
