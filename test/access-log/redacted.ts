// What stands in the place of a secret.

import t from 'tap'
import {
  asIs,
  REDACTED,
  redactAll,
  rewriteInside,
  rewritePresent,
} from '../../lib/access-log/redacted.ts'

t.test('the word is that of OpenTelemetry, and what is empty or absent stays so', (t) => {
  // opentelemetry.io, attribute url.full: https://REDACTED:REDACTED@www.example.com/
  t.equal(REDACTED, 'REDACTED')
  t.equal(redactAll('secret'), 'REDACTED')
  t.equal(redactAll(''), '')
  t.equal(rewritePresent(redactAll, undefined), undefined)
  t.equal(rewritePresent(asIs, 'a'), 'a')
  t.equal(asIs.mayChange?.('https://user:pass@h.example/'), false, 'it never does')
  t.end()
})

t.test('percent-encoded text stays as it was sent unless what it stands for is rewritten', (t) => {
  t.equal(rewriteInside('a%2fb%C3%a9', 0, asIs), 'a%2fb%C3%a9')
  t.equal(
    rewriteInside('a%2fb%C3%a9 é€', 0, (text) => text.replace('b', '&')),
    'a%2F%26%C3%A9%20%E9€',
  )
  t.equal(rewriteInside('a%2525', 3, asIs), 'REDACTED', 'nobody nests URLs as deep')
  t.end()
})
