// Where a context waits for the doors.

import t from 'tap'
import { contextFound, leaveContext } from '../../lib/door/found.ts'
import { compileTrust, resolveContext } from '../../lib/index.ts'

t.test('a context that was left on a request is found there by the same trust', (t) => {
  const request = {}
  const trust = compileTrust()
  const context = resolveContext({}, trust)
  t.equal(contextFound(request, trust), undefined)
  leaveContext(request, context, trust)
  t.equal(contextFound(request, trust), context)
  t.equal(contextFound({}, trust), undefined)
  t.equal(contextFound(request, compileTrust()), undefined, 'another trust answers otherwise')
  t.end()
})
