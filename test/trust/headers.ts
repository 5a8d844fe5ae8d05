// headers and secureSchemeHeaders: every known name, and every way to get one wrong.

import t from 'tap'
import { compileHeaders } from '../../lib/trust/headers.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

/** The known single-address headers, as their senders document them. */
const addressHeaders = [
  'X-Real-IP X-Client-IP X-Cluster-Client-IP X-Envoy-External-Address X-Azure-ClientIP',
  'X-Azure-SocketIP X-AppEngine-User-IP X-Vercel-Forwarded-For X-NF-Client-Connection-IP',
  'CF-Connecting-IP CF-Connecting-IPv6 True-Client-IP Fly-Client-IP Fastly-Client-IP',
  'DO-Connecting-IP Akamai-Client-IP X-Tinyproxy',
].flatMap((names) => names.split(' '))

const listHeaders = [
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'forwarded',
] as const

/** What is read whoever the peer is. */
const always = ['host', ':authority']
const https = { name: 'x-forwarded-proto', secure: 'https' }

t.test('without the options X-Forwarded-For and -Proto are read, as nginx sets them', (t) => {
  t.same(compileHeaders(undefined, undefined), {
    source: { kind: 'x-forwarded-for', name: 'x-forwarded-for' },
    schemeHeaders: [https],
    host: false,
    port: false,
    prefix: false,
    headerNames: [...always, 'x-forwarded-for', 'x-forwarded-proto'],
  })
  t.end()
})

for (const header of addressHeaders) {
  t.test(`${header} is the client's address, in any case`, (t) => {
    const name = header.toLowerCase()
    for (const spelling of [header, name, header.toUpperCase()]) {
      const policy = compileHeaders([spelling], undefined)
      t.same(policy.source, { kind: 'address', name })
      t.same(policy.headerNames, [...always, name])
    }
    t.end()
  })
}

t.test('each list header does its own job, in any case', (t) => {
  const nothing = {
    source: { kind: 'peer', name: '' },
    schemeHeaders: [],
    host: false,
    port: false,
    prefix: false,
  }
  const jobs = {
    'x-forwarded-for': { source: { kind: 'x-forwarded-for', name: 'x-forwarded-for' } },
    'x-forwarded-proto': { schemeHeaders: [https] },
    'x-forwarded-host': { host: true },
    'x-forwarded-port': { port: true },
    'x-forwarded-prefix': { prefix: true },
    forwarded: { source: { kind: 'forwarded', name: 'forwarded' } },
  }
  for (const name of listHeaders) {
    for (const spelling of [name, name.toUpperCase()]) {
      t.same(
        compileHeaders([spelling], undefined),
        { ...nothing, ...jobs[name], headerNames: [...always, name] },
        spelling,
      )
    }
  }
  t.end()
})

t.test('what is not listed is not read', (t) => {
  const policy = compileHeaders([], undefined)
  t.same(policy.headerNames, always)
  t.same(policy.source, { kind: 'peer', name: '' })
  t.same(policy.schemeHeaders, [])
  t.same([policy.host, policy.port, policy.prefix], [false, false, false])
  t.end()
})

t.test('a header that is listed twice is one header', (t) => {
  const names = ['x-forwarded-for', 'X-Forwarded-For', 'x-forwarded-host', 'x-forwarded-host']
  const policy = compileHeaders(names, undefined)
  t.same(policy.headerNames, [...always, 'x-forwarded-for', 'x-forwarded-host'])
  t.same(compileHeaders(['x-real-ip', { address: 'X-Real-IP' }], undefined).source, {
    kind: 'address',
    name: 'x-real-ip',
  })
  t.end()
})

t.test('a private single-address header may have any field name (RFC 9110 5.1)', (t) => {
  for (const address of ['X-My-Client', 'client', "!#$%&'*+-.^_`|~09az"]) {
    const policy = compileHeaders([{ address }, 'x-forwarded-proto'], undefined)
    const name = address.toLowerCase()
    t.same(policy.source, { kind: 'address', name })
    t.same(policy.headerNames, [...always, name, 'x-forwarded-proto'])
  }
  t.end()
})

t.test('secureSchemeHeaders are read as if they were listed, as in gunicorn', (t) => {
  // The three of gunicorn's default.
  const table = {
    'X-FORWARDED-PROTOCOL': 'ssl',
    'X-FORWARDED-PROTO': 'https',
    'X-FORWARDED-SSL': 'on',
  }
  const policy = compileHeaders(['x-forwarded-for'], table)
  t.same(policy.schemeHeaders, [
    { name: 'x-forwarded-protocol', secure: 'ssl' },
    { name: 'x-forwarded-proto', secure: 'https' },
    { name: 'x-forwarded-ssl', secure: 'on' },
  ])
  t.same(
    new Set(policy.headerNames),
    new Set([
      ...always,
      'x-forwarded-for',
      ...Object.keys(table).map((name) => name.toLowerCase()),
    ]),
  )
  t.equal(policy.headerNames.length, 6)
  t.end()
})

t.test('secureSchemeHeaders take the place of the default table', (t) => {
  const policy = compileHeaders(undefined, { 'front-end-https': 'on' })
  t.same(policy.schemeHeaders, [{ name: 'front-end-https', secure: 'on' }])
  t.notOk(policy.headerNames.includes('x-forwarded-proto'))
  t.same(compileHeaders(undefined, {}).schemeHeaders, [])
  t.same(compileHeaders(['forwarded'], {}).schemeHeaders, [])
  t.end()
})

t.test('what comes out is frozen', (t) => {
  for (const headers of [['x-forwarded-for'], ['x-real-ip'], ['forwarded'], []]) {
    const { source, schemeHeaders, headerNames } = compileHeaders(headers, undefined)
    for (const part of [source, schemeHeaders, headerNames]) t.ok(Object.isFrozen(part))
  }
  const { schemeHeaders } = compileHeaders(undefined, { 'x-forwarded-ssl': 'on' })
  for (const part of [schemeHeaders, ...schemeHeaders]) t.ok(Object.isFrozen(part))
  t.ok(compileHeaders(undefined, undefined).schemeHeaders.every(Object.isFrozen))
  t.end()
})

type Row = readonly [headers: unknown, secureSchemeHeaders: unknown, message: string]

const KEEP = 'Keep the one that every trusted proxy sets'
const ALONE = "Keep ['forwarded'] alone, or list the x-forwarded-* headers without it"
const PRIVATE = "A private one that holds one address is written { address: 'x-my-client' }"
const ARRAY = "Write an array, such as ['x-forwarded-for', 'x-forwarded-proto']"
const NAME =
  "Write a known name, or { address: 'x-my-client' } for a private header that holds one address"
const OBJECT = "Write an object, such as { 'x-forwarded-proto': 'https', 'x-forwarded-ssl': 'on' }"
const PAIR = "Write for instance { 'x-forwarded-ssl': 'on' }"
const TELLS = 'Name a header that does, such as x-forwarded-proto or x-forwarded-ssl'

/** Two sources for the client. */
const doubled: readonly Row[] = [
  [['x-forwarded-for', 'x-real-ip'], 'x-forwarded-for', 'x-real-ip'],
  [['CF-Connecting-IP', 'X-Forwarded-Proto', 'Fly-Client-IP'], 'cf-connecting-ip', 'fly-client-ip'],
  [['forwarded', 'true-client-ip'], 'forwarded', 'true-client-ip'],
  [['x-real-ip', { address: 'x-my-client' }], 'x-real-ip', 'x-my-client'],
  [['forwarded', 'x-forwarded-for'], 'forwarded', 'x-forwarded-for'],
].map(([headers, first, second]) => [
  headers,
  undefined,
  `headers: ${first} and ${second} are two sources for the client's address. ${KEEP}`,
])

/** Forwarded beside a list that says the same. */
const beside: readonly Row[] = [
  ...listHeaders.slice(1, -1).map((name) => [name, ['forwarded', name], undefined] as const),
  ['x-forwarded-host', ['X-Forwarded-Host', 'Forwarded'], undefined] as const,
  ['x-forwarded-ssl', ['forwarded'], { 'X-Forwarded-Ssl': 'on' }] as const,
].map(([name, headers, table]) => [
  headers,
  table,
  `headers: forwarded and ${name} would both speak for the same hops. ${ALONE}`,
])

/** Lists of hops where one address is to stand. */
const lists: readonly Row[] = listHeaders.map((name) => [
  [{ address: name.toUpperCase() }],
  undefined,
  `headers: ${name} is a list, not a header that holds one address. Write '${name}' in its place`,
])

/** Headers of another job where the scheme is to be told. */
const schemeless: readonly Row[] = [...listHeaders, ...addressHeaders]
  .filter((name) => name !== 'x-forwarded-proto')
  .map((name) => [
    [],
    { [name]: 'https' },
    `secureSchemeHeaders: ${name.toLowerCase()} does not tell the scheme. ${TELLS}`,
  ])

/** Misspelt names, and the nearest known one. */
const misspelt: readonly Row[] = [
  ['x-forwarded-four', 'x-forwarded-for'],
  ['X-Forwarded-Protocol', 'x-forwarded-proto'],
  ['x-forwardedhost', 'x-forwarded-host'],
  ['x-real-address', 'x-real-ip'],
  ['forward', 'forwarded'],
  ['cf-conecting-ip', 'cf-connecting-ip'],
].map(([name, near]) => [
  [name],
  undefined,
  `headers: "${name}" is no header that is known here. Did you mean '${near}'? ${PRIVATE}`,
])

/** Names like none that is known. */
const foreign: readonly Row[] = ['', 'toString', 'quux', '__proto__'].map((name) => {
  const known = [...listHeaders, ...addressHeaders.map((header) => header.toLowerCase())].join(', ')
  const remedy = `Known are ${known}; ${PRIVATE.replace('A', 'a')}`
  return [[name], undefined, `headers: "${name}" is no header that is known here. ${remedy}`]
})

const noArrays: readonly Row[] = [
  ['x-forwarded-for', '"x-forwarded-for"'],
  [null, 'null'],
  [{ address: 'x-my-client' }, '{"address":"x-my-client"}'],
].map(([value, shown]) => [
  value,
  undefined,
  `headers: ${shown} is no array of header names. ${ARRAY}`,
])

const noNames: readonly Row[] = [
  [null, 'null'],
  [undefined, 'undefined'],
  [1, '1'],
  [['x-real-ip'], '["x-real-ip"]'],
  [{}, '{}'],
  [{ name: 'x-my-client' }, '{"name":"x-my-client"}'],
  [{ address: 'x-my-client', port: true }, '{"address":"x-my-client","port":true}'],
  [{ address: '' }, '{"address":""}'],
  [{ address: 'x my client' }, '{"address":"x my client"}'],
  [{ address: 'x-my-client:' }, '{"address":"x-my-client:"}'],
].map(([entry, shown]) => [[entry], undefined, `headers: ${shown} is no header name. ${NAME}`])

const noTables: readonly Row[] = [
  ['x-forwarded-proto', '"x-forwarded-proto"'],
  [null, 'null'],
  [['x-forwarded-ssl'], '["x-forwarded-ssl"]'],
].map(([value, shown]) => [
  undefined,
  value,
  `secureSchemeHeaders: ${shown} is no object of header names and values. ${OBJECT}`,
])

const noPairs: readonly Row[] = [
  [{ 'x-forwarded-ssl': true }, '"x-forwarded-ssl": true'],
  [{ 'x-forwarded-ssl': '' }, '"x-forwarded-ssl": ""'],
  [{ 'x-forwarded-ssl': '\t ' }, String.raw`"x-forwarded-ssl": "\t "`],
  [{ 'x-forwarded-ssl': null }, '"x-forwarded-ssl": null'],
  [{ 'x forwarded ssl': 'on' }, '"x forwarded ssl": "on"'],
  [{ '': 'on' }, '"": "on"'],
].map(([table, shown]) => [
  undefined,
  table,
  `secureSchemeHeaders: ${shown} is no header name with the value that means https. ${PAIR}`,
])

/** A sentence, the code, and the mistakes that it is about. */
const mistakes = [
  ["two sources for the client's address contradict each other", 'contradiction', doubled],
  ['forwarded stands alone: the lists would speak for the same hops', 'contradiction', beside],
  ['a list of hops is no header that holds one address', 'contradiction', lists],
  ['a header of another job does not tell the scheme', 'contradiction', schemeless],
  ['a misspelt name is told the nearest known one', 'unknown-header', misspelt],
  ['a name like none is told all that are known', 'unknown-header', foreign],
  ['headers are an array', 'wrong-type', noArrays],
  ['an entry is a known name, or a field name for one address', 'wrong-type', noNames],
  ['secureSchemeHeaders are an object', 'wrong-type', noTables],
  ['a scheme header needs a name and the text that means https', 'wrong-type', noPairs],
] as const

for (const [title, code, rows] of mistakes) {
  t.test(title, (t) => {
    for (const [headers, table, message] of rows) {
      const error = startUpError(() => compileHeaders(headers, table))
      t.equal(error.message, message)
      t.equal(error.code, code)
      const [option] = message.split(':')
      t.equal(error.option, option)
      t.equal(error.input, option === 'headers' ? headers : table)
    }
    t.end()
  })
}

t.test('a scheme header that stands there twice is a contradiction', (t) => {
  const error = startUpError(() =>
    compileHeaders(undefined, { 'X-Forwarded-Ssl': 'on', 'x-forwarded-ssl': '1' }),
  )
  t.equal(error.code, 'contradiction')
  t.match(error.message, /x-forwarded-ssl stands there twice/)
  t.end()
})

t.test('a value with blanks around could never match', (t) => {
  const error = startUpError(() => compileHeaders(undefined, { 'x-forwarded-ssl': ' on' }))
  t.equal(error.code, 'wrong-type')
  t.end()
})

t.test('x-forwarded-proto: http does not mean https, in any case', (t) => {
  for (const secure of ['http', 'HTTP', 'ws', 'Ws']) {
    const error = startUpError(() => compileHeaders(undefined, { 'x-forwarded-proto': secure }))
    t.equal(error.code, 'contradiction')
    t.match(error.message, `${secure} does not mean https`)
  }
  t.end()
})
