// Both frameworks behind a real Caddy as documented, and what a client forges without its lines.

import t from 'tap'
import type { TrustOptions } from '../../../types/trust.ts'
import { provesItself, startChanged } from '../../fixtures/e2e/behind.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { caddy } from '../../fixtures/e2e/proxies/caddy.ts'
import { HOST } from '../../fixtures/e2e/request.ts'

const options: TrustOptions = {
  proxy: 'caddy',
  forwardedAllowIps: ['127.0.0.1'],
  hops: 1,
  allowedHosts: [HOST],
}
const forged = ['X-Forwarded-For', '6.6.6.6', 'X-Forwarded-Proto', 'https']

proveWith({ caddy: 'caddy' }, () => {
  provesItself('Caddy', caddy, { options, remoteAddr: '127.0.0.1' })

  t.test(
    'Caddy replaces what a client on this machine says, with or without `hops: 1`',
    async (t) => {
      const { told } = await startChanged(t, caddy, { ...options, hops: undefined }, {})
      t.hasStrict(await told(forged, '127.0.0.1'), { client: '127.0.0.1', problems: [] })
    },
  )

  t.test('with `trusted_proxies private_ranges` a private client chooses its scheme', async (t) => {
    const { told } = await startChanged(t, caddy, options, {
      reverse_proxy: 'reverse_proxy {\ntrusted_proxies private_ranges\nto',
      '\nshop.example {': '}\nshop.example {',
    })
    t.hasStrict(await told(forged), { client: '127.0.0.2', scheme: 'https', problems: [] })
  })

  t.test('with X-Real-IP listed a client is whoever it says: Caddy hands it on', async (t) => {
    const headers = ['x-real-ip', 'x-forwarded-proto']
    const listed = { ...options, proxy: undefined, hops: undefined, headers }
    const { told } = await startChanged(t, caddy, listed, {})
    t.hasStrict(await told(['X-Real-IP', '6.6.6.6']), { client: '6.6.6.6', problems: [] })
  })
})
