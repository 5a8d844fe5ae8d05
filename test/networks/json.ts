// JSON of strangers: each doubt is an error that says where.

import t from 'tap'
import {
  entriesAt,
  type Members,
  objectAt,
  objectsAt,
  parseObject,
  textAt,
} from '../../lib/networks/json.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

/** What is said of the list, without its path and without the remedy. */
function complaint(read: () => unknown): string {
  const { code, message } = startUpError(read)
  t.equal(code, 'bad-list')
  return message.slice('path: "/list" '.length, message.indexOf('. Fetch'))
}

t.test('a whole object is read', (t) => {
  t.same(parseObject('{"a": 1}\n', '/list'), { a: 1 })
  t.end()
})

t.test('what was cut off, and what is no object, is no list', (t) => {
  const cut = 'is no whole JSON: it may have been cut off'
  for (const [text, expected] of [
    ['{"a": [1, 2', cut],
    ['not json', cut],
    ['', cut],
    ['[]', 'is JSON, and no object'],
    ['null', 'is JSON, and no object'],
    ['"10.0.0.0/8"', 'is JSON, and no object'],
  ] as const) {
    t.equal(
      complaint(() => parseObject(text, '/list')),
      expected,
    )
  }
  t.end()
})

const members: Members = {
  text: 'x',
  object: { inside: 1 },
  objects: [{ one: 1 }, { two: 2 }],
  texts: ['a', 'b'],
  mixed: [{ one: 1 }, 'b'],
}

t.test('members are what they are asked for', (t) => {
  t.equal(textAt(members, 'text', 'list', '/list'), 'x')
  t.same(objectAt(members, 'object', '/list'), { inside: 1 })
  t.same(objectsAt(members, 'objects', '/list'), [{ one: 1 }, { two: 2 }])
  t.same(entriesAt(members, 'texts', '/list'), [
    { text: 'a', where: 'texts[0]' },
    { text: 'b', where: 'texts[1]' },
  ])
  t.end()
})

t.test('a member of another kind, or none, is an error that says which', (t) => {
  const faults: readonly (readonly [() => unknown, string])[] = [
    [
      () => textAt(members, 'objects', 'values[3]', '/list'),
      'has no text `objects` at `values[3]`',
    ],
    [() => textAt(members, 'absent', 'values[3]', '/list'), 'has no text `absent` at `values[3]`'],
    [() => objectAt(members, 'texts', '/list'), 'has no object `texts`'],
    [() => objectsAt(members, 'object', '/list'), 'has no array `object`'],
    [() => objectsAt(members, 'mixed', '/list'), 'has no object at `mixed[1]`'],
    [() => entriesAt(members, 'text', '/list'), 'has no array `text`'],
    [() => entriesAt(members, 'mixed', '/list'), 'has no text at `mixed[0]`'],
    [() => entriesAt(members, 'toString', '/list'), 'has no array `toString`'],
  ]
  for (const [read, expected] of faults) t.equal(complaint(read), expected)
  t.end()
})
