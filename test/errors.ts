// The codes, each with a way to meet it, and the error that a wrong option throws.

import t from 'tap'
import { compileAccessLog } from '../lib/access-log/compile.ts'
import { resolveContext } from '../lib/context/resolve.ts'
import {
  nearest,
  OptionError,
  optionCodes,
  problemCodes,
  problemValue,
  show,
} from '../lib/errors.ts'
import { readNetworks } from '../lib/networks/read.ts'
import { compileTrust } from '../lib/trust/policy.ts'
import type { ProblemCode } from '../types/context.ts'
import { startUpError } from './fixtures/start-up-error.ts'

const trusted = { remoteAddress: '10.0.0.2', localAddress: '10.0.0.9', localPort: 8080 }
const list = { forwardedAllowIps: '10.0.0.0/8' }

/** For each code of a problem: options and header lines that bring it about. */
const requests: Readonly<Record<ProblemCode, readonly [options: object, lines: string[]]>> = {
  'unknown-client': [list, ['X-Forwarded-For', 'unknown']],
  'obfuscated-client': [list, ['X-Forwarded-For', '_hidden']],
  'bad-client': [list, ['X-Forwarded-For', 'garbage']],
  'bad-forwarded': [{ ...list, headers: ['forwarded'] }, ['Forwarded', 'for=1.2.3.4;for=5.6.7.8']],
  'too-many-hops': [{ ...list, maxHops: 1 }, ['X-Forwarded-For', '203.0.113.7, 10.0.0.3']],
  'short-chain': [{ ...list, hops: 2 }, ['X-Forwarded-For', '203.0.113.7']],
  'too-many-headers': [list, Array.from({ length: 2000 }, () => 'x')],
  'bad-scheme': [list, ['X-Forwarded-For', '203.0.113.7', 'X-Forwarded-Proto', 'ftp']],
  'scheme-conflict': [
    { ...list, secureSchemeHeaders: { 'x-forwarded-proto': 'https', 'x-forwarded-ssl': 'on' } },
    ['X-Forwarded-For', '203.0.113.7', 'X-Forwarded-Proto', 'https', 'X-Forwarded-Ssl', 'off'],
  ],
  'bad-host': [list, ['Host', 'user@shop.example']],
  'no-host': [list, []],
  'host-not-allowed': [{ ...list, allowedHosts: ['shop.example'] }, ['Host', 'evil.example']],
  'bad-port': [
    { ...list, headers: ['x-forwarded-for', 'x-forwarded-port'] },
    ['Host', 'shop.example', 'X-Forwarded-For', '203.0.113.7', 'X-Forwarded-Port', '0'],
  ],
  'bad-prefix': [
    { ...list, headers: ['x-forwarded-for', 'x-forwarded-prefix'] },
    ['X-Forwarded-For', '203.0.113.7', 'X-Forwarded-Prefix', '//evil.example'],
  ],
}

t.test('every code of a problem can be met, and there is no other', (t) => {
  t.same(Object.keys(problemCodes).sort(), Object.keys(requests).sort())
  for (const [code, [options, rawHeaders]] of Object.entries(requests)) {
    const { problems } = resolveContext({ ...trusted, rawHeaders }, compileTrust(options))
    t.ok(
      problems.some((problem) => problem.code === code),
      code,
    )
  }
  t.end()
})

t.test('the doors refuse what nobody can place: 400, and 431 where headers may be missing', (t) => {
  const refused = Object.entries(problemCodes)
    .filter(([, { status }]) => status !== undefined)
    .map(([code, { status }]) => [code, status])
  t.same(Object.fromEntries(refused), {
    'scheme-conflict': 400,
    'bad-host': 400,
    'host-not-allowed': 400,
    'too-many-headers': 431,
  })
  t.end()
})

/** For each code of an option: something that throws it. */
const mistakes: Readonly<Record<keyof typeof optionCodes, () => unknown>> = {
  'unknown-option': () => compileTrust(JSON.parse('{"trustProxy": true}')),
  'wrong-type': () => compileTrust(JSON.parse('{"unix": "false"}')),
  contradiction: () => compileTrust({ hops: 2, headers: [] }),
  'bad-address': () => compileTrust({ forwardedAllowIps: 'proxy.example' }),
  'bad-network': () => compileTrust({ forwardedAllowIps: '10.0.0.0/33' }),
  'whole-family': () => compileTrust({ forwardedAllowIps: '0.0.0.0/0' }),
  'unknown-header': () => compileTrust({ headers: ['x-forwarded-four'] }),
  'unknown-proxy': () => compileTrust(JSON.parse('{"proxy": "ngnix"}')),
  'unsafe-proxy': () => compileTrust(JSON.parse('{"proxy": "pound"}')),
  'bad-host-pattern': () => compileTrust({ allowedHosts: ['shop.example:80'] }),
  'bad-format': () => compileAccessLog('%(h)'),
  'bad-timezone': () => compileAccessLog('common', { timezone: 'Mars/Olympus' }),
  'unreadable-list': () => readNetworks({ path: 'no/such/list', provider: 'fastly' }),
  'bad-list': () => readNetworks({ path: 'package.json', provider: 'fastly' }),
  'wrong-service': () => readNetworks(JSON.parse('{"path":"x","provider":"aws","service":"EC2"}')),
}

t.test('every code of an option can be met, and there is no other', (t) => {
  t.same(Object.keys(optionCodes).sort(), Object.keys(mistakes).sort())
  for (const [code, mistake] of Object.entries(mistakes)) t.equal(startUpError(mistake).code, code)
  t.end()
})

t.test('an option error is a TypeError that carries the option, the input and the place', (t) => {
  const place = { option: 'forwardedAllowIps', input: '::1,bad', index: 4 }
  const error = new OptionError('bad-address', '"bad" is no address', 'Write an address', place)
  t.type(error, TypeError)
  t.equal(error.name, 'OptionError')
  t.equal(error.code, 'bad-address')
  t.equal(error.option, 'forwardedAllowIps')
  t.equal(error.input, '::1,bad')
  t.equal(error.index, 4)
  t.end()
})

t.test('the message says which option, what is wrong, what to write, and points at it', (t) => {
  const message = (input: unknown, index?: number) => {
    const place = index === undefined ? { option: 'o', input } : { option: 'o', input, index }
    return new OptionError('bad-address', 'it is wrong', 'Write it right', place).message
  }
  t.equal(message('::1,bad', 4), 'o: it is wrong. Write it right\n  ::1,bad\n      ^ column 5')
  t.equal(message('bad', 0), 'o: it is wrong. Write it right\n  bad\n  ^ column 1')
  const plain = 'o: it is wrong. Write it right'
  t.equal(message('::1,bad'), plain, 'without an index there is nothing to point at')
  t.equal(message(['bad'], 0), plain, 'nor in what is no text')
  t.equal(message('a\tbad', 2), plain, 'nor where columns cannot be counted')
  t.equal(message('ä,bad', 2), plain)
  t.end()
})

t.test('a value in a message is quoted, escaped, and no longer than a line', (t) => {
  const circular: Record<string, unknown> = {}
  circular.self = circular
  const hostile = {
    toJSON() {
      throw new Error('no')
    },
  }
  for (const [value, text] of [
    ['10.0.0.2', '"10.0.0.2"'],
    ['a"b\n', String.raw`"a\"b\n"`],
    [['a', 1], '["a",1]'],
    [{ a: 1 }, '{"a":1}'],
    [null, 'null'],
    [true, 'true'],
    [undefined, 'undefined'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [5n, '5'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 'secret', 'a function'],
    [circular, 'object'],
    [hostile, 'object'],
    ['x'.repeat(78), `"${'x'.repeat(78)}"`],
    ['x'.repeat(79), `"${'x'.repeat(76)}...`],
  ]) {
    t.equal(show(value), text)
  }
  t.end()
})

t.test('the nearest known word is proposed, and none when all are far off', (t) => {
  const known = ['forwardedAllowIps', 'headers', 'hops', 'maxHops', 'unix']
  for (const [word, near] of [
    ['header', 'headers'],
    ['heders', 'headers'],
    ['haeders', 'headers'],
    ['hop', 'hops'],
    ['HOPS', 'hops'],
    ['unx', 'unix'],
    ['maxHop', 'maxHops'],
    ['allowips', undefined],
    ['Forwarded', 'forwardedAllowIps'],
    ['Head', 'headers'],
    ['ops', 'hops'],
    ['ps', undefined],
    ['zzzzzz', undefined],
    ['', undefined],
    ['z'.repeat(200), undefined],
  ] as const) {
    t.equal(nearest(word, known), near, word)
  }
  t.equal(nearest('hops', []), undefined)
  const long = 'z'.repeat(63)
  t.equal(nearest(`${long}y`, [long]), long)
  t.equal(nearest(`${long}yy`, [long]), undefined, 'longer than any name')
  t.end()
})

t.test('a problem shows at most a hundred characters of what was sent', (t) => {
  t.equal(problemValue('short'), 'short')
  t.equal(problemValue('x'.repeat(60_000)), 'x'.repeat(100))
  t.end()
})
