// Cloudflare's two forms.

import t from 'tap'
import { parseCloudflare } from '../../lib/networks/cloudflare.ts'
import { sample } from '../fixtures/list-file.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const place = { path: '/list', service: '', region: undefined }

t.test('the text holds one network a line, and need not end its last one', (t) => {
  t.same(parseCloudflare(sample('cloudflare-v4.txt'), place), [
    { text: '192.0.2.0/24', where: 'line 1' },
    { text: '198.51.100.0/25', where: 'line 2' },
    { text: '203.0.113.64/26', where: 'line 3' },
  ])
  t.same(parseCloudflare(sample('cloudflare-v6.txt'), place), [
    { text: '2001:db8:1::/48', where: 'line 1' },
    { text: '2001:db8:2::/47', where: 'line 2' },
  ])
  t.end()
})

t.test('the JSON holds the same, both versions', (t) => {
  const texts = (name: string) => parseCloudflare(sample(name), place).map(({ text }) => text)
  t.same(texts('cloudflare.json'), [...texts('cloudflare-v4.txt'), ...texts('cloudflare-v6.txt')])
  t.same(parseCloudflare(`\n ${sample('cloudflare.json')}`, place).at(3), {
    text: '2001:db8:1::/48',
    where: 'ipv6_cidrs[0]',
  })
  t.end()
})

t.test('an answer without success, or without its parts, is no list', (t) => {
  for (const [text, reason] of [
    ['{"success": false, "errors": [{"message": "rate limited"}], "result": null}', /success/],
    ['{"success": "true", "result": {"ipv4_cidrs": [], "ipv6_cidrs": []}}', /success/],
    ['{"success": true, "result": null}', /no object `result`/],
    ['{"success": true, "result": {"ipv4_cidrs": []}}', /no array `ipv6_cidrs`/],
    ['{"success": true, "result": {"ipv4_cidrs": ["192.0', /no whole JSON/],
  ] as const) {
    const { code, message } = startUpError(() => parseCloudflare(text, place))
    t.equal(code, 'bad-list')
    t.match(message, reason)
  }
  t.end()
})
