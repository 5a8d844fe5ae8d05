// Networks that are not public: IANA's registries, with their edges.

import t from 'tap'
import { isNetwork, parseNetwork } from '../../lib/address/network.ts'
import { specialIn } from '../../lib/networks/special.ts'

function special(text: string, allowOwn = false): string | undefined {
  const network = parseNetwork(text)
  if (!isNetwork(network)) throw new Error(text)
  return specialIn(network, allowOwn)
}

// RFC 1918, 6598, 4193
const own = [
  '10.0.0.2',
  '10.255.0.0/16',
  '172.16.0.0/12',
  '172.31.255.255',
  '192.168.1.0/24',
].concat(['100.64.0.0/10', '100.127.255.255', 'fc00::/7', 'fd00::1'])
// RFC 791, 1122, 3927, 6890, 5737, 2544, 1112, 919, 4291, 2928, 3849, 3056, 9637
const nobodys = ['0.0.0.0', '127.0.0.1', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.1']
  .concat(['198.18.0.0/15', '198.51.100.0/24', '203.0.113.255', '224.0.0.1', '255.255.255.255'])
  .concat(['::', '::1', '1fff::', '2001::/32', '2001:db8::/32', '2002::/16', '3fff::/20'])
  .concat(['4000::', 'fe80::1', 'ff02::1', '::ffff:127.0.0.1'])

t.test('private networks and those of nobody are not public', (t) => {
  for (const text of [...own, ...nobodys]) t.type(special(text), 'string', text)
  t.equal(special('192.168.0.0/16'), 'private, RFC 1918')
  t.equal(special('2001:db8::1'), 'for documentation, RFC 3849')
  t.end()
})

t.test('private networks pass where they are allowed, those of nobody never', (t) => {
  for (const text of own) t.equal(special(text, true), undefined, text)
  for (const text of nobodys) t.type(special(text, true), 'string', text)
  t.end()
})

t.test('what stands beside them is public', (t) => {
  const beside = ['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0/9']
    .concat(['126.0.0.0', '128.0.0.0', '169.253.0.0/16', '172.15.0.0/16', '172.32.0.0/11'])
    .concat(['192.0.1.0/24', '192.0.3.0/24', '192.167.0.0/16', '192.169.0.0/16', '198.20.0.0/15'])
    .concat(['203.0.112.0/24', '203.0.114.0/24', '223.255.255.255', '2000::', '2001:200::/23'])
    .concat(['2001:db7::/32', '2001:db9::/32', '2003::/16', '3ffe::/16', '3fff:1000::'])
  for (const text of beside) {
    t.equal(special(text), undefined, text)
    t.equal(special(text, true), undefined, text)
  }
  t.end()
})

t.test('a network that has one of them inside is not public either', (t) => {
  for (const text of [
    '100.0.0.0/9',
    '172.0.0.0/8',
    '192.0.0.0/16',
    '203.0.112.0/23',
    '2001::/16',
  ]) {
    t.type(special(text), 'string', text)
    t.type(special(text, true), 'string', text)
  }
  t.equal(special('0.0.0.0/0', true), 'private, RFC 1918')
  t.equal(special('::/0', true), 'private, RFC 4193')
  t.end()
})
