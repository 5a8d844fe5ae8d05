// The table of atoms, row by row, against what gunicorn was seen to print.

import t from 'tap'
import { compileAtom, contextFields } from '../../lib/access-log/atoms.ts'
import { compilePrivacy, openPrivacy } from '../../lib/access-log/privacy.ts'
import { compileTrust, resolveContext } from '../../lib/index.ts'
import { record } from '../fixtures/record.ts'

/** What an atom reads from a record. */
function read(key: string, parts: Parameters<typeof record>[0] = {}): string | number {
  return compileAtom(key, undefined).read(record(parts))
}

t.test('the single letters of gunicorn', (t) => {
  const wanted: Readonly<Record<string, string | number>> = {
    h: '10.0.0.2',
    l: '-',
    u: 'alice',
    t: '[20/Nov/2026:11:29:06 +0000]',
    r: 'GET /path/to%20it?x=1&y=%22 HTTP/1.1',
    m: 'GET',
    U: '/path/to it',
    q: 'x=1&y=%22',
    H: 'HTTP/1.1',
    s: '200',
    b: '12',
    B: 12,
    f: 'http://ref.example/',
    a: 'agent/1.0',
    T: 2,
    D: 2_001_076,
    M: 2001,
    L: '2.001076',
    p: '<23162>',
  }
  for (const [key, value] of Object.entries(wanted)) t.equal(read(key), value, key)
  t.end()
})

t.test('what is missing is a dash, what is empty is empty', (t) => {
  const bare = { requestHeaders: [] }
  t.equal(read('u', bare), '-')
  t.equal(read('f', bare), '-')
  t.equal(read('a', bare), '-')
  t.equal(read('f', { requestHeaders: ['Referer', ''] }), '')
  t.equal(read('q', { target: '/' }), '')
  t.equal(read('{x-none}i'), '-')
  t.equal(read('{x-empty}i'), '')
  t.equal(read('{x-none}o'), '-')
  t.equal(read('{X_NONE}e'), '-')
  t.equal(read('u', { user: '' }), '-')
  t.equal(read('u', { user: 'bob' }), 'bob')
  t.end()
})

t.test('of repeated lines {}i takes the last, f and a and {}e join them without a blank', (t) => {
  const requestHeaders = ['Referer', 'r1', 'Referer', 'r2', 'User-Agent', 'a1', 'user-agent', 'a2']
  t.equal(read('f', { requestHeaders }), 'r1,r2')
  t.equal(read('a', { requestHeaders }), 'a1,a2')
  t.equal(read('{referer}i', { requestHeaders }), 'r2')
  t.equal(read('{HTTP_REFERER}e', { requestHeaders }), 'r1,r2')
  t.equal(read('{X-Dup}i'), 'two')
  t.equal(read('{Set-Cookie}o'), 'b=2')
  t.equal(read('{age}o'), '5')
  t.end()
})

t.test('a key in braces may be in any case, a letter may not', (t) => {
  t.equal(read('{X-FORWARDED-FOR}I'), '203.0.113.7, 10.0.0.2')
  t.equal(read('{Content-Type}O'), 'text/plain')
  t.equal(read('{remote_addr}E'), '10.0.0.2')
  t.equal(read('S'), '-')
  t.equal(read('R'), '-')
  t.end()
})

t.test('what does not exist is a dash, names of JavaScript included', (t) => {
  for (const key of ['z', '', ' h ', 'constructor', '{x}z', '{x}', '{x}constructor', '__proto__']) {
    t.equal(read(key), '-', key)
  }
  t.equal(read('{__proto__}i'), '-')
  t.end()
})

t.test('None, True and False print as in Python, numbers of the environ as text', (t) => {
  t.equal(read('{X}e', { environ: { X: null } }), 'None')
  t.equal(read('{X}e', { environ: { X: true } }), 'True')
  t.equal(read('{X}e', { environ: { X: false } }), 'False')
  t.equal(read('{X}e', { environ: { X: 7 } }), '7')
  t.end()
})

t.test('a time in braces is a name or a pattern, in which case counts', (t) => {
  t.equal(read('{iso}t'), '2026-11-20T11:29:06.216Z')
  t.equal(read('{epoch}t'), 1795174146)
  t.equal(read('{epoch_ms}t'), 1795174146216)
  t.equal(read('{%d/%b/%Y %H:%M %h}i'), '-')
  t.equal(read('{%d/%b/%Y %H:%M}t'), '20/Nov/2026 11:29')
  t.equal(read('{%m %M}t'), '11 29')
  t.equal(read('{iso}T'), '-')
  t.end()
})

t.test('what is not known of the response is a dash, and a number where it is known', (t) => {
  const atom = compileAtom('{First_Byte}X', undefined)
  t.match(atom, { kind: 'number', ours: true })
  t.equal(atom.read(record()), '-')
  t.equal(atom.read(record({ firstByteMicros: 0 })), 0)
  t.end()
})

t.test('only what this process made is exempt from escaping', (t) => {
  const ours = [
    ...['l', 't', 'b', 'B', 'T', 'D', 'M', 'L', 'p', '{outcome}x', 'z'],
    ...['{iso}t', '{epoch}t', '{epoch_ms}t', '{first_byte}x'],
  ]
  for (const key of ours) t.equal(compileAtom(key, undefined).ours, true, key)
  const theirs = [
    'h',
    'u',
    'r',
    'm',
    'U',
    'q',
    'H',
    's',
    'f',
    'a',
    '{x}i',
    '{x}o',
    '{x}e',
    '{url}x',
    '{%Y}t',
  ]
  for (const key of theirs) t.equal(compileAtom(key, undefined).ours, false, key)
  t.end()
})

t.test(
  'the zone of the record wins over the zone of the format; one that is none does not',
  (t) => {
    const atom = compileAtom('t', 'UTC')
    t.equal(atom.read(record({ timezone: 'Asia/Kathmandu' })), '[20/Nov/2026:17:14:06 +0545]')
    t.equal(atom.read(record({ timezone: 'No/Where' })), '[20/Nov/2026:11:29:06 +0000]')
    t.equal(atom.read(record({ timezone: undefined })), '[20/Nov/2026:11:29:06 +0000]')
    for (let offset = 1; offset <= 120; offset++)
      atom.read(record({ timezone: `No/Zone${offset}` }))
    t.equal(atom.read(record({ timezone: 'Asia/Kathmandu' })), '[20/Nov/2026:17:14:06 +0545]')
    t.throws(() => compileAtom('t', 'No/Where'), { code: 'bad-timezone' })
    t.end()
  },
)

t.test('the process is its own when the record does not say', (t) => {
  t.equal(read('p', { pid: undefined }), `<${process.pid}>`)
  t.end()
})

t.test('{field}x is a field of the context, a dash when unknown', (t) => {
  const trust = compileTrust({
    forwardedAllowIps: '10.0.0.0/8',
    headers: ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-prefix'],
  })
  const context = resolveContext(
    {
      remoteAddress: '10.0.0.2',
      remotePort: 4000,
      url: '/x',
      rawHeaders: [
        ...['Host', 'shop.example:8443', 'X-Forwarded-For', '203.0.113.7:51234, 10.0.0.3'],
        ...['X-Forwarded-Proto', 'https', 'X-Forwarded-Prefix', '/app'],
      ],
    },
    trust,
  )
  const wanted: Readonly<Record<string, string | number>> = {
    'client.address': '203.0.113.7',
    'client.port': '51234',
    'client.node': '203.0.113.7',
    'peer.address': '10.0.0.2',
    'peer.port': '4000',
    scheme: 'https',
    host: 'shop.example:8443',
    hostname: 'shop.example',
    port: '8443',
    prefix: '/app',
    origin: 'https://shop.example:8443',
    url: 'https://shop.example:8443/app/x',
    hops: '10.0.0.2,10.0.0.3,203.0.113.7',
    trusted: '2',
    problems: '-',
    outcome: 'aborted',
    first_byte: 1500,
  }
  t.same(Object.keys(wanted).sort(), [...contextFields].sort(), 'every field stands here')
  for (const [name, value] of Object.entries(wanted)) {
    const parts = { context, outcome: 'aborted', firstByteMicros: 1500 } as const
    t.equal(read(`{${name}}x`, parts), value, name)
    t.equal(read(`{${name}}x`), '-', `${name} without a context`)
  }
  const replayed = JSON.parse(JSON.stringify(context))
  t.equal(read('{url}x', { context: replayed }), wanted.url, 'out of JSON')
  const nobody = resolveContext({ unix: true, rawHeaders: ['Host', 'a@b'] }, trust)
  t.equal(read('{client.address}x', { context: nobody }), '-')
  t.equal(read('{client.port}x', { context: nobody }), '-')
  t.equal(read('{problems}x', { context: nobody }), 'unknown-client,bad-host')
  t.end()
})

t.test('a field that does not exist is an error that names the nearest', (t) => {
  t.throws(() => compileAtom('{client.adress}x', undefined), {
    code: 'bad-format',
    message:
      /"\{client\.adress\}x" is no field of the context\. Did you mean \{client\.address\}x\?/,
  })
  t.throws(() => compileAtom('{client.ip}x', undefined), { message: /Known are client\.address/ })
  t.throws(() => compileAtom('{zzzzzzzzzzzzzzzzzzzzzz}x', undefined), {
    message: /Known are client/,
  })
  t.throws(() => compileAtom('{constructor}x', undefined), { code: 'bad-format' })
  t.end()
})

t.test('a mistake in braces shows the column where it stands in the format', (t) => {
  const place = { format: '%(h)s %({%Y-%Q}t)s %({nope}x)s', index: 8 }
  t.throws(() => compileAtom('{%Y-%Q}t', undefined, openPrivacy, place), {
    code: 'bad-format',
    option: 'accessLog.format',
    input: place.format,
    index: 12,
  })
  t.throws(() => compileAtom('{nope}x', undefined, openPrivacy, { ...place, index: 21 }), {
    code: 'bad-format',
    index: 22,
  })
  t.throws(() => compileAtom('{nope}x', undefined), {
    code: 'bad-format',
    input: '{nope}x',
    index: 1,
  })
  t.end()
})

t.test('what a line is not to say is looked for in every atom that may hold it', (t) => {
  const privacy = compilePrivacy({ maskAddress: true, redact: { headers: ['user-agent'] } })
  const requestHeaders = [
    ...['Host', 'shop.example', 'X-Forwarded-For', '203.0.113.217', 'User-Agent', 'agent/1.0'],
    ...['Referer', 'https://user:pass@ref.example/', 'Authorization', 'Basic dG9rZW4='],
  ]
  const target = 'https:///token@h.example'
  const facts = { remoteAddress: '10.0.0.2', url: target, rawHeaders: requestHeaders }
  const context = resolveContext(facts, compileTrust({ forwardedAllowIps: '10.0.0.2' }))
  const made = record({ target, requestHeaders, context })
  const wanted: Readonly<Record<string, string>> = {
    h: '10.0.0.0',
    u: '-',
    r: 'GET https:///REDACTED@h.example HTTP/1.1',
    U: '/REDACTED@h.example',
    f: 'https://REDACTED:REDACTED@ref.example/',
    a: 'REDACTED',
    '{x-forwarded-for}i': '203.0.113.0',
    '{set-cookie}o': 'REDACTED',
    '{HTTP_REFERER}e': 'https://REDACTED:REDACTED@ref.example/',
    '{client.address}x': '203.0.113.0',
    '{client.node}x': '203.0.113.0',
    '{peer.address}x': '10.0.0.0',
    '{hops}x': '10.0.0.0,203.0.113.0',
    '{url}x': 'http://localhost/REDACTED@h.example',
  }
  for (const [key, value] of Object.entries(wanted)) {
    t.equal(compileAtom(key, 'UTC', privacy).read(made), value, key)
  }
  t.end()
})

t.test('what stands in a record is the value of its atom where privacy changes nothing', (t) => {
  const made = record({
    target: '/a?b=c',
    requestHeaders: ['Referer', '/a', 'User-Agent', 'b', 'X-C', 'd', 'X-C', 'e'],
  })
  const keys = ['h', 'u', 'r', 's', 'f', 'a', '{x-c}i', '{x-d}i', '{age}o', '{x-d}o']
  for (const key of keys) {
    const { raw, read } = compileAtom(key, 'UTC', compilePrivacy({}))
    const header = raw?.header?.read(made.requestHeaders)
    t.equal(String(raw?.read(made, header)), String(read(made)), key)
  }
  for (const key of ['f', 'a']) t.equal(compileAtom(key, 'UTC').raw?.read(made, undefined), '-')
  const { raw } = compileAtom('u', 'UTC')
  t.equal(raw?.read(record(), 'Basic bWU6'), 'me')
  t.equal(raw?.read(record({ user: 'you' }), 'Basic bWU6'), 'you')
  t.equal(compileAtom('h', 'UTC').raw?.read(record({ remoteAddr: '' }), undefined), '-')
  t.end()
})

t.test(
  'what may hold a secret is told before it is printed, and what always is one is not',
  (t) => {
    const open = compilePrivacy({})
    for (const key of ['r', 'f', 'a', '{x-c}i', '{x-c}o']) {
      const mayChange = compileAtom(key, 'UTC', open).raw?.mayChange
      t.ok(mayChange?.('/a:b@c') && mayChange('/a:b%2540c'), key)
      t.notOk(mayChange?.('/a%20b?c=d'), key)
    }
    const query = compilePrivacy({ redact: { query: ['c'] } })
    t.ok(compileAtom('r', 'UTC', query).raw?.mayChange?.('/a?c=d'))
    for (const key of ['h', 'u', 's']) t.notOk(compileAtom(key, 'UTC', open).raw?.mayChange, key)
    t.notOk(compileAtom('{cookie}i', 'UTC', open).raw)
    t.notOk(compileAtom('h', 'UTC', compilePrivacy({ maskAddress: true })).raw)
    const odd = record(JSON.parse('{ "target": 5 }'))
    t.equal(compileAtom('r', 'UTC', open).raw?.read(odd, undefined), undefined)
    t.end()
  },
)
