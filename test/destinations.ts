// The door hopwise/destinations: what stands behind it.

import { PassThrough } from 'node:stream'
import t from 'tap'
import * as door from '../lib/destinations.ts'
import { startUpError } from './fixtures/start-up-error.ts'

t.test('there are three ways out, and each checks what it is given', (t) => {
  t.same(Object.keys(door).sort(), ['openFile', 'openSyslog', 'toStream'])
  for (const open of Object.values(door)) {
    t.match(
      startUpError(() => Reflect.apply(open, undefined, [undefined])),
      { name: 'OptionError' },
    )
  }
  t.end()
})

t.test('a destination is frozen, and its parts work when they are taken apart', async (t) => {
  const stream = new PassThrough()
  const log = door.toStream(stream)
  t.ok(Object.isFrozen(log))
  const { write, close } = log
  write('one\n')
  await close()
  t.equal(String(stream.read()), 'one\n')
})
