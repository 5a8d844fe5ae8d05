// Both frameworks behind a real nghttpx as documented, and what a client forges without its lines.

import t from 'tap'
import type { TrustOptions } from '../../../types/trust.ts'
import { provesItself, startChanged } from '../../fixtures/e2e/behind.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { nghttpx } from '../../fixtures/e2e/proxies/nghttpx.ts'
import { HOST } from '../../fixtures/e2e/request.ts'

const options: TrustOptions = {
  proxy: 'nghttpx-forwarded',
  forwardedAllowIps: ['127.0.0.1'],
  hops: 1,
  allowedHosts: [HOST],
}

proveWith({ nghttpx: 'nghttp2-proxy' }, () => {
  provesItself('nghttpx', nghttpx, { options, remoteAddr: '127.0.0.1' })

  t.test('without its lines a client writes all of Forwarded', async (t) => {
    const changes = { 'add-forwarded=for,host,proto': '', 'strip-incoming-forwarded=yes': '' }
    const { told } = await startChanged(
      t,
      nghttpx,
      { ...options, allowedHosts: undefined },
      changes,
    )
    const headers = ['Forwarded', 'for=6.6.6.6;proto=https;host=evil.example']
    const expected = { client: '6.6.6.6', scheme: 'https', host: 'evil.example', problems: [] }
    t.hasStrict(await told(headers), expected)
  })

  t.test('without `strip-incoming-forwarded` an open quote hides the client', async (t) => {
    const { told } = await startChanged(t, nghttpx, options, { 'strip-incoming-forwarded=yes': '' })
    t.hasStrict(await told(['Forwarded', 'for=6.6.6.6']), { client: '127.0.0.2', problems: [] })
    t.hasStrict(await told(['Forwarded', 'for="6.6.6.6']), {
      client: '',
      problems: ['bad-forwarded'],
    })
  })

  t.test('without `forwarded-for=ip` no client is known', async (t) => {
    const { told } = await startChanged(t, nghttpx, options, { 'forwarded-for=ip': '' })
    t.hasStrict(await told(), { client: '', problems: ['obfuscated-client'] })
  })

  t.test('with X-Forwarded-For listed instead a client is whoever it says', async (t) => {
    const listed: TrustOptions = { ...options, proxy: 'nghttpx' }
    const { told } = await startChanged(t, nghttpx, listed, {})
    t.hasStrict(await told(['X-Forwarded-For', '6.6.6.6']), { client: '6.6.6.6', problems: [] })
  })

  t.test('with `add-x-forwarded-for` it is `nghttpx`, and no client is', async (t) => {
    const listed: TrustOptions = { ...options, proxy: 'nghttpx' }
    const changes = { 'add-forwarded=for,host,proto': 'add-x-forwarded-for=yes' }
    const { told, toldOverTls } = await startChanged(t, nghttpx, listed, changes)
    const headers = ['X-Forwarded-For', '6.6.6.6', 'X-Forwarded-Proto', 'https']
    t.hasStrict(await told(headers), { client: '127.0.0.2', scheme: 'http', problems: [] })
    t.hasStrict(await toldOverTls(headers), { client: '127.0.0.2', scheme: 'https', problems: [] })
  })
})
