// Each line of the nginx configuration that matters, and the wrong answer without it.

import { once } from 'node:events'
import { request } from 'node:http'
import t, { type Test } from 'tap'
import { chat } from '../../fixtures/deploy/chat.ts'
import { type Front, startFront } from '../../fixtures/deploy/front.ts'
import { freePort } from '../../fixtures/deploy/place.ts'
import type { Changes } from '../../fixtures/deploy/recipe.ts'
import { type Shop, startShop } from '../../fixtures/deploy/shop.ts'
import { createSocketPath, giveToNginx } from '../../fixtures/e2e/listener.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { ask, type Question } from '../../fixtures/e2e/request.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { logFolder } from '../../fixtures/log-file.ts'

const VISITOR = '127.0.0.2'
const FORGED = '192.0.2.66'

interface Site extends Front {
  readonly shop: Shop
}

interface Proof {
  /** What goes wrong. */
  readonly name: string
  readonly without: Changes
  answer(site: Site): Promise<unknown>
  readonly right: unknown
  readonly wrong: unknown
}

/** The body of an answer over plain HTTP. */
const body = (question: Partial<Question>) => async (site: Site) =>
  (await ask(site.plain, { from: VISITOR, path: '/', ...question })).body

/** Where `/old` leads. */
const location =
  (scheme: 'plain' | 'tls', question: Partial<Question> = {}) =>
  async (site: Site) =>
    (await ask(site[scheme], { from: VISITOR, path: '/old', ...question })).headers.location

const status =
  (question: Partial<Question>, sent = '') =>
  async (site: Site) =>
    send(site, question, sent)

const removed = (line: string): Changes => ({ [line]: '' })

const upgrades = { answer: greet, right: [`${VISITOR}: hello`], wrong: [''] } as const

const proofs: readonly Proof[] = [
  {
    name: 'nobody knows the client',
    without: removed('proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;'),
    answer: body({}),
    right: `Hello ${VISITOR}\n`,
    wrong: 'Hello \n',
  },
  {
    name: 'clients write their own address',
    without: removed('proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;'),
    answer: body({ headers: ['X-Forwarded-For', FORGED] }),
    right: `Hello ${VISITOR}\n`,
    wrong: `Hello ${FORGED}\n`,
  },
  {
    name: 'links on a page behind TLS say http://',
    without: removed('proxy_set_header X-Forwarded-Proto $scheme;'),
    answer: location('tls'),
    right: 'https://shop.example/new',
    wrong: 'http://shop.example/new',
  },
  {
    name: 'clients choose the scheme',
    without: removed('proxy_set_header X-Forwarded-Proto $scheme;'),
    answer: location('plain', { headers: ['X-Forwarded-Proto', 'https'] }),
    right: 'http://shop.example/new',
    wrong: 'https://shop.example/new',
  },
  {
    name: 'the host is the name of the upstream, which allowedHosts refuses',
    without: removed('proxy_set_header Host $http_host;'),
    answer: status({ path: '/' }),
    right: 200,
    wrong: 400,
  },
  {
    name: 'the port is lost with $host',
    without: { $http_host: '$host' },
    answer: location('tls', { host: 'shop.example:8443' }),
    right: 'https://shop.example:8443/new',
    wrong: 'https://shop.example/new',
  },
  {
    name: 'clients name their requests themselves',
    without: removed('proxy_set_header X-Request-ID $request_id;'),
    answer: sameName,
    right: true,
    wrong: false,
  },
  {
    name: 'no WebSocket',
    without: removed('proxy_set_header Upgrade $http_upgrade;'),
    ...upgrades,
  },
  {
    name: 'no WebSocket',
    without: removed('proxy_set_header Connection $connection_upgrade;'),
    ...upgrades,
  },
  {
    name: 'other names reach the application',
    without: removed('listen 80 default_server;'),
    answer: status({ path: '/', host: 'evil.example' }),
    right: 'closed',
    wrong: 400,
  },
  {
    name: 'an upload of 2 MB is refused',
    without: removed('client_max_body_size 10m;'),
    answer: status({ path: '/orders', method: 'POST' }, JSON.stringify('x'.repeat(2e6))),
    right: 200,
    wrong: 413,
  },
  {
    // nginx hands on each chunk of HTTP/1.1 when it is whole, and holds an answer of HTTP/1.0.
    name: 'a stream comes in one piece, when it is over',
    without: { ...removed('proxy_http_version 1.1;'), ...removed('proxy_buffering off;') },
    answer: comesBitByBit,
    right: true,
    wrong: false,
  },
  {
    name: 'nothing but files is found',
    without: removed('try_files $uri @application;'),
    answer: status({ path: '/health' }),
    right: 200,
    wrong: 404,
  },
]

const kept = { answer: keepsConnection, right: true, wrong: false } as const

const proofsOverTcp: readonly Proof[] = [
  {
    name: 'everybody is the proxy',
    without: removed('proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;'),
    answer: body({}),
    right: `Hello ${VISITOR}\n`,
    wrong: 'Hello 127.0.0.1\n',
  },
  {
    name: 'a connection for each request',
    without: removed('proxy_http_version 1.1;'),
    ...kept,
  },
  {
    name: 'a connection for each request',
    without: removed('proxy_set_header Connection $connection_upgrade;'),
    ...kept,
  },
  { name: 'a connection for each request', without: removed('keepalive 8;'), ...kept },
]

proveWith({ nginx: 'nginx-light' }, ({ nginx }) => {
  t.test('without this line, over a UNIX socket', (t) => overUnix(t, nginx))
  t.test('without this line, over TCP', (t) => overTcp(t, nginx))
})

async function overUnix(t: Test, nginx: string) {
  const { path, remove } = createSocketPath()
  t.teardown(remove)
  const shop = await startShop(t, { socketPath: path }, logFolder(t))
  giveToNginx(path)
  await each(t, nginx, shop, proofs)
}

async function overTcp(t: Test, nginx: string) {
  const place = { host: '127.0.0.1', port: await freePort() }
  await each(t, nginx, await startShop(t, place, logFolder(t)), proofsOverTcp)
}

/** Each worker keeps connections of its own. */
const oneWorker: Changes = { 'worker_processes auto;': 'worker_processes 1;' }

async function each(t: Test, nginx: string, shop: Shop, proofs: readonly Proof[]) {
  const whole = { ...(await startFront(t, nginx, shop.place, oneWorker)), shop }
  for (const { name, without, answer, right, wrong } of proofs) {
    await t.test(`${Object.keys(without)}: ${name}`, async (t) => {
      const changes = { ...oneWorker, ...without }
      const maimed = { ...(await startFront(t, nginx, shop.place, changes)), shop }
      t.same(await answer(whole), right, 'with it')
      t.same(await answer(maimed), wrong, 'without it')
    })
  }
}

/** The status, or `closed` where the connection ends without an answer. */
async function send({ plain }: Site, question: Partial<Question>, sent: string) {
  const { path = '/', method = 'GET', host = 'shop.example' } = question
  const asked = request({
    host: plain.address,
    port: plain.port,
    localAddress: VISITOR,
    agent: false,
    method,
    path,
    headers: { Host: host, 'Content-Type': 'application/json' },
  })
  asked.end(sent)
  try {
    const [response] = await once(asked, 'response')
    response.resume()
    await once(response, 'end')
    return response.statusCode
  } catch {
    return 'closed'
  }
}

async function greet({ plain }: Site) {
  return chat(plain, VISITOR, ['hello'])
}

/** Whether the last request has the same name in both logs. */
async function sameName(site: Site) {
  const path = `/?${Math.random()}`
  await ask(site.plain, { from: VISITOR, path, headers: ['X-Request-ID', 'forged'] })
  await eventually(() => site.shop.linesAbout(path).length > 0 && site.lines().length > 0)
  const [line] = site.shop.linesAbout(path)
  return line?.id === site.lines().find((other) => other.path === path)?.id
}

/** Whether nginx asks twice over one connection. */
async function keepsConnection({ plain }: Site) {
  const ports = new Set<number>()
  for (let time = 0; time < 2; time++) {
    const { body } = await ask(plain, { from: VISITOR, path: '/whoami' })
    ports.add(JSON.parse(body).peer.port)
  }
  return ports.size === 1
}

/** Whether the pieces of a stream of a second arrive over most of that second. */
async function comesBitByBit({ plain }: Site) {
  const asked = request({
    host: plain.address,
    port: plain.port,
    path: '/clock',
    headers: { Host: 'shop.example' },
    agent: false,
  }).end()
  const [response] = await once(asked, 'response')
  const arrivals: number[] = []
  for await (const _ of response) arrivals.push(performance.now())
  return arrivals.length >= 8 && (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0) > 500
}
