// Which requests a door answers itself, and how.

import t from 'tap'
import { refusalOf } from '../../lib/door/refuse.ts'
import { problemCodes } from '../../lib/errors.ts'
import { compileTrust, resolveContext } from '../../lib/index.ts'
import type { Problem, ProblemCode, RequestContext } from '../../types/context.ts'

const context = resolveContext(
  { remoteAddress: '192.0.2.1', rawHeaders: ['Host', 'shop.example'] },
  compileTrust({ forwardedAllowIps: [] }),
)

/** The same context with other problems. */
function withProblems(problems: readonly Problem[]): RequestContext {
  return Object.create(context, { problems: { value: problems } })
}

t.test('a sound request passes', (t) => {
  t.equal(refusalOf(context), undefined)
  t.end()
})

t.test('four codes are refused, every other passes', (t) => {
  const refused: Partial<Record<ProblemCode, string>> = {
    'scheme-conflict': '400 Bad Request: scheme-conflict\n',
    'bad-host': '400 Bad Request: bad-host\n',
    'host-not-allowed': '400 Bad Request: host-not-allowed\n',
    'too-many-headers': '431 Request Header Fields Too Large: too-many-headers\n',
  }
  t.equal(Object.keys(problemCodes).length, 14, 'all codes stand below')
  for (const code of [
    'unknown-client',
    'obfuscated-client',
    'bad-client',
    'bad-forwarded',
    'too-many-hops',
    'short-chain',
    'too-many-headers',
    'bad-scheme',
    'scheme-conflict',
    'bad-host',
    'no-host',
    'host-not-allowed',
    'bad-port',
    'bad-prefix',
  ] as const) {
    const refusal = refusalOf(withProblems([{ code, value: 'hostile' }]))
    t.equal(refusal?.body, refused[code], code)
    t.equal(
      refusal?.status,
      refused[code] === undefined ? undefined : Number.parseInt(refused[code], 10),
    )
  }
  t.end()
})

t.test('the first code that is refused is named, and never what was sent', (t) => {
  const problems = [{ code: 'no-host' }, { code: 'bad-host', value: '<script>' }] as const
  t.same(refusalOf(withProblems(problems)), { status: 400, body: '400 Bad Request: bad-host\n' })
  t.end()
})
