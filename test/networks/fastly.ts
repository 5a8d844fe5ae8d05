// Fastly's list.

import t from 'tap'
import { parseFastly } from '../../lib/networks/fastly.ts'
import { sample } from '../fixtures/list-file.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const place = { path: '/list', service: '', region: undefined }

t.test('both versions are taken', (t) => {
  t.same(parseFastly(sample('fastly.json'), place), [
    { text: '192.0.2.0/24', where: 'addresses[0]' },
    { text: '198.51.100.128/25', where: 'addresses[1]' },
    { text: '2001:db8::/32', where: 'ipv6_addresses[0]' },
  ])
  t.end()
})

t.test('a list without one of the two is none', (t) => {
  for (const text of ['{"addresses": []}', '{"ipv6_addresses": []}', '{"msg": "Bad gateway"}']) {
    t.match(
      startUpError(() => parseFastly(text, place)),
      { code: 'bad-list', message: /has no array/ },
    )
  }
  t.end()
})
