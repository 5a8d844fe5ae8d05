// The whole site behind nginx: files, streams, WebSocket, slow clients, and what is said when the application is down.

import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import t, { type Test } from 'tap'
import { chat } from '../../fixtures/deploy/chat.ts'
import { type Front, startFront } from '../../fixtures/deploy/front.ts'
import { freePort } from '../../fixtures/deploy/place.ts'
import { type Shop, startShop } from '../../fixtures/deploy/shop.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { ask } from '../../fixtures/e2e/request.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { logFolder } from '../../fixtures/log-file.ts'

const VISITOR = '127.0.0.2'

proveWith({ nginx: 'nginx-light' }, ({ nginx }) => {
  t.test('the site behind nginx', async (t) => {
    const place = { host: '127.0.0.1', port: await freePort() }
    const shop = await startShop(t, place, logFolder(t))
    const front = await startFront(t, nginx, place)
    const unbuffered = await startFront(t, nginx, place, {
      'location @application {': 'location @application { proxy_buffering off;',
    })
    await t.test('files come from nginx', (t) => files(t, shop, front))
    await t.test('a WebSocket talks for a while', (t) => conversation(t, front))
    await t.test('TLS for another name is refused', (t) => otherName(t, front))
    await t.test('a slow sender is not felt', (t) => slowSender(t, shop, front))
    await t.test('a slow reader is not felt', (t) => slowReader(t, shop, front))
    await t.test('where proxy_buffering is off, it is', (t) => feltReader(t, shop, unbuffered))
    await t.test('the application is down', (t) => down(t, shop, front))
  })
})

async function files(t: Test, shop: Shop, { plain }: Front) {
  const { status, body, headers } = await ask(plain, { from: VISITOR, path: '/logo.txt' })
  t.same([status, body, headers['content-type']], [200, 'a file\n', 'text/plain'])
  await ask(plain, { from: VISITOR, path: '/' })
  await eventually(() => shop.linesAbout('/').length > 0)
  t.same(shop.linesAbout('/logo.txt'), [], 'the application does not hear of it')
}

async function conversation(t: Test, { plain }: Front) {
  const words = ['one', 'two', 'x'.repeat(70_000)]
  const answers = await chat(plain, VISITOR, words)
  t.same(
    answers,
    words.map((word) => `${VISITOR}: ${word}`),
  )
}

async function otherName(t: Test, { tls }: Front) {
  const socket = connectTls({
    host: tls.address,
    port: tls.port,
    servername: 'evil.example',
    rejectUnauthorized: false,
  })
  // RFC 6066 3: the alert unrecognized_name.
  await t.rejects(once(socket, 'secureConnect'), { code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' })
}

/** Sends an order over more than a second. */
async function orderSlowly(port: number, path: string): Promise<void> {
  const body = JSON.stringify('0123456789')
  const asked = request({
    host: '127.0.0.1',
    port,
    path,
    method: 'POST',
    agent: false,
    headers: {
      Host: 'shop.example',
      'Content-Type': 'application/json',
      'Content-Length': body.length,
    },
  })
  const answered = once(asked, 'response')
  for (const letter of body) {
    asked.write(letter)
    await sleep(1200 / body.length)
  }
  asked.end()
  const [response] = await answered
  response.resume()
  await once(response, 'end')
}

async function slowSender(t: Test, shop: Shop, front: Front) {
  await orderSlowly(front.plain.port, '/orders?behind')
  await orderSlowly('port' in shop.place ? shop.place.port : 0, '/orders?direct')
  await eventually(() => shop.linesAbout('/orders?direct').length === 1)

  const [behind] = shop.linesAbout('/orders?behind')
  const [direct] = shop.linesAbout('/orders?direct')
  const atNginx = front.lines().find(({ path }) => path === '/orders?behind')
  t.ok((direct?.millis ?? 0) > 900, `${direct?.millis} ms without nginx`)
  t.ok((atNginx?.millis ?? 0) > 900, `${atNginx?.millis} ms for nginx`)
  t.ok((behind?.millis ?? 1000) < 300, `${behind?.millis} ms for the application behind it`)
}

/** Asks for 30 MB and does not read them yet. */
async function askAndWait({ plain }: Front, path: string): Promise<IncomingMessage> {
  const asked = request({
    host: plain.address,
    port: plain.port,
    path,
    headers: { Host: 'shop.example' },
    agent: false,
  }).end()
  const [response] = await once(asked, 'response')
  return response
}

async function lengthOf(response: IncomingMessage): Promise<number> {
  let length = 0
  for await (const piece of response) length += piece.length
  return length
}

/** More than the kernel keeps of two connections: up to 10 MB each. */
const CATALOGUE_BYTES = 30_000_000

async function slowReader(t: Test, shop: Shop, front: Front) {
  const response = await askAndWait(front, '/catalogue?slow')
  await eventually(() => shop.linesAbout('/catalogue?slow').length === 1)
  t.match(shop.linesAbout('/catalogue?slow'), [{ status: 200, outcome: 'complete' }])
  t.equal(await lengthOf(response), CATALOGUE_BYTES, 'nginx had it all')
}

async function feltReader(t: Test, shop: Shop, front: Front) {
  const response = await askAndWait(front, '/catalogue?felt')
  await sleep(500)
  t.same(shop.linesAbout('/catalogue?felt'), [], 'the application is still busy with it')
  t.equal(await lengthOf(response), CATALOGUE_BYTES)
  await eventually(() => shop.linesAbout('/catalogue?felt').length === 1)
}

async function down(t: Test, shop: Shop, front: Front) {
  t.equal(await shop.stop(), 0)
  const { status, body } = await ask(front.plain, { from: VISITOR, path: '/' })
  t.same([status, body], [502, 'Back in a moment\n'])
  const file = await ask(front.plain, { from: VISITOR, path: '/logo.txt' })
  t.equal(file.status, 200, 'files are still there')
}
