// Compiled, not run: what the types of the door "hopwise" allow and refuse.

import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import {
  type AccessRecord,
  compileAccessLog,
  compileTrust,
  environ,
  formatAccessLog,
  type RequestContext,
  resolveContext,
  type Trust,
  type WarningCode,
} from 'hopwise'

declare const request: IncomingMessage
declare const request2: Http2ServerRequest
declare const record: AccessRecord

const trust: Trust = compileTrust({
  forwardedAllowIps: ['10.0.0.2', '2001:db8::/64'],
  unix: true,
  hops: 2,
  maxHops: 10,
  headers: ['x-forwarded-for', 'X-Forwarded-Proto', { address: 'x-my-client' }],
  secureSchemeHeaders: { 'x-forwarded-ssl': 'on' },
  allowedHosts: ['shop.example', '*.example.org'],
})
compileTrust()
compileTrust({ forwardedAllowIps: undefined })
compileTrust({ onWarning: async ({ message, peer = '-' }) => console.log(message, peer) })
compileTrust({
  onWarning({ code }) {
    const known: WarningCode = code
    // @ts-expect-error the codes are a closed set
    return known === 'unheard-of'
  },
})
// @ts-expect-error a boolean is nobody to tell
compileTrust({ onWarning: true })

// What other libraries take for "trust everything" does not compile.
// @ts-expect-error true is no list
compileTrust({ forwardedAllowIps: true })
// @ts-expect-error a number is no list
compileTrust({ forwardedAllowIps: 1 })
// @ts-expect-error the option of Fastify
compileTrust({ trustProxy: true })
// @ts-expect-error the value of Express
compileTrust(true)
// @ts-expect-error a count in quotes
compileTrust({ hops: '1' })
// @ts-expect-error a boolean in quotes
compileTrust({ unix: 'false' })
// @ts-expect-error one name is no list
compileTrust({ headers: 'x-forwarded-for' })
// @ts-expect-error a policy is not compiled by hand
resolveContext(request, { forwardedAllowIps: '*' })
// @ts-expect-error nor left out
resolveContext(request)

trust.update('10.0.0.2, 10.0.0.3')
trust.update(['10.0.0.2', '2001:db8::/64'])
// @ts-expect-error there is no default to go back to
trust.update(undefined)
// @ts-expect-error the list alone can be changed
trust.update({ hops: 2 })
// @ts-expect-error and by update() alone
trust.policy = compileTrust().policy

const context: RequestContext = resolveContext(request, trust)
resolveContext(request2, trust)
resolveContext({ remoteAddress: '10.0.0.2', headers: { host: 'shop.example' } }, trust)
resolveContext({ unix: true, rawHeaders: ['Host', 'shop.example'] }, trust, { listener: 'unix' })

const scheme: 'http' | 'https' = context.scheme
const address: string = context.client.address
const port: number | undefined = context.client.port
const url: URL = context.url('/cart')
// @ts-expect-error the answer cannot be changed
context.scheme = 'https'
// @ts-expect-error nor what stands in it
context.client.address = '127.0.0.1'

const line: string = compileAccessLog('%(h)s', { escape: 'safe', timezone: 'UTC' })(record)
const again: string = formatAccessLog(record, 'combined')
const variables: Record<string, string> = environ(context)

export const used = [scheme, address, port, url, line, again, variables, trust.trusts('::1', 0)]
