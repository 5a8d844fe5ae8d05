// No secret and no whole address is printed by any atom in any column, wherever in a record it stands.

import fc from 'fast-check'
import t from 'tap'
import {
  type AccessRecord,
  compileAccessLog,
  compileTrust,
  parseAccessLog,
  resolveContext,
} from '../../lib/index.ts'
import { all, formatOf, keepsColumns, type Placed } from '../fixtures/any-format.ts'
import { assertProperty } from '../fixtures/assert-property.ts'
import { record } from '../fixtures/record.ts'

/** Values that only these atoms show, each in every kind of column. */
const more: readonly Placed[] = [
  ...['referer', 'cookie', 'authorization', 'proxy-authorization', 'host', 'x-url', 'x-real-ip'],
  ...['x-forwarded-for', 'forwarded', 'location', 'set-cookie'],
]
  .flatMap((name) => [`{${name}}i`, `{${name}}o`, `{http_${name.replaceAll('-', '_')}}e`])
  .concat('{query_string}e', '{raw_uri}e', '{remote_addr}e', '{script_name}e')
  .flatMap((key) =>
    (['quoted', 'bracketed', 'bare'] as const).map((column) => ({ key, column, conversion: 's' })),
  )
const everyAtom = formatOf([...all, ...more])

/** What no line may hold. Nothing else here has these letters. */
const SECRET = 'qZxSECRETxZq'

/** RFC 3986 3.2.1, and "@" and what is encoded, which people put into passwords. */
const around = fc
  .array(
    fc.constantFrom(
      'a',
      'B',
      '-',
      '.',
      '_',
      '~',
      '!',
      '$',
      "'",
      '(',
      ';',
      '=',
      '+',
      '%40',
      '%2F',
      '%3F',
      '%3a',
      '@',
      ':',
    ),
    {
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(''))
const secret = fc.tuple(around, around).map(([before, after]) => before + SECRET + after)
const userInfo = fc.oneof(
  secret,
  fc.tuple(secret, around).map((parts) => parts.join(':')),
  fc.tuple(around, secret).map((parts) => parts.join(':')),
)
const slashes = fc.constantFrom('//', 'https://', 'http:/', 'HTTPS:///', 'x-y:\\\\', 'git+ssh://')
const secretUrl = fc
  .tuple(slashes, userInfo, fc.constantFrom('', '/', '/x?a=b#c', '?q@r', ':81/@z'))
  .map(([begin, info, end]) => `${begin}${info}@h.example${end}`)
/** Named as a parameter that is to be hidden. */
const parameter = fc
  .tuple(fc.constantFrom('token', 'TOKEN', 't%6Fken', 'token[]', 'u[token]'), secret)
  .map((parts) => parts.join('='))
const nested = fc
  .tuple(secretUrl, fc.nat(2))
  .map(([url, times]) => Array.from({ length: times }).reduce<string>(encodeURIComponent, url))
const target = fc.oneof(
  secretUrl,
  fc
    .tuple(fc.constantFrom('/', '/fetch/', '/?u=', '/x?a=1&u=', '/#'), nested)
    .map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom('/?', '/x?a=1&', 'https://h.example/?'), parameter)
    .map((parts) => parts.join('')),
  fc
    .tuple(userInfo, fc.constant('@h.example:443'))
    .filter(([info]) => info.includes(':'))
    .map((parts) => parts.join('')),
)
const trust = compileTrust({ forwardedAllowIps: '*', headers: ['x-forwarded-for'] })
const basic = secret.map((password) => `Basic ${Buffer.from(`bob:${password}`).toString('base64')}`)

const secretRecords: fc.Arbitrary<AccessRecord> = fc
  .record({ target, url: secretUrl, secret, basic })
  .map(({ target, url, secret, basic }) => {
    const headers = [
      'Host',
      url.replace(/^.*?[/\\:]+/, ''),
      'Referer',
      target,
      'X-Url',
      url,
      'Cookie',
      secret,
    ]
    const requestHeaders = [...headers, 'Proxy-Authorization', secret, 'Authorization', basic]
    const context = resolveContext(
      { remoteAddress: '10.0.0.2', url: target, rawHeaders: headers },
      trust,
    )
    const responseHeaders = {
      location: target,
      'set-cookie': [secret, secret],
      'x-url': url,
      authorization: secret,
    }
    return record({ target, requestHeaders, responseHeaders, context })
  })

const options = { timezone: 'UTC', redact: { query: ['token'] } }
const headerOptions = {
  requestHeaders: ['referer', 'cookie', 'x-url', 'host', 'authorization', 'proxy-authorization'],
  responseHeaders: ['location', 'set-cookie', 'x-url'],
}
const formats = [
  compileAccessLog(everyAtom, options),
  compileAccessLog(everyAtom, { ...options, escape: 'exact' }),
  compileAccessLog('json', { ...headerOptions, redact: options.redact }),
  compileAccessLog('logfmt', { ...headerOptions, redact: options.redact }),
]

function holds<Values>(title: string, numRuns: number, property: fc.IProperty<Values>): void {
  t.test(title, (t) => {
    t.doesNotThrow(() => assertProperty(property, numRuns))
    t.end()
  })
}

holds(
  'no line holds a secret, whichever atom prints it',
  500,
  fc.property(secretRecords, (made) => formats.every((format) => !format(made).includes(SECRET))),
)

holds(
  'a redacted record still has one line with all its columns',
  200,
  fc.property(secretRecords, (made) =>
    [compileAccessLog(formatOf(all), options)].every((format) => keepsColumns(format(made))),
  ),
)

const readable = '%(h)s %(u)s "%(r)s" %(U)s %(q)s "%(f)s" "%({x-url}i)s" [%({location}o)s]'

holds(
  'what was printed in the place of a secret is read back',
  200,
  fc.property(secretRecords, (made) => {
    const line = compileAccessLog(readable, options)(made)
    const values = parseAccessLog(readable)(line)
    return values !== undefined && values.u === 'bob' && !JSON.stringify(values).includes(SECRET)
  }),
)

/** An address whose last bits nothing else here has, as proxies write it, and as nobody should. */
const address = fc.constantFrom(
  ...[
    '203.0.113.217',
    '203.0.113.217:217',
    '"203.0.113.217"',
    '203.0.113.0217',
    '::ffff:203.0.113.217',
  ],
  ...[
    '[::ffff:cb00:71d9]:80',
    '2001:db8:1:d9d9:d9d9:d9d9:d9d9:d9d9',
    '[2001:DB8:1:D9D9::D9D9]:443',
  ],
  ...[
    'fe80::d9d9%d9d9',
    '_203.0.113.217',
    'for=203.0.113.217',
    '2002:cb00:71d9::',
    '203.0.113.217 x',
  ],
)
const WHOLE = /113\.0?217|d9/i
const addressRecords = fc.array(address, { minLength: 1, maxLength: 3 }).chain((entries) =>
  fc.constantFrom(',', ', ', ';').map((comma): AccessRecord => {
    const value = entries.join(comma)
    const forwarded = entries.map((entry) => `for=${entry};by="${entry}"`).join(comma)
    const requestHeaders = [
      'Host',
      'h.example',
      'X-Forwarded-For',
      value,
      'Forwarded',
      forwarded,
      'X-Real-IP',
      value,
    ]
    const [remoteAddress = ''] = entries
    const context = resolveContext({ remoteAddress, rawHeaders: requestHeaders }, trust)
    return record({
      remoteAddr: remoteAddress,
      requestHeaders,
      responseHeaders: requestHeaders,
      context,
    })
  }),
)
const masked = { maskAddress: true, timezone: 'UTC' } as const
const maskedHeaders = {
  maskAddress: true,
  requestHeaders: ['x-forwarded-for', 'forwarded', 'x-real-ip'],
} as const
const maskedFormats = [
  compileAccessLog(everyAtom, masked),
  compileAccessLog(everyAtom, { ...masked, redact: false }),
  compileAccessLog(everyAtom, { ...masked, escape: 'exact' }),
  compileAccessLog('json', maskedHeaders),
  compileAccessLog('logfmt', maskedHeaders),
]

holds(
  'no line holds more of an address than the mask leaves',
  500,
  fc.property(addressRecords, (made) => maskedFormats.every((format) => !WHOLE.test(format(made)))),
)
