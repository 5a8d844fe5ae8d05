// The service tags of Azure: one tag of many.

import t from 'tap'
import { parseAzure } from '../../lib/networks/azure.ts'
import { sample } from '../fixtures/list-file.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const text = sample('azure.json')
const place = { path: '/list', service: 'AzureFrontDoor.Backend', region: undefined }

t.test('the networks of the tag are taken, in both versions, and no others', (t) => {
  const entries = parseAzure(text, place)
  t.same(
    entries.map((entry) => entry.text),
    ['198.51.100.0/29', '203.0.113.16/28', '2001:db8:2::/64'],
  )
  t.equal(entries.at(0)?.where, 'addressPrefixes[0]')
  t.same(parseAzure(text, { ...place, service: 'AzureFrontDoor' }), [], 'a name is taken whole')
  t.end()
})

t.test('a list of another form is none', (t) => {
  for (const [list, reason] of [
    ['{"value": []}', /has no array `values`/],
    ['{"values": [{"id": "AzureFrontDoor.Backend"}]}', /has no text `name` at `values\[0\]`/],
    ['{"values": [{"name": "AzureFrontDoor.Backend"}]}', /has no object `properties`/],
    [text.slice(0, -10), /no whole JSON/],
  ] as const) {
    const { code, message } = startUpError(() => parseAzure(list, place))
    t.equal(code, 'bad-list')
    t.match(message, reason)
  }
  t.end()
})
