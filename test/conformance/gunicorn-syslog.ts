// The packets that real gunicorn sent to syslog: the same lines make the same bytes on the same kind of socket.

import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { openSyslog } from '../../lib/destination/syslog.ts'
import { compileMessage } from '../../lib/destination/syslog-message.ts'
import { eventually } from '../fixtures/eventually.ts'
import { socketPath } from '../fixtures/loopback.ts'
import { sinkDatagrams, sinkStream } from '../fixtures/syslog-sink.ts'

interface Case {
  readonly id: string
  readonly name: string
  readonly gunicorn: string
  readonly config: {
    readonly syslog_addr: string
    readonly syslog_prefix?: string
    readonly syslog_facility?: string
    readonly proc_name?: string
  }
  readonly packets_base64: readonly string[]
  readonly file_log: string
}

const file = new URL('../fixtures/gunicorn-syslog.json', import.meta.url)
const { cases }: { cases: readonly Case[] } = JSON.parse(readFileSync(file, 'utf8'))

/** The packet of the access log, with our process in the place of gunicorn's; undefined without one. */
function accessPacket({ packets_base64 }: Case): string | undefined {
  return packets_base64
    .map((packet) => Buffer.from(packet, 'base64').toString('utf8'))
    .find((packet) => /^<\d+>gunicorn\.[^[]*\.access: \[/.test(packet))
    ?.replace(/ \[\d+\] /, ` [${process.pid}] `)
}

/** The line that gunicorn also wrote to its file; where it had none, what the packet says. */
function lineOf(recorded: Case, packet: string): string {
  if (recorded.file_log !== '') return recorded.file_log
  return `${packet.slice(packet.indexOf('] ') + 2).replace(/\0$/, '')}\n`
}

/** gunicorn's settings in our words; its `proc_name` is that of the application in all recordings. */
function optionsOf({ config }: Case) {
  const { syslog_prefix, proc_name = 'app:application', syslog_facility } = config
  const appName = syslog_prefix ?? proc_name
  return { format: 'gunicorn', appName, facility: syslog_facility } as const
}

/** Sends the line over the kind of socket that gunicorn used, and answers with what arrived. */
async function send(t: Test, recorded: Case, line: string): Promise<string> {
  const options = optionsOf(recorded)
  if (recorded.config.syslog_addr.startsWith('udp:')) {
    const sink = await sinkDatagrams(t)
    const log = openSyslog(`udp://127.0.0.1:${sink.port}`, options)
    log.write(line)
    await log.close()
    await eventually(() => sink.messages.length === 1)
    return sink.messages[0] ?? ''
  }
  const path = socketPath(t)
  const overTcp = recorded.config.syslog_addr.startsWith('tcp:')
  const sink = await sinkStream(t, overTcp ? 0 : path)
  const log = openSyslog(overTcp ? `tcp://127.0.0.1:${sink.port}` : `unix://${path}`, options)
  log.write(line)
  await log.close()
  await eventually(() => sink.received().endsWith('\0'))
  return sink.received()
}

const recordings = cases.flatMap((recorded) => {
  const packet = accessPacket(recorded)
  return packet === undefined ? [] : [{ recorded, packet }]
})

t.test('there are recordings of both versions', (t) => {
  t.same([...new Set(recordings.map(({ recorded }) => recorded.gunicorn))], ['20.1.0', '26.1.0'])
  t.ok(recordings.length >= 40)
  t.end()
})

for (const { recorded, packet } of recordings) {
  const { id, name, gunicorn } = recorded
  const line = lineOf(recorded, packet)
  const isDatagramSocket = name.includes('dgram')
  t.test(`${id}: gunicorn ${gunicorn}, ${name}`, async (t) => {
    if (!isDatagramSocket) {
      t.equal(await send(t, recorded, line), packet)
      return
    }
    // Node has no UNIX datagram sockets to send it over: the bytes all the same.
    const { appName } = optionsOf(recorded)
    const options = { appName, facility: 'user', severity: 'info', hostname: '' } as const
    const message = compileMessage({ format: 'gunicorn', ...options })
    t.equal(message(line.slice(0, -1), new Date()), packet)
  })
}
