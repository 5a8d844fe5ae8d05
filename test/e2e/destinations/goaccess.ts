// GoAccess reads what is written: no line is left that it cannot parse.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openFile } from '../../../lib/destinations.ts'
import hopwise from '../../../lib/express.ts'
import { portOf } from '../../fixtures/e2e/listener.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { ask } from '../../fixtures/e2e/request.ts'
import { linesOf, logFolder } from '../../fixtures/log-file.ts'
import { serve } from '../../fixtures/serve.ts'

interface Request {
  readonly path: string
  readonly headers?: readonly string[]
}

/** What clients send, on good days and on bad ones. */
const requests: readonly Request[] = [
  { path: '/' },
  { path: '/cart?item=1&x=%22', headers: ['Referer', 'https://ref.example/?q="x"'] },
  { path: '/caf%C3%A9', headers: ['User-Agent', 'agent "quoted" \\ back'] },
  { path: '/a%0Ab', headers: ['User-Agent', 'caf\u00e9'] },
  { path: '/login', headers: ['Authorization', 'Basic YWxpY2U6czNjcmV0'] },
  { path: '/bad', headers: ['Authorization', `Basic ${btoa('a b"]\n:x')}`] },
  { path: '/empty', headers: ['User-Agent', '', 'Referer', ''] },
  { path: '/%', headers: ['User-Agent', '%h %r'] },
  { path: `/${'long/'.repeat(300)}`, headers: ['User-Agent', 'x'.repeat(2000)] },
  { path: '/v6', headers: ['X-Forwarded-For', '2001:db8::7'] },
  { path: '/chain', headers: ['X-Forwarded-For', '192.0.2.66, 203.0.113.7'] },
]

proveWith({ goaccess: 'goaccess' }, ({ goaccess }) => {
  for (const format of ['combined', 'proxied'] as const) {
    t.test(`the format ${format} is COMBINED`, (t) => reads(t, goaccess, format, requests))
  }
  // GoAccess looks for the time behind the first opening bracket.
  const user = { path: '/', headers: ['Authorization', `Basic ${btoa('[x:y')}`] }
  t.test('a user cannot forge where the time begins', (t) => {
    return reads(t, goaccess, 'combined', [user])
  })
})

async function reads(
  t: Test,
  goaccess: string,
  format: 'combined' | 'proxied',
  requests: readonly Request[],
) {
  const folder = logFolder(t)
  const path = join(folder, 'access.log')
  const log = openFile(path)
  const middleware = hopwise({ accessLog: { format, stream: log } })
  const server = createServer((request, response) => {
    middleware(request, response, () => {
      response.statusCode = request.url === '/cart' ? 404 : 200
      response.end(request.method === 'HEAD' ? '' : 'hello')
    })
  })
  const { closed } = await serve(t, server)
  const target = { scheme: 'http', address: '127.0.0.1', port: portOf(server) } as const
  for (const request of requests) {
    for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE']) {
      const headers = ['X-Forwarded-For', '203.0.113.7', ...(request.headers ?? [])]
      await ask(target, { from: '127.0.0.1', ...request, method, headers })
    }
  }
  await closed()
  await log.close()

  const count = requests.length * 5
  t.equal(linesOf(path).length, count)
  const report = join(folder, 'report.json')
  execFileSync(goaccess, [path, '--log-format=COMBINED', '--no-global-config', '-o', report], {
    stdio: 'ignore',
  })
  const { general, hosts } = JSON.parse(readFileSync(report, 'utf8'))
  t.match(general, { total_requests: count, valid_requests: count, failed_requests: 0 })
  const seen: readonly string[] = hosts.data.map(({ data }: { readonly data: string }) => data)
  const clients = format === 'combined' ? ['127.0.0.1'] : ['2001:db8::7', '203.0.113.7']
  t.same([...seen].sort(), clients)
}
