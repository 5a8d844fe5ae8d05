// The table of known proxies: whatever it says of a proxy can be compiled, and never trusts anybody.

import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { compileTrust } from '../../lib/trust/policy.ts'
import { proxies, unsafeProxies } from '../../lib/trust/proxies.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const root = new URL('../../', import.meta.url)
const file = new URL('test/fixtures/proxy-captures.json', root)
const { cases }: { cases: readonly { readonly id: string }[] } = JSON.parse(
  readFileSync(file, 'utf8'),
)
const setups = [...new Set(cases.map(({ id }) => id.slice(0, id.indexOf('/'))))]

const names = Object.keys(proxies)

t.test('each row compiles alone, tells the client in one header, and reads what it lists', (t) => {
  for (const [proxy, { sets }] of Object.entries(proxies)) {
    const { policy } = Reflect.apply(compileTrust, undefined, [{ proxy }])
    t.not(policy.source.kind, 'peer', proxy)
    t.ok(Object.keys(sets).includes(policy.source.name), proxy)
  }
  t.end()
})

t.test('each row has its source: captures or a configuration that exist, or a page', (t) => {
  for (const [name, { source }] of Object.entries(proxies)) {
    const pattern = new RegExp(`^${source.replaceAll('*', '.+')}$`)
    const captured = setups.some((setup) => pattern.test(setup))
    const configured = source.startsWith('docs/deploy/') && existsSync(new URL(source, root))
    t.ok(
      captured || configured || /^https:\/\/[\w.]+\/[\w/.#-]+$/.test(source),
      `${name}: ${source}`,
    )
  }
  t.end()
})

t.test('no name is both known and unsafe, and all are written as they are compared', (t) => {
  for (const name of [...names, ...Object.keys(unsafeProxies)]) t.equal(name, name.toLowerCase())
  t.same(
    names.filter((name) => Object.hasOwn(unsafeProxies, name)),
    [],
  )
  t.end()
})

t.test('two of a kind in a chain still tell the client, or say why not', (t) => {
  const told = names.filter((name) => {
    try {
      Reflect.apply(compileTrust, undefined, [{ proxy: [name, name] }])
      return true
    } catch {
      const error = startUpError(() =>
        Reflect.apply(compileTrust, undefined, [{ proxy: [name, name] }]),
      )
      t.equal(error.code, 'contradiction', name)
      return false
    }
  })
  t.same(
    names.filter((name) => !told.includes(name)),
    ['tinyproxy', 'fastify-http-proxy', 'fastly', 'akamai', 'vercel'],
  )
  t.end()
})
