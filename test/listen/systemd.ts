// What systemd passes and hears: sd_listen_fds(3), sd_notify(3), with its own programs.

import { once } from 'node:events'
import t, { type Test } from 'tap'
import {
  notifySystemd,
  takeDescriptors,
  tellReady,
  tellStopping,
} from '../../lib/listen/systemd.ts'
import { proveWith } from '../fixtures/e2e/program.ts'
import { eventually } from '../fixtures/eventually.ts'
import { ask } from '../fixtures/listen/ask.ts'
import { receiveDatagrams } from '../fixtures/listen/datagrams.ts'
import { freePort } from '../fixtures/listen/free-port.ts'
import { activate, type Listened, start } from '../fixtures/listen/process.ts'
import { socketPath } from '../fixtures/loopback.ts'

/** Sets the environment for the time of a test. */
function setEnvironment(t: Test, values: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(values)) {
    const before = process.env[name]
    t.teardown(() => {
      delete process.env[name]
      if (before !== undefined) process.env[name] = before
    })
    delete process.env[name]
    if (value !== undefined) process.env[name] = value
  }
}

const own = String(process.pid)

t.test('without systemd, or for another process, nothing is taken', (t) => {
  for (const [LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES, message] of [
    [undefined, own, undefined, /LISTEN_FDS is not set: .*Start the \.socket unit/],
    ['1', '1', undefined, /LISTEN_PID is 1, and this process is \d+\. .*npm/],
    ['1', undefined, undefined, /LISTEN_PID is not set/],
    ['1', ` ${own}`, undefined, /LISTEN_PID is/],
    ['0', own, undefined, /LISTEN_FDS is 0, LISTEN_FDNAMES not set/],
    ['-1', own, undefined, /LISTEN_FDS is -1/],
    ['1e3', own, undefined, /LISTEN_FDS is 1e3/],
    ['1001', own, undefined, /LISTEN_FDS is 1001/],
    ['2', own, 'web', /LISTEN_FDS is 2, LISTEN_FDNAMES web/],
    ['1', own, 'web:admin', /LISTEN_FDNAMES web:admin/],
  ] as const) {
    setEnvironment(t, { LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES })
    t.throws(() => takeDescriptors('systemd', undefined), {
      code: 'no-descriptor',
      bind: 'systemd',
      message,
    })
    t.equal(process.env.LISTEN_FDS, LISTEN_FDS, 'what was not taken is left')
  }
  t.end()
})

t.test('each is taken once, by its name or with all others', (t) => {
  setEnvironment(t, {
    LISTEN_FDS: '4',
    LISTEN_PID: own,
    LISTEN_PIDFDID: '7',
    LISTEN_FDNAMES: 'web:admin:web:',
  })
  t.throws(() => takeDescriptors('systemd:none', 'none'), {
    message: /no socket is named none\. Write one of web, admin, web, : FileDescriptorName=/,
  })
  t.same(
    Object.keys(process.env).filter((name) => name.startsWith('LISTEN_')),
    [],
  )
  t.same(takeDescriptors('systemd:web', 'web'), [3, 5])
  t.throws(() => takeDescriptors('systemd:web', 'web'), /no socket is named web/)
  t.same(takeDescriptors('systemd', undefined), [4, 6])
  t.throws(() => takeDescriptors('systemd', undefined), {
    message: /no socket is left\. Each can be taken once/,
  })
  t.end()
})

proveWith({ 'systemd-socket-activate': 'systemd', perl: 'perl-base' }, (programs) => {
  const activator = programs['systemd-socket-activate']

  t.test('sockets of both kinds are passed, and the peer is known by its own', async (t) => {
    const path = socketPath(t)
    const port = await freePort()
    const args = ['-l', path, '-l', `127.0.0.1:${port}`]
    const application = await activate(t, activator, args, { bind: 'systemd' })
    const overUnix = { peer: '', client: '203.0.113.7', trusted: 1 }
    t.same(JSON.parse((await ask(`unix:${path}`)).body), overUnix)
    const { addresses, left } = await application.hear<Listened>('listening')
    t.same(addresses, ['fd://3', `http://127.0.0.1:${port}`])
    t.same(left, [], 'no process that it starts takes the variables for its own')
    const overTcp = { peer: '127.0.0.1', client: '203.0.113.7', trusted: 1 }
    t.same(JSON.parse((await ask(addresses[1] ?? '')).body), overTcp)
    application.child.kill('SIGTERM')
    t.equal(await application.ended, 0)
    // The file is systemd's.
    await t.rejects(ask(`unix:${path}`), /ECONNREFUSED/)
  })

  t.test('a name chooses among them', async (t) => {
    const path = socketPath(t)
    const args = ['-l', path, '-l', `127.0.0.1:${await freePort()}`, '--fdname=web:admin']
    const application = await activate(t, activator, args, { bind: 'systemd:web' })
    t.match(await ask(`unix:${path}`), { status: 200 })
    t.same((await application.hear<Listened>('listening')).addresses, ['fd://3'])
    application.child.kill('SIGTERM')
    t.equal(await application.ended, 0)
  })

  t.test('it hears when the server is ready, and when it stops', async (t) => {
    const systemd = await receiveDatagrams(t)
    const application = start(
      t,
      { bind: '127.0.0.1:0' },
      { env: { NOTIFY_SOCKET: systemd.path, PATH: process.env.PATH } },
    )
    await application.hear('listening')
    t.same(systemd.lines, ['READY=1'])
    application.child.kill('SIGTERM')
    t.equal(await application.ended, 0)
    await eventually(() => systemd.lines.length > 1)
    t.same(systemd.lines, ['READY=1', 'STOPPING=1'])
  })
})

t.test('with several servers the first is ready, and the last stops', async (t) => {
  setEnvironment(t, { NOTIFY_SOCKET: '/nonexistent/socket', PATH: '/nonexistent' })
  const heard: string[] = []
  const hear = ({ message }: Error) => heard.push(message.replace(/:.*/, ''))
  process.on('warning', hear)
  t.teardown(() => process.off('warning', hear))
  for (const tell of [tellReady, tellReady, tellStopping, tellReady, tellStopping]) await tell()
  await new Promise(setImmediate)
  t.same(heard, ['systemd-notify READY=1'])
  await tellStopping()
  await tellReady()
  await tellStopping()
  await new Promise(setImmediate)
  t.same(
    heard.slice(1).map((message) => message.slice('systemd-notify '.length)),
    ['STOPPING=1', 'READY=1', 'STOPPING=1'],
  )
})

t.test('without NOTIFY_SOCKET nothing is said', async (t) => {
  setEnvironment(t, { NOTIFY_SOCKET: undefined, PATH: '/nonexistent' })
  const heard: unknown[] = []
  const hear = (warning: unknown) => heard.push(warning)
  process.on('warning', hear)
  t.teardown(() => process.off('warning', hear))
  await notifySystemd('READY=1')
  await new Promise(setImmediate)
  t.same(heard, [])
})

t.test('what goes wrong is a warning: no such program, nobody there', async (t) => {
  for (const [values, message] of [
    [{ PATH: '/nonexistent' }, /systemd-notify READY=1: Error: spawn systemd-notify ENOENT/],
    [{ PATH: process.env.PATH }, /systemd-notify READY=1: /],
  ] as const) {
    setEnvironment(t, { NOTIFY_SOCKET: '/nonexistent/socket', ...values })
    const warned = once(process, 'warning')
    await notifySystemd('READY=1')
    t.match(await warned, [{ name: 'ListenWarning', message }])
  }
})
