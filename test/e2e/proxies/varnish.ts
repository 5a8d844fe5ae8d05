// Both frameworks behind a real Varnish as documented, and what a client forges without its lines.

import t from 'tap'
import type { TrustOptions } from '../../../types/trust.ts'
import { provesItself, startChanged } from '../../fixtures/e2e/behind.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { varnish } from '../../fixtures/e2e/proxies/varnish.ts'
import { HOST } from '../../fixtures/e2e/request.ts'

const options: TrustOptions = {
  proxy: 'varnish',
  forwardedAllowIps: ['127.0.0.1'],
  hops: 1,
  allowedHosts: [HOST],
}
const forged = ['X-Forwarded-For', '6.6.6.6', 'X-Forwarded-Proto', 'https']

/** Varnish does not let a client take away the headers that its own VCL knows. */
const refusal = { why: 'Varnish refuses the request', status: 400 }
const exceptions = {
  'a Connection that names X-Forwarded-For': refusal,
  'a Connection that names Host': refusal,
}

proveWith({ varnishd: 'varnish' }, () => {
  provesItself('Varnish', varnish, { options, remoteAddr: '127.0.0.1', exceptions })

  t.test('without `hops: 1` a client on this machine is whoever it says', async (t) => {
    const { told } = await startChanged(t, varnish, { ...options, hops: undefined }, {})
    t.hasStrict(await told(forged, '127.0.0.1'), { client: '6.6.6.6', problems: [] })
  })

  t.test('without its line a client chooses its scheme', async (t) => {
    const changes = { 'set req.http.X-Forwarded-Proto = "http";': '' }
    const { told } = await startChanged(t, varnish, options, changes)
    t.hasStrict(await told(forged), { client: '127.0.0.2', scheme: 'https', problems: [] })
  })
})
