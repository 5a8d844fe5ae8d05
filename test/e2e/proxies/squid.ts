// Both frameworks behind a real Squid as documented, and what a client forges without its lines.

import t from 'tap'
import type { TrustOptions } from '../../../types/trust.ts'
import { provesItself, startChanged } from '../../fixtures/e2e/behind.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { squid } from '../../fixtures/e2e/proxies/squid.ts'
import { HOST } from '../../fixtures/e2e/request.ts'

const options: TrustOptions = {
  proxy: 'squid-scheme',
  forwardedAllowIps: ['127.0.0.11'],
  allowedHosts: [HOST],
}
const forged = ['X-Forwarded-For', '6.6.6.6', 'X-Forwarded-Proto', 'https']

proveWith({ squid: 'squid' }, () => {
  provesItself('Squid', squid, { options, remoteAddr: '127.0.0.11' })

  const handsSchemeOn = {
    'request_header_access X-Forwarded-Proto deny all': '',
    'request_header_add X-Forwarded-Proto "https" tls': '',
    'request_header_add X-Forwarded-Proto "http" !tls': '',
  }

  t.test('without its lines a client chooses its scheme', async (t) => {
    const { told } = await startChanged(t, squid, options, handsSchemeOn)
    t.hasStrict(await told(forged), { client: '127.0.0.2', scheme: 'https', problems: [] })
  })

  t.test('then `squid` tells the client alone: every scheme is http', async (t) => {
    const alone: TrustOptions = { ...options, proxy: 'squid' }
    const { told, toldOverTls } = await startChanged(t, squid, alone, handsSchemeOn)
    const expected = { client: '127.0.0.2', scheme: 'http', host: HOST, problems: [] }
    t.hasStrict(await told(forged), expected)
    t.hasStrict(await toldOverTls(forged), expected)
  })

  t.test('with `forwarded_for transparent` a client is whoever it says', async (t) => {
    const changes = { 'forwarded_for on': 'forwarded_for transparent' }
    const { told } = await startChanged(t, squid, options, changes)
    t.hasStrict(await told(forged), { client: '6.6.6.6', problems: [] })
  })
})
