// preset: 'gunicorn' stands for options, takes none that says otherwise, and nothing else is a preset.

import t from 'tap'
import { compileTrust } from '../../lib/trust/policy.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

/** The error of options that no type would let through. */
function refused(options: unknown) {
  return startUpError(() => Reflect.apply(compileTrust, undefined, [options]))
}

t.test('gunicorn: its three scheme headers, no header for the client, the list as it is', (t) => {
  const { policy, trusts } = compileTrust({ preset: 'gunicorn', forwardedAllowIps: '10.0.0.2' })
  t.match(policy, { gunicorn: true, source: { kind: 'peer' }, host: false, port: false })
  t.same(policy.schemeHeaders, [
    { name: 'x-forwarded-protocol', secure: 'ssl' },
    { name: 'x-forwarded-proto', secure: 'https' },
    { name: 'x-forwarded-ssl', secure: 'on' },
  ])
  t.equal(trusts('10.0.0.2'), false, 'Express must not walk X-Forwarded-For')
  t.end()
})

t.test('secureSchemeHeaders beside it replace the three, as in gunicorn', (t) => {
  const secureSchemeHeaders = { 'X-FORWARDED-PROTO': 'https' }
  const { policy } = compileTrust({ preset: 'gunicorn', secureSchemeHeaders })
  t.same(policy.schemeHeaders, [{ name: 'x-forwarded-proto', secure: 'https' }])
  t.end()
})

t.test('proxy, headers and hops contradict it', (t) => {
  for (const beside of [{ proxy: 'nginx' }, { headers: [] }, { hops: 1 }]) {
    const error = refused({ preset: 'gunicorn', ...beside })
    t.equal(error.code, 'contradiction')
    t.equal(error.option, 'preset')
    t.match(error.message, `\`${Object.keys(beside)[0]}\``)
  }
  t.end()
})

t.test('any other name, and what is no name, is an error that says what to write', (t) => {
  t.match(refused({ preset: 'gunicron' }).message, "Did you mean 'gunicorn'?")
  for (const preset of ['nginx', 'Express behind a CDN', null, true, {}]) {
    const error = refused({ preset })
    t.equal(error.code, 'wrong-type')
    t.match(error.message, "'gunicorn'")
  }
  t.end()
})

t.test('without a preset headers are read as ever', (t) => {
  t.equal(compileTrust().policy.gunicorn, false)
  t.equal(compileTrust({ proxy: 'nginx', preset: undefined }).policy.source.kind, 'x-forwarded-for')
  t.end()
})
