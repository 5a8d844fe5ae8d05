// Both frameworks behind a real lighttpd as documented, and what a client forges without its lines.

import t from 'tap'
import type { TrustOptions } from '../../../types/trust.ts'
import { provesItself, startChanged } from '../../fixtures/e2e/behind.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { lighttpd } from '../../fixtures/e2e/proxies/lighttpd.ts'
import { HOST } from '../../fixtures/e2e/request.ts'

const options: TrustOptions = {
  proxy: 'lighttpd',
  forwardedAllowIps: ['127.0.0.1'],
  hops: 1,
  allowedHosts: [HOST],
}
const forged = ['X-Forwarded-For', '6.6.6.6']

const packages = {
  lighttpd: 'lighttpd',
  '/usr/lib/lighttpd/mod_openssl.so': 'lighttpd-mod-openssl',
}

proveWith(packages, () => {
  provesItself('lighttpd', lighttpd, { options, remoteAddr: '127.0.0.1' })

  t.test('without `hops: 1` a client on this machine is whoever it says', async (t) => {
    const { told } = await startChanged(t, lighttpd, { ...options, hops: undefined }, {})
    t.hasStrict(await told(forged, '127.0.0.1'), { client: '6.6.6.6', problems: [] })
  })

  for (const [header, value] of [
    ['x-real-ip', '6.6.6.6'],
    ['forwarded', 'for=6.6.6.6'],
  ] as const) {
    t.test(`with ${header} listed a client is whoever it says: lighttpd hands it on`, async (t) => {
      const listed = { forwardedAllowIps: ['127.0.0.1'], headers: [header] }
      const { told } = await startChanged(t, lighttpd, listed, {})
      t.hasStrict(await told([header, value]), { client: '6.6.6.6', problems: [] })
    })
  }
})
