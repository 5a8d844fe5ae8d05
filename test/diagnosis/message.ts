// The words of the warnings: each says who, what, and what to do.

import t from 'tap'
import { type About, formatMessage } from '../../lib/diagnosis/message.ts'
import { warningCodes } from '../../lib/errors.ts'
import type { WarningCode } from '../../types/warning.ts'

const codes = Object.keys(warningCodes).filter((code): code is WarningCode => code in warningCodes)

const about: About = {
  peer: '10.1.2.3',
  header: 'x-forwarded-for',
  address: '203.0.113.7',
  hops: 3,
  networks: ['0.0.0.0/1'],
}

t.test('every code has a message of its own, in a few lines of plain text', (t) => {
  const messages = codes.map((code) => formatMessage(code, about))
  t.equal(new Set(messages).size, codes.length)
  for (const message of messages) t.match(message, /^[ -~]{40,300}$/)
  t.end()
})

t.test('the message names the peer and the header, and says what to do', (t) => {
  t.equal(
    formatMessage('unlisted-peer', about),
    '10.1.2.3 sent X-Forwarded-For and is not listed in forwardedAllowIps: if it is your proxy, list ' +
      'it; if not, this is a forgery and was ignored',
  )
  t.equal(
    formatMessage('bad-client', about),
    'X-Forwarded-For from 10.1.2.3: where the client stands is no address. Let the proxy append to the ' +
      'header or replace it, not pass it on',
  )
  t.match(formatMessage('unlisted-hop', about), / 203\.0\.113\.7: if that is a proxy of yours/)
  t.match(formatMessage('longer-chain', about), /^3 hops in a row /)
  t.end()
})

t.test('what is the case decides what to do', (t) => {
  const unix = { ...about, peer: 'unix:' }
  t.match(
    formatMessage('unlisted-peer', unix),
    /^the peer on the UNIX socket sent .* `unix` is false/,
  )
  t.match(formatMessage('bad-client', unix), /^X-Forwarded-For from the peer on the UNIX socket: /)
  t.notMatch(formatMessage('missing-header', about), / in its place/)
  const instead = formatMessage('missing-header', { ...about, instead: 'x-real-ip' })
  t.match(instead, /, or list X-Real-IP in its place /)
  const wide = (...networks: readonly string[]) => formatMessage('wide-network', { networks })
  t.match(wide('0.0.0.0/1', '2000::/3'), /^forwardedAllowIps lists 0\.0\.0\.0\/1, 2000::\/3: /)
  t.match(wide('a', 'b', 'c'), /^forwardedAllowIps lists a, b, c: /)
  t.match(wide('a', 'b', 'c', 'd', 'e'), /^forwardedAllowIps lists a, b, c and 2 like it: /)
  t.end()
})
