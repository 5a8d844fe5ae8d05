// A list in a file to networks: the form of each provider, and anything else a file may hold.

import { utimesSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { OptionError } from '../../lib/errors.ts'
import { checkList } from '../../lib/networks/list.ts'
import { networksOf, readList, readNetworks } from '../../lib/networks/read.ts'
import type { NetworkList } from '../../types/networks.ts'
import { assertProperty } from '../fixtures/assert-property.ts'
import { listFile, publicSample, sample } from '../fixtures/list-file.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

/** Each sample, how it is asked for, and the networks that are then in it, made public. */
const lists: readonly (readonly [name: string, list: NetworkList, networks: readonly string[]])[] =
  [
    [
      'cloudflare-v4.txt',
      { path: '/list', provider: 'cloudflare' },
      ['192.0.3.0/24', '198.51.101.0/25', '203.0.114.64/26'],
    ],
    [
      'cloudflare-v6.txt',
      { path: '/list', provider: 'cloudflare' },
      ['2001:db9:1::/48', '2001:db9:2::/47'],
    ],
    [
      'cloudflare.json',
      { path: '/list', provider: 'cloudflare' },
      ['192.0.3.0/24', '198.51.101.0/25', '203.0.114.64/26', '2001:db9:1::/48', '2001:db9:2::/47'],
    ],
    [
      'fastly.json',
      { path: '/list', provider: 'fastly' },
      ['192.0.3.0/24', '198.51.101.128/25', '2001:db9::/32'],
    ],
    [
      'aws.json',
      { path: '/list', provider: 'aws', service: 'CLOUDFRONT_ORIGIN_FACING' },
      ['203.0.114.0/26', '203.0.114.64/27', '2001:db9:3::/48'],
    ],
    [
      'azure.json',
      { path: '/list', provider: 'azure', service: 'AzureFrontDoor.Backend' },
      ['198.51.101.0/29', '203.0.114.16/28', '2001:db9:2::/64'],
    ],
  ]

for (const [name, list, networks] of lists) {
  t.test(`${name} holds the networks that are asked for, if they are public`, (t) => {
    t.same(readNetworks({ ...list, path: listFile(t, publicSample(name)) }), networks)
    t.match(
      startUpError(() => readNetworks({ ...list, path: listFile(t, sample(name)) })),
      { code: 'bad-list', message: /is not public \(for documentation/ },
    )
    t.end()
  })
}

t.test('a list of your own holds addresses, comments, and private networks if you say so', (t) => {
  const path = listFile(t, '# load balancers\n10.0.0.2\n10.0.1.0/24 # zone b\n')
  const list = { path, provider: 'text' } as const
  t.same(readNetworks({ ...list, private: true }), ['10.0.0.2/32', '10.0.1.0/24'])
  t.match(
    startUpError(() => readNetworks(list)),
    { code: 'bad-list', message: /holds "10\.0\.0\.2" at line 2, which is not public \(private/ },
  )
  t.end()
})

t.test('it says when it was read and when it was written', (t) => {
  const path = listFile(t, '192.0.3.0/24\n')
  const time = new Date('2026-01-02T03:04:05Z')
  utimesSync(path, time, time)
  const { readAt, modifiedAt } = readList(checkList({ path, provider: 'cloudflare' }))
  t.same(modifiedAt, time)
  t.ok(Math.abs(Date.now() - readAt.getTime()) < 10_000)
  t.end()
})

t.test('the two files of Cloudflare in one without a newline between are no list', (t) => {
  const [ipv4, ipv6] = [publicSample('cloudflare-v4.txt'), publicSample('cloudflare-v6.txt')]
  const path = listFile(t, ipv4 + ipv6)
  t.match(
    startUpError(() => readNetworks({ path, provider: 'cloudflare' })),
    { code: 'bad-list', message: /holds "203\.0\.114\.64\/262001:db9:1::\/48" at line 3/ },
  )
  t.end()
})

t.test('a service or a region that is not in the list is an error, not an empty trust', (t) => {
  const path = listFile(t, publicSample('aws.json'))
  t.match(
    startUpError(() =>
      readNetworks({ path, provider: 'aws', service: 'CLOUDFRONT', region: 'eu-west-9' }),
    ),
    { code: 'bad-list', message: /holds no network that was asked for/ },
  )
  t.end()
})

/** The networks, or undefined after an OptionError; anything else that is thrown goes on. */
function unlessRefused(read: () => readonly string[]): readonly string[] | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof OptionError) return undefined
    throw error
  }
}

for (const [name, list, networks] of lists) {
  t.test(`${name}, cut off anywhere, is refused, or has lost whole lines`, (t) => {
    const whole = publicSample(name)
    const isText = name.endsWith('.txt')
    const believed: string[] = []
    for (let end = 0; end < whole.trimEnd().length; end += isText ? 1 : 13) {
      const read = unlessRefused(() => networksOf(whole.slice(0, end), checkList(list))) ?? []
      if (!isText || !read.every((text) => networks.includes(text))) believed.push(...read)
    }
    t.same(believed, [])
    t.end()
  })
}

const pieces = fc.constantFrom(
  ...['{', '}', '[', ']', ',', ':', '"', '\n', ' ', '#', '<', '/', '0', '1', '32', '\0', 'é'],
  ...['"prefixes"', '"ip_prefix"', '"service"', '"region"', '"values"', '"addresses"', 'null'],
  ...['192.0.3.0/24', '2001:db9::/32', '10.0.0.0/8', '"CLOUDFRONT"', '"__proto__"', 'true'],
)
const contents = fc.oneof(
  fc.uint16Array({ maxLength: 100 }).map((units) => String.fromCharCode(...units)),
  fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.json(),
)

t.test('whatever a file holds, there are networks or an OptionError, and nothing else', (t) => {
  const path = listFile(t, '')
  const isRight = (networks: readonly string[] | undefined): boolean =>
    networks === undefined || networks.length > 0
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), contents)
  t.doesNotThrow(() => {
    assertProperty(
      fc.property(bytes, fc.constantFrom(...lists), (bytes, [, list]) => {
        writeFileSync(path, bytes)
        return isRight(unlessRefused(() => readNetworks({ ...list, path })))
      }),
      50,
    )
    assertProperty(
      fc.property(contents, fc.constantFrom(...lists), (text, [, list]) =>
        isRight(unlessRefused(() => networksOf(text, checkList(list)))),
      ),
      500,
    )
  })
  t.end()
})

const anyNetwork = fc.oneof(
  fc.tuple(fc.ipV4(), fc.nat(32)).map(([text, length]) => `${text}/${length}`),
  fc.tuple(fc.nat(255), fc.nat(32)).map(([first, length]) => `${first}.0.0.0/${length}`),
  fc
    .tuple(fc.nat(0xffff), fc.nat(128))
    .map(([first, length]) => `${first.toString(16)}::/${length}`),
)

t.test('nothing that is not handed out, and nothing wide, ever comes out', (t) => {
  const list = checkList({ path: '/list', provider: 'cloudflare' })
  t.doesNotThrow(() =>
    assertProperty(
      fc.property(anyNetwork, (text) => {
        const [read] = unlessRefused(() => networksOf(text, list)) ?? []
        if (read === undefined) return true
        const [base = '', length = ''] = read.split('/')
        return base.includes(':')
          ? /^[23][\da-f]{3}:/.test(base) && Number(length) >= 13
          : !/^(?:0|10|127|22[4-9]|2[3-5]\d)\./.test(base) && Number(length) >= 9
      }),
      500,
    ),
  )
  t.end()
})
