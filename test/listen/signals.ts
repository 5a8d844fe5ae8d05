// Real signals to real processes: how they end, and what they leave.

import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { stopOnSignals } from '../../lib/listen/signals.ts'
import { ask, dial } from '../fixtures/listen/ask.ts'
import { type Listened, start } from '../fixtures/listen/process.ts'
import { socketPath } from '../fixtures/loopback.ts'

t.test('SIGTERM and SIGINT end the process with 0, once requests have ended', async (t) => {
  await Promise.all(
    (['SIGTERM', 'SIGINT'] as const).map(async (signal) => {
      const path = socketPath(t)
      const application = start(t, { bind: ['127.0.0.1:0', `unix:${path}`] })
      const { addresses } = await application.hear<Listened>('listening')
      const answers = addresses.map((address) => ask(address, '/slow/300'))
      await application.hear('working')
      await sleep(100)
      application.child.kill(signal)
      t.equal(await application.ended, 0, signal)
      for (const { status, connection } of await Promise.all(answers)) {
        t.match({ status, connection }, { status: 200, connection: 'close' })
      }
      t.same(application.said.slice(-3), ['stopping', 'closed', 'idle'], 'by itself')
      t.notOk(existsSync(path))
    }),
  )
})

t.test('a second signal ends it at once, with the code of a shell', async (t) => {
  const path = socketPath(t)
  const application = start(t, { bind: `unix:${path}` })
  const { addresses } = await application.hear<Listened>('listening')
  const lost = ask(addresses[0] ?? '', '/slow/60000').catch(() => 'lost')
  await application.hear('working')
  application.child.kill('SIGTERM')
  await application.hear('stopping')
  // Ctrl-C under npm comes twice: that is one signal.
  application.child.kill('SIGTERM')
  await sleep(500)
  t.equal(application.child.exitCode, null)
  application.child.kill('SIGINT')
  // signal(7): SIGINT is 2.
  t.equal(await application.ended, 130)
  t.equal(await lost, 'lost')
  t.notOk(application.said.includes('closed'))
  t.notOk(existsSync(path), 'its file is removed all the same')
})

t.test('a process that something keeps running ends, too', async (t) => {
  const application = start(t, { bind: '127.0.0.1:0', hang: true })
  await application.hear('listening')
  application.child.kill('SIGTERM')
  t.equal(await application.ended, 0)
  t.notOk(application.said.includes('idle'))
})

t.test('a signal that comes once all is stopped does not kill the process', async (t) => {
  const application = start(t, { bind: '127.0.0.1:0', hang: true })
  await application.hear('listening')
  application.child.kill('SIGTERM')
  await application.hear('closed')
  await sleep(50)
  application.child.kill('SIGTERM')
  t.type(await application.ended, 'number')
})

t.test('a connection that does not end is cut after stopWithinMillis', async (t) => {
  const options = { stopWithinMillis: 300 }
  const application = start(t, { bind: '127.0.0.1:0', options })
  const { addresses } = await application.hear<Listened>('listening')
  const socket = dial(t, addresses[0] ?? '')
  socket.write('GET /slow/60000 HTTP/1.1\r\nHost: x\r\n\r\n')
  await application.hear('working')
  const closed = once(socket.resume(), 'close')
  application.child.kill('SIGTERM')
  await closed
  t.equal(await application.ended, 0)
  t.match(application.complaints(), /1 connections had not ended after 300 ms and were cut/)
})

t.test('without signals the process ends as any other', async (t) => {
  const application = start(t, { bind: '127.0.0.1:0', options: { signals: false } })
  await application.hear('listening')
  application.child.kill('SIGTERM')
  t.equal(await application.ended, 'SIGTERM')
})

t.test('a file is removed when the process ends by an error of its own', async (t) => {
  const path = socketPath(t)
  const application = start(t, { bind: `unix:${path}`, throws: true })
  t.equal(await application.ended, 2)
  t.notOk(existsSync(path))
})

t.test('who takes it back is not heard, and leaves no listener behind', async (t) => {
  const before = process.listenerCount('SIGTERM')
  const [first, second] = [stopOnSignals(async () => {}), stopOnSignals(async () => {})]
  t.equal(process.listenerCount('SIGTERM'), before + 1)
  first()
  t.equal(process.listenerCount('SIGTERM'), before + 1)
  second()
  t.equal(process.listenerCount('SIGTERM'), before)
})
