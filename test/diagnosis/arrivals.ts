// What is picked of a request's headers, beside those that the policy reads.

import t from 'tap'
import { compileArrivals, countValues } from '../../lib/diagnosis/arrivals.ts'
import { compileTrust } from '../../lib/index.ts'

const { policy } = compileTrust({
  headers: ['x-forwarded-for', { address: 'x-my-client' }].slice(1),
})

t.test('forwarding headers are picked in any case, known ones and listed ones', (t) => {
  const { values, clientHeaders } = compileArrivals(['x-real-ip'])(
    [
      ...['Host', 'shop.example', 'User-Agent', 'test', 'Accept', '*/*', 'Cookie', 'secret'],
      ...['X-FORWARDED-FOR', '203.0.113.7', 'Forwarded', 'for=203.0.113.7', 'X-Real-IP', '::1'],
      ...['x-my-client', '203.0.113.7', 'Front-End-Https', 'on', 'X-Forwarded-Port', '443'],
    ],
    policy,
  )
  t.same(Object.fromEntries(values), {
    host: 'shop.example',
    'user-agent': 'test',
    'x-forwarded-for': '203.0.113.7',
    forwarded: 'for=203.0.113.7',
    'x-real-ip': '::1',
    'x-my-client': '203.0.113.7',
    'front-end-https': 'on',
  })
  t.same(clientHeaders, ['x-forwarded-for', 'forwarded', 'x-real-ip'])
  t.end()
})

t.test('repeated lines are one list, and an empty line is none', (t) => {
  const lines = ['X-Forwarded-For', 'a, b', 'x-forwarded-for', '', 'X-Forwarded-For', 'c']
  const { values } = compileArrivals([])([...lines, 'X-Forwarded-Host', ' \t', 'Forwarded'], policy)
  t.same([...values], [['x-forwarded-for', 'a, b,c']])
  t.end()
})

t.test('what is no text is not there', (t) => {
  const lines: string[] = JSON.parse('["Forwarded", 5, null, "x", "Host", ["a"]]')
  t.same([...compileArrivals([])(lines, policy).values], [])
  t.end()
})

t.test('values are counted no further than need be', (t) => {
  t.same(
    ['', 'a', 'a,b', 'a,b,c', 'a,,b'].map((list) => countValues(list, 5)),
    [1, 1, 2, 3, 3],
  )
  t.equal(countValues(','.repeat(60_000), 2), 3)
  t.end()
})
