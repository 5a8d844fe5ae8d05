// Both frameworks behind a real nginx as documented, and what a client forges without its lines.

import t from 'tap'
import type { TrustOptions } from '../../../types/trust.ts'
import { provesItself, startChanged } from '../../fixtures/e2e/behind.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { nginxTcp } from '../../fixtures/e2e/proxies/nginx.ts'
import { HOST } from '../../fixtures/e2e/request.ts'

const options: TrustOptions = {
  proxy: 'nginx',
  forwardedAllowIps: ['127.0.0.11'],
  allowedHosts: [HOST],
}
const forged = ['X-Forwarded-For', '6.6.6.6', 'X-Forwarded-Proto', 'https']

proveWith({ nginx: 'nginx-light' }, () => {
  provesItself('nginx', nginxTcp, { options, remoteAddr: '127.0.0.11' })

  t.test('with `proxy_pass` alone a client is whoever it says, under its scheme', async (t) => {
    const { told } = await startChanged(
      t,
      nginxTcp,
      { ...options, allowedHosts: undefined },
      {
        'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;': '',
        'proxy_set_header X-Forwarded-Proto $scheme;': '',
        'proxy_set_header Host $http_host;': '',
      },
    )
    const expected = { client: '6.6.6.6', scheme: 'https', host: 'application', problems: [] }
    t.hasStrict(await told(forged), expected)
  })

  t.test('with `underscores_in_headers` nothing changes', async (t) => {
    const changes = { 'server_name shop.example;': 'underscores_in_headers on;' }
    const { told } = await startChanged(t, nginxTcp, options, changes)
    const headers = forged.map((text) => text.replaceAll('-', '_'))
    t.hasStrict(await told(headers), { client: '127.0.0.2', scheme: 'http', problems: [] })
  })
})
