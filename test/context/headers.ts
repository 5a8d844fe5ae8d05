// The headers a policy reads, picked out of Node's flat list.

import t from 'tap'
import { type PickedHeaders, pickHeaders } from '../../lib/context/headers.ts'

const names = ['host', 'x-forwarded-for', 'x-forwarded-proto']

/** The picked values as an object. */
function pick(rawHeaders: readonly string[]): Record<string, string> {
  return valuesOf(pickHeaders(rawHeaders, names))
}

function valuesOf(picked: PickedHeaders): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = picked.get(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

t.test('only the named headers are picked', (t) => {
  const picked = pick(['Host', 'a.example', 'Cookie', 'secret', 'X-Forwarded-For', '1.2.3.4'])
  t.same(picked, { host: 'a.example', 'x-forwarded-for': '1.2.3.4' })
  t.same(valuesOf(pickHeaders(['Host', 'a.example'], [])), {})
  t.end()
})

t.test('a name counts in any case (RFC 9110 5.1)', (t) => {
  t.same(pick(['HOST', 'a']), { host: 'a' })
  t.same(pick(['x-FORWARDED-pRoTo', 'https']), { 'x-forwarded-proto': 'https' })
  t.end()
})

t.test('beyond ASCII lower case decides, as in `isNamed`: the Kelvin sign is a k', (t) => {
  const picked = pickHeaders(['\u212aEY', 'a', '\xe4ey', 'evil', 'Jey', 'evil'], ['key'])
  t.equal(picked.get('key'), 'a')
  t.end()
})

t.test('another name of the same length, or with other punctuation, is another header', (t) => {
  for (const name of ['Hosu', 'Hos', 'Hosts', 'X_Forwarded_For', 'X.Forwarded.For', ' Host']) {
    t.same(pick([name, 'evil']), {}, name)
  }
  t.end()
})

t.test('repeated lines are one list, in order (RFC 9110 5.3)', (t) => {
  const lines = ['X-Forwarded-For', '1.1.1.1, 2.2.2.2', 'Host', 'a', 'x-forwarded-for', '3.3.3.3']
  t.same(pick(lines), { host: 'a', 'x-forwarded-for': '1.1.1.1, 2.2.2.2,3.3.3.3' })
  t.end()
})

t.test('an empty line keeps its place in the list', (t) => {
  t.same(pick(['X-Forwarded-Proto', '', 'X-Forwarded-Proto', 'https']), {
    'x-forwarded-proto': ',https',
  })
  t.same(pick(['X-Forwarded-Proto', 'https', 'X-Forwarded-Proto', '']), {
    'x-forwarded-proto': 'https,',
  })
  t.end()
})

t.test('a name without a value at the end of the list is nothing', (t) => {
  t.same(pick(['Host']), {})
  t.same(pick(['Host', 'a', 'X-Forwarded-For']), { host: 'a' })
  t.same(pick([]), {})
  t.end()
})

t.test('nothing is left of the request before, nor of other names', (t) => {
  t.same(pick(['Host', 'a.example', 'X-Forwarded-For', '1.2.3.4']).host, 'a.example')
  t.same(pick([]), {})
  const others = ['x-real-ip', 'host']
  const picked = pickHeaders(['X-Real-IP', '1.2.3.4', 'X-Forwarded-For', 'evil'], others)
  t.same([picked.get('x-real-ip'), picked.get('host')], ['1.2.3.4', undefined])
  t.same(picked.get('x-forwarded-for'), undefined, 'it was not asked for')
  t.end()
})

t.test('a name that is as long as another, or as many times as long, is told apart', (t) => {
  const long = `x-${'a'.repeat(34)}`
  const alike = ['host', long, ':authority']
  const lines = ['User-Agent', 'evil', 'HOST', 'a', long.toUpperCase(), 'b', ':authority', 'c']
  const picked = pickHeaders(lines, alike)
  t.same(
    alike.map((name) => picked.get(name)),
    ['a', 'b', 'c'],
  )
  t.end()
})

t.test('a value is no name, whatever it says', (t) => {
  t.same(pick(['X-Other', 'Host', 'X-Another', 'evil.example']), {})
  t.end()
})

t.test('what is no text in a list that somebody built is passed over', (t) => {
  const lines = JSON.parse('[5, "evil", null, "evil", "Host", 5, "Host", ["evil"], "Host", "a"]')
  t.same(pick(lines), { host: 'a' })
  t.end()
})
