// Both frameworks behind a real Traffic Server as documented, and what a client forges without its lines.

import t from 'tap'
import type { TrustOptions } from '../../../types/trust.ts'
import { provesItself, startChanged } from '../../fixtures/e2e/behind.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { trafficserver } from '../../fixtures/e2e/proxies/trafficserver.ts'
import { HOST } from '../../fixtures/e2e/request.ts'

const options: TrustOptions = {
  proxy: 'trafficserver-forwarded',
  forwardedAllowIps: ['127.0.0.11'],
  allowedHosts: [HOST],
}
const forged = ['X-Forwarded-For', '6.6.6.6', 'X-Forwarded-Proto', 'https']

proveWith({ traffic_server: 'trafficserver' }, () => {
  provesItself('Traffic Server', trafficserver, { options, remoteAddr: '127.0.0.11' })

  t.test('without its lines a client writes all of Forwarded', async (t) => {
    const { told } = await startChanged(
      t,
      trafficserver,
      { ...options, allowedHosts: undefined },
      {
        'CONFIG proxy.config.http.insert_forwarded STRING for|proto|host': '',
        'rm-header Forwarded': 'rm-header Nothing',
      },
    )
    const headers = ['Forwarded', 'for=6.6.6.6;proto=https;host=evil.example']
    const expected = { client: '6.6.6.6', scheme: 'https', host: 'evil.example', problems: [] }
    t.hasStrict(await told(headers), expected)
  })

  t.test('without `rm-header` an open quote hides the client', async (t) => {
    const changes = { 'rm-header Forwarded': 'rm-header Nothing' }
    const { told } = await startChanged(t, trafficserver, options, changes)
    t.hasStrict(await told(['Forwarded', 'for=6.6.6.6']), { client: '127.0.0.2', problems: [] })
    t.hasStrict(await told(['Forwarded', 'for="6.6.6.6']), {
      client: '',
      problems: ['bad-forwarded'],
    })
  })

  t.test('with the default `headers` instead a client chooses its scheme', async (t) => {
    const listed = { ...options, proxy: undefined }
    const { told } = await startChanged(t, trafficserver, listed, {})
    t.hasStrict(await told(forged), { client: '127.0.0.2', scheme: 'https', problems: [] })
  })

  t.test('`trafficserver` tells the client alone: every scheme is http', async (t) => {
    const alone: TrustOptions = { ...options, proxy: 'trafficserver' }
    const line = 'CONFIG proxy.config.http.insert_forwarded STRING for|proto|host'
    const { told, toldOverTls } = await startChanged(t, trafficserver, alone, { [line]: '' })
    const expected = { client: '127.0.0.2', scheme: 'http', host: HOST, problems: [] }
    t.hasStrict(await told(forged), expected)
    t.hasStrict(await toldOverTls(forged), expected)
  })
})
