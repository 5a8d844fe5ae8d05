// The door hopwise/networks: what stands behind it.

import t from 'tap'
import * as door from '../lib/networks.ts'
import { startUpError } from './fixtures/start-up-error.ts'

t.test('there are a reader, a follower, and what Google only documents', (t) => {
  t.same(Object.keys(door).sort(), ['followNetworks', 'googleLoadBalancers', 'readNetworks'])
  for (const open of [door.followNetworks, door.readNetworks]) {
    t.match(
      startUpError(() => Reflect.apply(open, undefined, [undefined])),
      { name: 'OptionError' },
    )
  }
  t.end()
})
