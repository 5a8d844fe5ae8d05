// The number of a group: as this machine itself says it.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { findGroup } from '../../lib/listen/group.ts'

/** The groups of the file, with their numbers. */
const groups = readFileSync('/etc/group', 'utf8')
  .split('\n')
  .map((line) => line.split(':'))
  .filter(([name = '']) => /^\w+$/.test(name))
  .slice(0, 3)

t.test('every group has the number that the system gives it', async (t) => {
  t.ok(groups.length > 0)
  for (const [name = '', , id] of groups) t.equal(await findGroup(name, 'x'), Number(id), name)
})

t.test('so it has where there is no getent', async (t) => {
  const { PATH } = process.env
  process.env.PATH = '/nonexistent'
  t.teardown(() => {
    process.env.PATH = PATH
  })
  for (const [name = '', , id] of groups) t.equal(await findGroup(name, 'x'), Number(id), name)
  await t.rejects(findGroup('no-such-group', 'x'), { code: 'no-such-group' })
})

t.test('a number is one already', async (t) => {
  t.equal(await findGroup(33, 'x'), 33)
  t.equal(await findGroup(0, 'x'), 0)
})

t.test('a group that nobody knows is named, with the bind it is for', async (t) => {
  await t.rejects(findGroup('no-such-group', 'unix:/run/shop.sock'), {
    code: 'no-such-group',
    bind: 'unix:/run/shop.sock',
    message: /the group no-such-group does not exist/,
  })
  // getent would take them for numbers or options, and find something else.
  for (const [, , id = ''] of groups.slice(0, 1)) {
    await t.rejects(findGroup(id, 'x'), { code: 'no-such-group' })
  }
  await t.rejects(findGroup('--help', 'x'), { code: 'no-such-group' })
})
