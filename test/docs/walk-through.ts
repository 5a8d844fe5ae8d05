// The walk-through of `npm start`: it ends, what it prints is true, and it leaves nothing behind.

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'

const program = fileURLToPath(
  new URL('../../dist/docs/examples/walk-through/main.js', import.meta.url),
)

/** A run gets its own folder for temporary files, so that what it leaves there can be seen. */
interface Run {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  readonly folder: string
  readonly exited: Promise<unknown[]>
  stdout(): string
  stderr(): string
}

function start(t: Test, ...args: readonly string[]): Run {
  const folder = mkdtempSync(join(tmpdir(), 'walk-'))
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  })
  const seen = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    seen.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    seen.stderr += chunk
  })
  const exited = once(child, 'close')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exited
    rmSync(folder, { recursive: true })
  })
  return { child, folder, exited, stdout: () => seen.stdout, stderr: () => seen.stderr }
}

/** The text between two titles of the walk-through. */
function sceneOf(stdout: string, number: number): string {
  const [, scene = ''] = stdout.split(new RegExp(`^${number}\\. `, 'm'))
  return scene.split(/^(?:\d+\. |Read next)/m)[0] ?? ''
}

/** Lines that must stand in each scene, blanks set aside. */
const facts: readonly (readonly string[])[] = [
  [
    'from 127.0.0.2, over TLS to the proxy',
    'arrived at Fastify, over TCP from 127.0.0.11, the proxy',
    'x-forwarded-for 127.0.0.2',
    'x-forwarded-proto https',
    'hops 127.0.0.11 trusted in forwardedAllowIps',
    '127.0.0.2 not trusted not in forwardedAllowIps: it is the client',
    'context client 127.0.0.2',
    'scheme https from X-Forwarded-Proto',
    'host shop.example from Host',
    'origin https://shop.example',
    'url https://shop.example/cart?item=1',
    'problems none',
    'answer 200 OK',
    'log 127.0.0.11 127.0.0.2 "127.0.0.2" "GET /cart" 200 "-" -',
  ],
  [
    'from 127.0.0.3, over TLS to the proxy',
    'X-Forwarded-For 198.51.100.66',
    'X-Forwarded-Proto http',
    'X-Forwarded-Host evil.example',
    'arrived at Fastify, over TCP from 127.0.0.11, the proxy',
    'x-forwarded-for 198.51.100.66,127.0.0.3',
    'x-forwarded-proto https',
    'hops 127.0.0.11 trusted in forwardedAllowIps',
    '127.0.0.3 not trusted not in forwardedAllowIps: it is the client',
    'context client 127.0.0.3',
    'scheme https from X-Forwarded-Proto',
    'origin https://shop.example',
    'url https://shop.example/cart?item=1',
    'problems none',
    'log 127.0.0.11 127.0.0.3 "198.51.100.66,127.0.0.3" "GET /cart" 200 "-" -',
  ],
  [
    'from 127.0.0.3, over plain HTTP to the application',
    'arrived at Fastify, over TCP from 127.0.0.3, not the proxy',
    'X-Forwarded-For 198.51.100.66',
    'X-Forwarded-Proto https',
    'X-Forwarded-Host evil.example (not in `headers`: not read)',
    'hops 127.0.0.3 not trusted not in forwardedAllowIps: it is the client, and not believed',
    'context client 127.0.0.3',
    'scheme http of the connection itself',
    'origin http://shop.example',
    'url http://shop.example/cart?item=1',
    'log 127.0.0.3 127.0.0.3 "198.51.100.66" "GET /cart" 200 "-" -',
  ],
  [
    'arrived at Express, over the UNIX socket',
    'x-forwarded-for 127.0.0.2',
    'hops UNIX socket trusted the rights of the file say who is there',
    '127.0.0.2 not trusted not in forwardedAllowIps: it is the client',
    'context client 127.0.0.2',
    'scheme https from X-Forwarded-Proto',
    'url https://shop.example/admin/orders',
    'log - 127.0.0.2 "127.0.0.2" "GET /admin/orders" 200 "-" -',
  ],
  [
    'host shop.example@evil.example',
    'context client 127.0.0.3',
    'problems bad-host in host: "shop.example@evil.example"',
    'answer 400 Bad Request, with the body "400 Bad Request: bad-host"',
    'log 127.0.0.11 127.0.0.3 "127.0.0.3" "GET /password-reset" 400 "-" bad-host',
  ],
  [
    'sent GET /%0A127.0.0.2%20-%20%22GET%20/admin',
    'User-Agent x" 200 "\\',
    'context client 127.0.0.3',
    String.raw`log 127.0.0.11 127.0.0.3 "127.0.0.3" "GET /\n127.0.0.2 - \"GET /admin" 200 ` +
      String.raw`"x\" 200 \"\\" -`,
  ],
]

/** Without alignment; in lower case and lists without blanks, since proxies differ in these. */
function normalLines(scene: string): readonly string[] {
  return scene.split('\n').map(normalLine)
}

function normalLine(line: string): string {
  return line.trim().replace(/ +/g, ' ').replaceAll(', 127', ',127').toLowerCase()
}

async function checkWalk(t: Test, run: Run): Promise<void> {
  t.same(await run.exited, [0, null], 'ends by itself with code 0')
  t.equal(run.stderr(), '')
  for (const [index, expected] of facts.entries()) {
    const lines = normalLines(sceneOf(run.stdout(), index + 1))
    for (const fact of expected) t.ok(lines.includes(normalLine(fact)), `${index + 1}: ${fact}`)
  }
  t.equal(sceneOf(run.stdout(), facts.length + 1), '', 'every scene is checked')
  t.same(readdirSync(run.folder), [], 'the temporary folder is removed')
}

const walked = start(t)

t.test('it ends by itself, and every fact that it prints is true', async (t) => {
  await checkWalk(t, walked)
  const [last = ''] = walked.stdout().trimEnd().split('\n').slice(-1)
  t.match(last, /^Read next: README\.md, then docs\/choose\.md/)
})

t.test('where stdout is no terminal it prints plain text, 100 columns wide', async (t) => {
  await walked.exited
  t.notMatch(walked.stdout(), /\x1b/)
  const lines = walked.stdout().split('\n')
  t.ok(lines.length > 100)
  // How long the name of the socket is depends on the machine.
  const wide = lines.filter((line) => line.length > 100 && !line.includes(walked.folder))
  t.same(wide, [])
})

t.test('no part of a forged Host or X-Forwarded-Host reaches a URL', async (t) => {
  await walked.exited
  const urls = walked.stdout().match(/^ +(?:url|origin) .*$/gm) ?? []
  t.equal(urls.length, 2 * facts.length)
  t.notOk(urls.some((line) => line.includes('evil')))
})

t.test('--nginx shows the same with the real nginx, or says where to get it', async (t) => {
  const run = start(t, '--nginx')
  if (hasNginx()) {
    await checkWalk(t, run)
    t.match(run.stdout(), /^ +proxy .* nginx,/m)
  } else {
    t.same(await run.exited, [2, null])
    t.match(run.stderr(), /Debian .* nginx-light/)
    t.equal(run.stdout(), '')
  }
})

function hasNginx(): boolean {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin']
  return folders.some((folder) => existsSync(join(folder, 'nginx')))
}

for (const args of ['--sevre', 'serve']) {
  t.test(`${args} is answered with the usage and code 2`, async (t) => {
    const run = start(t, args)
    t.same(await run.exited, [2, null])
    t.match(run.stderr(), /^Usage: npm start -- \[--serve\] \[--nginx\]/)
    t.equal(run.stdout(), '')
  })
}

/** A site that stays up, and where it says that it is. */
interface Served {
  readonly run: Run
  readonly proxyPort: number
  readonly applicationPort: number
  readonly socketPath: string
  readonly commands: string
}

async function serve(t: Test): Promise<Served> {
  const run = start(t, '--serve')
  const ended = run.exited.then(() => true)
  while (!run.stdout().includes('Press Ctrl-C')) {
    const over = await Promise.race([ended, once(run.child.stdout, 'data').then(() => false)])
    if (over) throw new Error(`it ended early: ${run.stderr()}`)
  }
  const [, commands = ''] = run.stdout().split('The site stays up')
  return {
    run,
    proxyPort: Number(/https:\/\/127\.0\.0\.1:(\d+)/.exec(commands)?.[1]),
    applicationPort: Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(commands)?.[1]),
    socketPath: /^ +Express +(\/.*\.sock)$/m.exec(commands)?.[1] ?? '',
    commands,
  }
}

async function ask(request: ClientRequest): Promise<{ status: number; body: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject).end()
  })
  return { status: response.statusCode ?? 0, body: await text(response) }
}

t.test('--serve answers until SIGTERM, then closes everything and ends with code 0', async (t) => {
  const { run, proxyPort, applicationPort, socketPath } = await serve(t)
  const settings = {
    host: '127.0.0.1',
    // An address that the walk-through does not use itself.
    localAddress: '127.0.0.4',
    headers: { 'X-Forwarded-For': '198.51.100.66', 'X-Forwarded-Proto': 'https' },
    agent: false,
    signal: AbortSignal.timeout(20_000),
  } as const
  // The certificate is made by the run, for itself.
  const tls = { ...settings, port: proxyPort, rejectUnauthorized: false }
  const plain = { ...settings, port: applicationPort }

  const proxied = await ask(httpsRequest(tls))
  t.match(JSON.parse(proxied.body), {
    peer: { address: '127.0.0.11', trusted: true },
    client: { address: '127.0.0.4', trusted: false },
    scheme: 'https',
    host: `127.0.0.1:${proxyPort}`,
  })
  const around = await ask(httpRequest(plain))
  t.match(JSON.parse(around.body), {
    peer: { address: '127.0.0.4', trusted: false },
    client: { address: '127.0.0.4' },
    scheme: 'http',
  })
  const admin = await ask(httpsRequest({ ...tls, path: '/admin' }))
  t.match(JSON.parse(admin.body), { peer: { node: 'unix:' }, client: { address: '127.0.0.4' } })
  const direct = await ask(httpRequest({ ...settings, socketPath }))
  t.match(JSON.parse(direct.body), { client: { address: '198.51.100.66' }, scheme: 'https' })
  const foreign = await ask(httpsRequest({ ...tls, headers: { Host: 'evil.example' } }))
  t.same(foreign, { status: 400, body: '400 Bad Request: host-not-allowed\n' })

  run.child.kill('SIGTERM')
  t.same(await run.exited, [0, null])
  t.equal(run.stderr(), '')
  t.same(readdirSync(run.folder), [], 'the socket is removed')
  await t.rejects(ask(httpsRequest(tls)), { code: 'ECONNREFUSED' })
  await t.rejects(ask(httpRequest(plain)), { code: 'ECONNREFUSED' })
  const line = '\n127.0.0.11 127.0.0.4 "198.51.100.66,127.0.0.4" "GET /" 200 "-" -\n'
  t.ok(run.stdout().includes(line), 'the access log went to stdout')
})

t.test('--serve says what to try, and ends on SIGINT with a connection open', async (t) => {
  const { run, applicationPort, proxyPort, socketPath, commands } = await serve(t)
  const proxy = `https://127.0.0.1:${proxyPort}/`
  t.ok(commands.includes(`curl -k '${proxy}`))
  t.ok(commands.includes(`curl -k --interface 127.0.0.2 ${proxy}`))
  t.ok(commands.includes(`curl --unix-socket ${socketPath} `))

  const idle = connect(applicationPort, '127.0.0.1')
  t.teardown(() => idle.destroy())
  await once(idle, 'connect')
  run.child.kill('SIGINT')
  t.same(await run.exited, [0, null])
  t.same(readdirSync(run.folder), [])
})
