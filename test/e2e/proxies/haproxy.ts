// Both frameworks behind a real haproxy as documented, and what a client forges without its lines.

import t from 'tap'
import type { TrustOptions } from '../../../types/trust.ts'
import { provesItself, startChanged } from '../../fixtures/e2e/behind.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { haproxy } from '../../fixtures/e2e/proxies/haproxy.ts'
import { HOST } from '../../fixtures/e2e/request.ts'

const options: TrustOptions = {
  proxy: 'haproxy',
  forwardedAllowIps: ['127.0.0.11'],
  allowedHosts: [HOST],
}
const forged = ['X-Forwarded-For', '6.6.6.6', 'X-Forwarded-Proto', 'https']

proveWith({ haproxy: 'haproxy' }, () => {
  provesItself('haproxy', haproxy, { options, remoteAddr: '127.0.0.11' })

  t.test('without `option forwardfor` a client is whoever it says', async (t) => {
    const { told } = await startChanged(t, haproxy, options, { 'option forwardfor': '' })
    t.hasStrict(await told(forged), { client: '6.6.6.6', problems: [] })
  })

  t.test('with `option forwardfor if-none` a client is whoever it says', async (t) => {
    const changes = { 'option forwardfor': 'option forwardfor if-none' }
    const { told } = await startChanged(t, haproxy, options, changes)
    t.hasStrict(await told(), { client: '127.0.0.2' })
    t.hasStrict(await told(forged), { client: '6.6.6.6', problems: [] })
  })

  t.test('without `set-header X-Forwarded-Proto` a client chooses its scheme', async (t) => {
    const line = 'http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]'
    const { told } = await startChanged(t, haproxy, options, { [line]: '' })
    t.hasStrict(await told(forged), { client: '127.0.0.2', scheme: 'https', problems: [] })
  })
})
