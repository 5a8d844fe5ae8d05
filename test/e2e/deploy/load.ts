// As many requests as this machine can, while the application starts again and again: every line once, and
// the right client in each.

import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { type Front, startFront } from '../../fixtures/deploy/front.ts'
import { freePort, type Place, pidAt, untilItAnswers } from '../../fixtures/deploy/place.ts'
import { readLine, startShop } from '../../fixtures/deploy/shop.ts'
import { activate } from '../../fixtures/deploy/socket-activate.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { ask } from '../../fixtures/e2e/request.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { linesOf, logFolder } from '../../fixtures/log-file.ts'

const run = promisify(execFile)

/** `npm run load` takes more. */
const SECONDS = Number(process.env.HOPWISE_LOAD_SECONDS ?? 4)
const CONNECTIONS = 32

const packages = {
  nginx: 'nginx-light',
  hey: 'hey',
  'systemd-socket-activate': 'systemd',
} as const

proveWith(packages, ({ nginx, hey, 'systemd-socket-activate': program }) => {
  t.test('on a socket that systemd keeps nobody is refused', async (t) => {
    const folder = logFolder(t)
    const place = { host: '127.0.0.1', port: await freePort() }
    const managed = await activate(t, program, place, folder, true)
    await untilItAnswers(place)
    const front = await startFront(t, nginx, place)
    const restarts = { place, again: managed.stop, lines: managed.lines }
    const asked = await underLoad(t, hey, front, restarts)
    t.equal(asked.refused, 0)
  })

  t.test('on a socket of its own, some are refused by nginx while it is closed', async (t) => {
    const folder = logFolder(t)
    const place = { host: '127.0.0.1', port: await freePort() }
    let shop = await startShop(t, place, folder)
    const front = await startFront(t, nginx, place)
    const again = async (): Promise<void> => {
      await shop.stop()
      shop = await startShop(t, place, folder)
    }
    const restarts = { place, again, lines: () => linesOf(`${folder}/access.log`) }
    const asked = await underLoad(t, hey, front, restarts)
    t.ok(asked.refused > 0, 'else it would prove nothing')
    await shop.stop()
  })
})

interface Restarting {
  readonly place: Place
  /** Ends the application in order, and has it started again. */
  again(): Promise<unknown>
  lines(): readonly string[]
}

/** Asks through nginx for some seconds, and compares the two logs line by line. */
async function underLoad(t: Test, hey: string, front: Front, { place, again, lines }: Restarting) {
  let over = false
  const load = flood(hey, front)
  const visitors = Promise.all(
    Array.from({ length: 8 }, (_, index) => visit(front, `127.0.0.${index + 2}`, () => over)),
  )
  const pids = new Set([await pidAt(place)])
  const end = performance.now() + SECONDS * 1000
  while (performance.now() < end - 500) {
    await sleep(700)
    await again()
    pids.add(await pidAt(place))
  }
  const report = await load
  over = true
  const visits = (await visitors).flat()

  // Health checks do not come through nginx.
  const ours = () => lines().filter((line) => !line.includes(' /health '))
  const answered = () => front.lines().filter(({ upstream }) => /^[234]/.test(upstream))
  await eventually(() => ours().length >= answered().length, 10_000)
  const byId = new Map(ours().map((line) => [readLine(line).id, readLine(line)]))
  const refused = front.lines().filter(({ status }) => status === 502)
  t.comment(`${front.lines().length} requests, ${pids.size} processes, ${refused.length} refused`)
  t.comment(report.match(/Requests\/sec.*/)?.[0])

  t.ok(pids.size > 1, 'it did start again')
  t.equal(ours().length, byId.size, 'no line is doubled')
  t.equal(ours().length, answered().length, 'as many lines as nginx has answers')
  t.same(
    answered().filter(({ id, client }) => byId.get(id)?.client !== client),
    [],
    'each with the client that nginx saw',
  )
  t.same(
    front.lines().filter(({ status }) => status !== 200 && status !== 502),
    [],
    'nothing else went wrong',
  )
  t.notOk(
    refused.some(({ id }) => byId.has(id)),
    'the application never saw what nginx refused',
  )
  t.same(
    visits.filter(({ told, from, status }) => status === 200 && told !== `Hello ${from}\n`),
    [],
    'each visitor is greeted by his own name',
  )
  return { refused: refused.length }
}

/** Orders, which nginx does not ask for twice when a connection breaks. */
async function flood(hey: string, { plain }: Front): Promise<string> {
  const body = ['-m', 'POST', '-T', 'application/json', '-d', '"an order"']
  const url = `http://${plain.address}:${plain.port}/orders`
  const amount = ['-z', `${SECONDS}s`, '-c', String(CONNECTIONS)]
  const { stdout } = await run(hey, [...amount, ...body, '-host', 'shop.example', url])
  return stdout
}

async function visit({ plain }: Front, from: string, isOver: () => boolean) {
  const visits: { from: string; status: number; told: string }[] = []
  while (!isOver()) {
    const { status, body } = await ask(plain, { from, path: '/' })
    visits.push({ from, status, told: body })
    await sleep(20)
  }
  return visits
}
