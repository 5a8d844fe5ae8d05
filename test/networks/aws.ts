// The list of AWS: one service of many.

import t from 'tap'
import { parseAws } from '../../lib/networks/aws.ts'
import { sample } from '../fixtures/list-file.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const text = sample('aws.json')

function networks(service: string, region?: string): readonly string[] {
  return parseAws(text, { path: '/list', service, region }).map((entry) => entry.text)
}

t.test('the networks of one service are taken, in both versions, and no others', (t) => {
  t.same(networks('CLOUDFRONT_ORIGIN_FACING'), [
    '203.0.113.0/26',
    '203.0.113.64/27',
    '2001:db8:3::/48',
  ])
  t.same(networks('CLOUDFRONT'), ['198.51.100.0/26', '198.51.100.64/26', '2001:db8:2::/48'])
  t.same(networks('NO_SUCH_SERVICE'), [])
  t.end()
})

t.test('or those of a region', (t) => {
  t.same(networks('CLOUDFRONT_ORIGIN_FACING', 'eu-west-1'), ['203.0.113.64/27'])
  t.same(networks('CLOUDFRONT', 'GLOBAL'), ['198.51.100.0/26', '2001:db8:2::/48'])
  t.same(networks('CLOUDFRONT', 'us-east-1'), [])
  t.end()
})

t.test('an entry says where it stands', (t) => {
  const place = { path: '/list', service: 'CLOUDFRONT', region: undefined }
  t.same(
    parseAws(text, place).map(({ where }) => where),
    ['prefixes[2]', 'prefixes[5]', 'ipv6_prefixes[1]'],
  )
  t.end()
})

t.test('a list of another form is none: cloud.json of Google, half a list, an odd member', (t) => {
  const member = '{"ip_prefix": "192.0.2.0/24", "service": "CLOUDFRONT", "region": "GLOBAL"}'
  const google = '{"ipv4Prefix": "192.0.2.0/24", "service": "Google Cloud", "scope": "global"}'
  for (const [list, reason] of [
    [`{"prefixes": [${google}]}`, /has no text `ip_prefix` at `prefixes\[0\]`/],
    [`{"prefixes": [${member}]}`, /has no array `ipv6_prefixes`/],
    [text.slice(0, -40), /no whole JSON/],
    ['{"prefixes": [null], "ipv6_prefixes": []}', /has no object at `prefixes\[0\]`/],
    [`{"prefixes": [${member.replace('"GLOBAL"', '5')}], "ipv6_prefixes": []}`, /`region`/],
    [`{"prefixes": [${member.replace('service', 'Service')}], "ipv6_prefixes": []}`, /`service`/],
  ] as const) {
    const place = { path: '/list', service: 'CLOUDFRONT', region: undefined }
    const { code, message } = startUpError(() => parseAws(list, place))
    t.equal(code, 'bad-list')
    t.match(message, reason)
  }
  t.end()
})
