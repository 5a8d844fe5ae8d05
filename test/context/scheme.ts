// The scheme: what each word means, and what happens when headers contradict each other.

import t from 'tap'
import { parseScheme, reportedScheme } from '../../lib/context/scheme.ts'
import type { Problem } from '../../types/context.ts'
import type { SchemeHeader } from '../../types/trust.ts'

const proto = { name: 'x-forwarded-proto', secure: 'https' }
const ssl = { name: 'x-forwarded-ssl', secure: 'on' }
const protocol = { name: 'x-forwarded-protocol', secure: 'ssl' }

/** What the k-th hop says, and what was wrong with it. */
function read(headers: Readonly<Record<string, string>>, table: readonly SchemeHeader[], k = 1) {
  const problems: Problem[] = []
  const scheme = reportedScheme(new Map(Object.entries(headers)), table, k, problems)
  return { scheme, problems }
}

t.test(
  'a word stands for a scheme in any case; ws and wss are http and https (RFC 6455 3)',
  (t) => {
    for (const [word, scheme] of [
      ['http', 'http'],
      ['HTTP', 'http'],
      ['https', 'https'],
      ['Https', 'https'],
      ['ws', 'http'],
      ['wss', 'https'],
      ['WSS', 'https'],
      ['', undefined],
      ['ftp', undefined],
      ['httpss', undefined],
      ['https ', undefined],
      ['"https"', undefined],
      ['on', undefined],
      ['constructor', undefined],
    ] as const) {
      t.equal(parseScheme(word), scheme, word)
    }
    t.end()
  },
)

t.test('without a header there is no report', (t) => {
  t.same(read({}, [proto, ssl]), { scheme: undefined, problems: [] })
  t.same(read({ 'x-forwarded-proto': 'https' }, []), { scheme: undefined, problems: [] })
  t.end()
})

t.test('an empty value, and an empty place in the list, count as absent', (t) => {
  for (const value of ['', ' ', '\t', 'https,', 'https, ']) {
    t.same(read({ 'x-forwarded-proto': value }, [proto]), { scheme: undefined, problems: [] })
  }
  t.end()
})

t.test('X-Forwarded-Proto names the scheme, with blanks around it', (t) => {
  for (const [value, scheme] of [
    ['https', 'https'],
    [' HTTPS ', 'https'],
    ['http', 'http'],
    ['wss', 'https'],
    ['ws', 'http'],
  ] as const) {
    t.same(read({ 'x-forwarded-proto': value }, [proto]), { scheme, problems: [] })
  }
  t.end()
})

t.test('the k-th value from the right is read, or the left-most of a shorter list', (t) => {
  const headers = { 'x-forwarded-proto': 'https, http, wss' }
  t.equal(read(headers, [proto], 1).scheme, 'https')
  t.equal(read(headers, [proto], 2).scheme, 'http')
  t.equal(read(headers, [proto], 3).scheme, 'https')
  t.equal(read({ 'x-forwarded-proto': 'http, https' }, [proto], 5).scheme, 'http')
  t.end()
})

t.test('any other word is a problem, and no report', (t) => {
  for (const word of ['ftp', 'on', '"https"', 'https http', 'javascript:']) {
    t.same(read({ 'x-forwarded-proto': word }, [proto]), {
      scheme: undefined,
      problems: [{ code: 'bad-scheme', header: 'x-forwarded-proto', hop: 0, value: word }],
    })
  }
  const [problem] = read({ 'x-forwarded-proto': 'x'.repeat(500) }, [proto]).problems
  t.equal(problem?.value, 'x'.repeat(100))
  t.end()
})

t.test('X-Forwarded-Proto may have a word of its own for https, beside the known ones', (t) => {
  const table = [{ name: 'x-forwarded-proto', secure: 'TLS' }]
  for (const [word, scheme] of [
    ['tls', 'https'],
    ['TLS', 'https'],
    ['https', 'https'],
    ['http', 'http'],
  ] as const) {
    t.equal(read({ 'x-forwarded-proto': word }, table).scheme, scheme)
  }
  t.end()
})

t.test('in the other headers the given value means https, any other http, as in gunicorn', (t) => {
  for (const [value, scheme] of [
    ['on', 'https'],
    [' on ', 'https'],
    ['off', 'http'],
    ['ON', 'http'],
    ['https', 'http'],
    ['1', 'http'],
  ] as const) {
    t.same(read({ 'x-forwarded-ssl': value }, [ssl]), { scheme, problems: [] })
  }
  t.equal(read({ 'x-forwarded-protocol': 'ssl' }, [protocol]).scheme, 'https')
  t.equal(read({ 'x-forwarded-protocol': 'https' }, [protocol]).scheme, 'http')
  t.end()
})

t.test('headers that agree are one report', (t) => {
  const table = [protocol, proto, ssl]
  const secure = { 'x-forwarded-protocol': 'ssl', 'x-forwarded-proto': 'https' }
  t.same(read({ ...secure, 'x-forwarded-ssl': 'on' }, table), { scheme: 'https', problems: [] })
  const plain = { 'x-forwarded-proto': 'http', 'x-forwarded-ssl': 'off' }
  t.same(read(plain, table), { scheme: 'http', problems: [] })
  t.end()
})

t.test('headers that contradict each other are a conflict, and the scheme is http', (t) => {
  for (const [headers, header] of [
    [{ 'x-forwarded-proto': 'https', 'x-forwarded-ssl': 'off' }, 'x-forwarded-ssl'],
    [{ 'x-forwarded-proto': 'http', 'x-forwarded-ssl': 'on' }, 'x-forwarded-ssl'],
    [{ 'x-forwarded-protocol': 'ssl', 'x-forwarded-proto': 'http' }, 'x-forwarded-proto'],
  ] as const) {
    t.same(read(headers, [protocol, proto, ssl]), {
      scheme: 'http',
      problems: [{ code: 'scheme-conflict', header, hop: 0 }],
    })
  }
  t.end()
})

t.test('a header that says nothing contradicts nobody', (t) => {
  const headers = { 'x-forwarded-proto': 'ftp', 'x-forwarded-ssl': 'on' }
  const { scheme, problems } = read(headers, [proto, ssl])
  t.equal(scheme, 'https')
  t.same(
    problems.map(({ code }) => code),
    ['bad-scheme'],
  )
  t.equal(read({ 'x-forwarded-proto': '', 'x-forwarded-ssl': 'on' }, [proto, ssl]).scheme, 'https')
  t.end()
})

t.test('a conflict is between values of the same hop', (t) => {
  const headers = { 'x-forwarded-proto': 'https, http', 'x-forwarded-ssl': 'on, off' }
  t.same(read(headers, [proto, ssl], 1), { scheme: 'http', problems: [] })
  t.same(read(headers, [proto, ssl], 2), { scheme: 'https', problems: [] })
  t.end()
})
