// Where a context waits for the doors.

import t from 'tap'
import { contextFound, leaveContext } from '../../lib/door/found.ts'
import { compileTrust, resolveContext } from '../../lib/index.ts'

t.test('a context that was left on a request is found there, and none elsewhere', (t) => {
  const request = {}
  const context = resolveContext({}, compileTrust())
  t.equal(contextFound(request), undefined)
  leaveContext(request, context)
  t.equal(contextFound(request), context)
  t.equal(contextFound({}), undefined)
  t.end()
})
