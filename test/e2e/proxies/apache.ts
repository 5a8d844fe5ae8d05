// Both frameworks behind a real Apache as documented, and what a client forges without its lines.

import t from 'tap'
import type { TrustOptions } from '../../../types/trust.ts'
import { provesItself, startChanged } from '../../fixtures/e2e/behind.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { apache } from '../../fixtures/e2e/proxies/apache.ts'
import { HOST } from '../../fixtures/e2e/request.ts'

const options: TrustOptions = {
  proxy: 'apache',
  forwardedAllowIps: ['127.0.0.11'],
  allowedHosts: [HOST],
}
const forged = ['X-Forwarded-For', '6.6.6.6', 'X-Forwarded-Proto', 'https']

proveWith({ apache2: 'apache2' }, () => {
  provesItself('Apache', apache, { options, remoteAddr: '127.0.0.11' })

  t.test('without `RequestHeader set` a client chooses its scheme', async (t) => {
    const line = 'RequestHeader set X-Forwarded-Proto "expr=%{REQUEST_SCHEME}"'
    const { told } = await startChanged(t, apache, options, { [line]: '' })
    t.hasStrict(await told(forged), { client: '127.0.0.2', scheme: 'https', problems: [] })
  })

  t.test('without `unset Connection` a client turns its https into http', async (t) => {
    const line = 'RequestHeader unset Connection "expr=%{HTTP:Connection} =~ /x-forwarded-proto/i"'
    const { toldOverTls } = await startChanged(t, apache, options, { [line]: '' })
    t.hasStrict(await toldOverTls(), { scheme: 'https' })
    t.hasStrict(await toldOverTls(['Connection', 'X-Forwarded-Proto']), { scheme: 'http' })
  })

  t.test('without `ProxyPreserveHost` the host is the one of the application', async (t) => {
    const anyHost = { ...options, allowedHosts: undefined, headers: ['x-forwarded-for'] }
    const { told } = await startChanged(t, apache, anyHost, { 'ProxyPreserveHost On': '' })
    t.match(await told(), { host: /^127\.0\.0\.1:\d+$/ })
  })

  t.test('with `ProxyAddHeaders Off` a client is whoever it says', async (t) => {
    const changes = { 'ProxyPreserveHost On': 'ProxyPreserveHost On\nProxyAddHeaders Off' }
    const { told } = await startChanged(t, apache, options, changes)
    t.hasStrict(await told(forged), { client: '6.6.6.6', problems: [] })
  })
})
