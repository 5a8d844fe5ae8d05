// Connections to what takes messages: sockets, and the program logger.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { dialLogger, dialSocket, type Link } from '../../lib/destination/link.ts'
import { eventually } from '../fixtures/eventually.ts'
import { inPlaceOfLogger } from '../fixtures/in-place-of-logger.ts'
import { logFolder } from '../fixtures/log-file.ts'
import { socketPath } from '../fixtures/loopback.ts'
import { sinkStream } from '../fixtures/syslog-sink.ts'

/** Waits for the end of a link, which by itself keeps no process running. */
async function over({ life }: Link): Promise<void> {
  const timer = setInterval(() => {}, 1000)
  await new Promise((resolve) => life.once('close', resolve))
  clearInterval(timer)
}

t.test('a socket takes text until its end, over TCP and over a path', async (t) => {
  const path = socketPath(t)
  const tcp = await sinkStream(t)
  const unix = await sinkStream(t, path)
  for (const { sink, place } of [
    { sink: tcp, place: { host: '127.0.0.1', port: tcp.port } },
    { sink: unix, place: { path } },
  ]) {
    const link = dialSocket(place)()
    link.stream.write('one ')
    link.stream.write('two')
    link.end()
    await over(link)
    await eventually(() => sink.received() === 'one two')
    t.equal(sink.received(), 'one two')
  }
})

t.test('a socket can be cut', async (t) => {
  const sink = await sinkStream(t)
  const link = dialSocket({ host: '127.0.0.1', port: sink.port })()
  await once(link.stream, 'connect')
  link.cut()
  await over(link)
  t.ok(link.stream.destroyed)
})

t.test('a socket that the other side ends is over', async (t) => {
  const sink = await sinkStream(t, 0, (socket) => socket.end('what a daemon never says'))
  const link = dialSocket({ host: '127.0.0.1', port: sink.port })()
  await over(link)
  t.ok(link.stream.destroyed)
})

t.test('a path without a socket is an error, then over', async (t) => {
  const link = dialSocket({ path: socketPath(t) })()
  const [[error]] = await Promise.all([once(link.life, 'error'), over(link)])
  t.match(error, { code: 'ENOENT' })
})

t.test('logger is told socket, priority, tag and process, and has the lines', async (t) => {
  const folder = inPlaceOfLogger(
    t,
    'echo "$@" > "$(dirname "$0")/asked"; cat > "$(dirname "$0")/lines"',
  )
  const link = dialLogger('/dev/log', 'user.info', 'shop')()
  link.stream.write('one\ntwo\n')
  link.end()
  await over(link)
  t.equal(
    readFileSync(join(folder, 'asked'), 'utf8'),
    `--socket /dev/log --socket-errors=on --size 65536 --priority user.info --tag shop --id=${process.pid}\n`,
  )
  t.equal(readFileSync(join(folder, 'lines'), 'utf8'), 'one\ntwo\n')
})

t.test(
  'logger is in a group of its own: what ends us by the terminal does not end it',
  async (t) => {
    const folder = inPlaceOfLogger(
      t,
      'cut -d" " -f1,5 /proc/$$/stat > "$(dirname "$0")/group"; cat',
    )
    const link = dialLogger('/dev/log', 'user.info', 'shop')()
    link.end()
    await over(link)
    const [pid, group] = readFileSync(join(folder, 'group'), 'utf8').trim().split(' ')
    t.equal(group, pid)
  },
)

t.test('what logger complains of is heard, and its end is the end', async (t) => {
  inPlaceOfLogger(t, 'echo "no such socket" >&2; exit 1')
  const link = dialLogger('/dev/log', 'user.info', 'shop')()
  link.stream.on('error', () => {})
  let complaint = ''
  link.complaints?.on('data', (text) => {
    complaint += text
  })
  await over(link)
  t.equal(complaint, 'no such socket\n')
})

t.test('logger can be cut', async (t) => {
  inPlaceOfLogger(t, 'exec sleep 20')
  const link = dialLogger('/dev/log', 'user.info', 'shop')()
  await once(link.life, 'spawn')
  const start = performance.now()
  link.cut()
  await over(link)
  t.ok(performance.now() - start < 5000)
})

t.test('a machine without logger is an error, then over', async (t) => {
  const folder = logFolder(t)
  const path = process.env.PATH
  process.env.PATH = folder
  t.teardown(() => {
    process.env.PATH = path
  })
  const link = dialLogger('/dev/log', 'user.info', 'shop')()
  link.stream.on('error', () => {})
  const [error] = await once(link.life, 'error')
  t.match(error, { code: 'ENOENT', message: /spawn logger/ })
})
