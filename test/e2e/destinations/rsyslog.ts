// A real rsyslogd, configured as the documentation says, receives every line over each way.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { openSyslog } from '../../../lib/destinations.ts'
import type { SyslogOptions } from '../../../types/destination.ts'
import { portOf } from '../../fixtures/e2e/listener.ts'
import { proveWith, startProgram } from '../../fixtures/e2e/program.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { linesOf, logFolder } from '../../fixtures/log-file.ts'

interface Daemon {
  readonly udp: string
  readonly tcp: string
  readonly unix: string
  /** Where messages end with a NUL. */
  readonly nul: string
  /** What Debian calls /dev/log. */
  readonly datagram: string
  /** What the configuration of the documentation writes of RFC 3164 messages. */
  lines(): readonly string[]
  /** Each message with what was said about it: `pri|host|app|process|message`. */
  details(): readonly string[]
}

const COUNT = 1000

/** Lines as a log has them: with quotes, percent signs, text that is not ASCII, and long ones. */
const lines: readonly string[] = Array.from({ length: COUNT }, (_, number) => {
  const agent = ['agent/1.0', 'café \\"q\\" 100%', '日本語', 'x'.repeat(3000)][number % 4]
  return `127.0.0.1 - - [20/Nov/2026:11:33:39 +0000] "GET /${number} HTTP/1.1" 200 12 "-" "${agent}"`
})

proveWith({ rsyslogd: 'rsyslog', logger: 'bsdutils' }, ({ rsyslogd }) => {
  const ways: readonly (readonly [string, keyof Daemon, SyslogOptions])[] = [
    ['RFC 5424 over UDP', 'udp', {}],
    ['RFC 3164 over UDP', 'udp', { format: 'rfc3164' }],
    ['gunicorn over UDP', 'udp', { format: 'gunicorn' }],
    ['RFC 5424 over TCP', 'tcp', {}],
    ['RFC 3164 over TCP', 'tcp', { format: 'rfc3164' }],
    ['RFC 5424 over a UNIX socket', 'unix', {}],
    ['RFC 3164 over a UNIX socket', 'unix', { format: 'rfc3164' }],
    ['gunicorn over TCP', 'nul', { format: 'gunicorn' }],
    ['a UNIX datagram socket', 'datagram', { format: 'rfc3164' }],
  ]
  t.test('rsyslogd receives every line once', async (t) => {
    const daemon = await startDaemon(t, rsyslogd, logFolder(t))
    for (const [name, way, options] of ways) {
      await t.test(name, (t) => receives(t, daemon, String(daemon[way]), options))
    }
  })
  t.test('rsyslogd that starts anew is found again', (t) => startsAnew(t, rsyslogd))
})

/** A TCP and a UDP port of the same number that were free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  const socket = createSocket('udp4').bind(port, '127.0.0.1')
  await once(socket, 'listening')
  socket.close()
  await once(server.close(), 'close')
  return port
}

async function startDaemon(
  t: Test,
  rsyslogd: string,
  folder: string,
  port?: number,
): Promise<Daemon & { stop(): Promise<void>; readonly port: number }> {
  const [main, nul] = [port ?? (await freePort()), await freePort()]
  const file = (name: string): string => join(folder, name)
  writeFileSync(file('rsyslog.conf'), configure(folder, main, nul), { mode: 0o600 })
  const child = startProgram(t, rsyslogd, ['-n', '-i', file('pid'), '-f', file('rsyslog.conf')])
  await untilItListens(main)
  const read = (name: string) => (existsSync(file(name)) ? linesOf(file(name)) : [])
  return {
    udp: `udp://127.0.0.1:${main}`,
    tcp: `tcp://127.0.0.1:${main}`,
    unix: `unix://${file('shop-log.sock')}`,
    nul: `tcp://127.0.0.1:${nul}`,
    datagram: `unix://${file('log')}#dgram`,
    port: main,
    lines: () => read('access.log'),
    details: () => read('details'),
    async stop() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** The configuration of the documentation, and what the test wants to know besides. */
function configure(folder: string, main: number, nul: number): string {
  const page = readFileSync(new URL('../../../docs/destinations.md', import.meta.url), 'utf8')
  const [, documented = ''] = /^```conf\n(# \/etc\/rsyslog.*?)^```$/ms.exec(page) ?? []
  const configuration = documented
    .replaceAll('port="514"', `port="${main}"`)
    .replace('/run/shop-log.sock', join(folder, 'shop-log.sock'))
    .replace('/var/log/shop/access.log', join(folder, 'access.log'))
  if (configuration.split(folder).length !== 3 || configuration.split(`"${main}"`).length !== 3) {
    throw new Error('the documentation has no configuration of rsyslog')
  }
  const details = '%pri%|%hostname%|%app-name%|%procid%|%msg%\\n'
  const action = `action(type="omfile" file="${join(folder, 'details')}" template="details")`
  return `
    module(load="imuxsock" SysSock.Use="off")
    template(name="details" type="string" string="${details}")
    ${configuration.replace('ruleset(name="shop") {', `ruleset(name="shop") {\n${action}`)}
    input(type="imuxsock" Socket="${join(folder, 'log')}" ruleset="shop")
    input(type="imptcp" address="127.0.0.1" port="${nul}" AddtlFrameDelimiter="0" ruleset="shop")
  `
}

async function untilItListens(port: number): Promise<void> {
  for (let attempt = 0; attempt < 250; attempt++) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch {
      await sleep(20)
    } finally {
      socket.destroy()
    }
  }
  throw new Error('rsyslogd does not listen')
}

async function receives(t: Test, daemon: Daemon, url: string, options: SyslogOptions) {
  const told: string[] = []
  const log = openSyslog(url, {
    facility: 'local3',
    appName: 'shop',
    hostname: 'web',
    onError: ({ code, message }) => told.push(`${code} ${message}`),
    ...options,
  })
  const before = { lines: daemon.lines().length, details: daemon.details().length }
  for (const [number, line] of lines.entries()) {
    log.write(`${line}\n`)
    // Datagrams are dropped by whoever is slower: what waits must fit into a socket of 208 KiB.
    const isFull = number % 50 === 49
    if (isFull) await eventually(() => daemon.details().length > before.details + number)
  }
  await log.close()
  await eventually(() => daemon.details().length >= before.details + COUNT)
  t.same([log.dropped, told], [0, []])

  const details = daemon.details().slice(before.details)
  // rsyslog leaves a blank (RFC 3164), a BOM (RFC 5424), or gunicorn's process before the line.
  const start = new RegExp(`^(?: \\[${process.pid}\\] | |\uFEFF)?`)
  const messages = details.map((detail) => detail.split('|').slice(4).join('|').replace(start, ''))
  t.same(messages.sort(), [...lines].sort())

  // local3 is 19 (RFC 5424 6.2.1), info is 6.
  const isGunicorn = options.format === 'gunicorn'
  const name = isGunicorn ? 'gunicorn.shop.access' : `shop|${process.pid}`
  t.ok(details.every((detail) => detail.startsWith('158|') && detail.includes(`|${name}|`)))

  if (options.format === 'rfc3164') {
    await eventually(() => daemon.lines().length >= before.lines + COUNT)
    t.same([...daemon.lines().slice(before.lines)].sort(), [...lines].sort())
  }
}

async function startsAnew(t: Test, rsyslogd: string) {
  const folder = logFolder(t)
  const first = await startDaemon(t, rsyslogd, folder)
  const urls = [first.udp, first.tcp, first.unix, first.datagram]
  const logs = urls.map((url) => openSyslog(url, { appName: 'shop', onError: () => {} }))
  for (const log of logs) log.write('before\n')
  await eventually(() => first.details().length === logs.length)
  await first.stop()
  await sleep(50)
  // Into the void: over UDP and to a socket just closed, nobody can know.
  for (const log of logs) log.write('meanwhile\n')
  await sleep(50)
  const second = await startDaemon(t, rsyslogd, folder, first.port)
  await sleep(1500)
  for (const log of logs) log.write('after\n')
  await Promise.all(logs.map((log) => log.close()))
  const after = () => second.details().filter((detail) => /\| ?after$/.test(detail))
  await eventually(() => after().length >= logs.length)
  t.equal(after().length, logs.length)
}
