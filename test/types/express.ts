// Compiled, not run: the types of the door "hopwise/express".

import { createServer } from 'node:http'
import express from 'express'
import { type AccessRecord, compileTrust } from 'hopwise'
import hopwise, { type ForwardedRequest } from 'hopwise/express'

const trust = compileTrust()
const app = express()
app.set('trust proxy', trust.trusts)
app.use(hopwise({ trust, accessLog: true, getters: true }))
app.use(hopwise({ forwardedAllowIps: ['10.0.0.2'], accessLog: { format: 'combined' } }))
app.use('/path', hopwise({ accessLog: { stream: process.stderr, timezone: 'UTC' } }))
const privacy = {
  redact: { query: ['token'], keep: ['cookie'] },
  maskAddress: { ipv4: 16 },
} as const
const skip = ({ target }: AccessRecord) => target === '/healthz'
app.use(hopwise({ accessLog: { ...privacy, skip, sample: { ratio: 0.1, slowMillis: 500 } } }))
app.get('/', (request, response) => {
  const address: string = request.forwarded.client.address
  response.redirect(request.forwarded.url(`/${address}`).href)
})

const middleware = hopwise({ listener: 'unix' })
createServer((request: ForwardedRequest, response) => {
  middleware(request, response, () => response.end(request.forwarded?.client.address))
})

// @ts-expect-error true is no list
hopwise({ forwardedAllowIps: true })
// @ts-expect-error the word of Express
hopwise({ trustProxy: 'loopback' })
// @ts-expect-error nothing to write to
hopwise({ accessLog: { stream: 'stdout' } })
// @ts-expect-error the default is no value of its own
hopwise({ accessLog: { redact: true } })
// @ts-expect-error a sample without its share
hopwise({ accessLog: { sample: {} } })
