// The context that stands on a request already.

import t from 'tap'
import { contextFound, contextOf } from '../../lib/door/found.ts'
import { compileDoor } from '../../lib/door/options.ts'
import { compileTrust, type RequestContext, resolveContext } from '../../lib/index.ts'

t.test('a context that stands on a request is found there by the same trust', (t) => {
  const trust = compileTrust({ forwardedAllowIps: [] })
  const context = resolveContext({}, trust)
  const request = { forwarded: context }
  t.equal(contextFound(request, trust), context)
  t.equal(contextFound({}, trust), undefined)
  const other = compileTrust({ forwardedAllowIps: [] })
  t.equal(contextFound(request, other), undefined, 'another trust answers otherwise')
  trust.update(['10.0.0.0/8'])
  t.equal(contextFound(request, trust), undefined, 'and so does this one after an update')
  t.end()
})

t.test('what somebody else has put there is none', (t) => {
  const trust = compileTrust()
  const copy: RequestContext = Object.create(resolveContext({}, trust))
  t.equal(contextFound({ forwarded: copy }, trust), undefined)
  for (const value of ['203.0.113.7', null, 1, true]) {
    const request = {}
    Reflect.set(request, 'forwarded', value)
    t.equal(contextFound(request, trust), undefined, String(value))
  }
  t.end()
})

t.test('what is not there, or of another trust, is resolved anew', (t) => {
  const door = compileDoor({ forwardedAllowIps: [] })
  const request = { socket: null, rawHeaders: ['Host', 'shop.example'], httpVersion: '1.1' }
  const context = contextOf(request, door)
  t.equal(context.host, 'shop.example')
  t.equal(contextOf({ ...request, forwarded: context }, door), context)
  const other = contextOf({ ...request, forwarded: context }, compileDoor({}))
  t.not(other, context)
  t.equal(other.host, 'shop.example')
  const foreign = { ...request, forwarded: Object.create(context) }
  t.equal(contextOf(foreign, door).host, 'shop.example')
  t.end()
})
