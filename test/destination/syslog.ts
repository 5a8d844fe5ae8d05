// A syslog daemon as a destination: what arrives over each way, and what is a mistake.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openSyslog } from '../../lib/destination/syslog.ts'
import { eventually } from '../fixtures/eventually.ts'
import { inPlaceOfLogger } from '../fixtures/in-place-of-logger.ts'
import { freePort } from '../fixtures/listen/free-port.ts'
import { socketPath } from '../fixtures/loopback.ts'
import { startUpError } from '../fixtures/start-up-error.ts'
import { countedMessages, sinkDatagrams, sinkStream } from '../fixtures/syslog-sink.ts'

const iso = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/.source
const options = { hostname: 'web', appName: 'shop' } as const

t.test('over UDP a line is a datagram without its newline', async (t) => {
  const sink = await sinkDatagrams(t)
  const url = `udp://127.0.0.1:${sink.port}`
  const log = openSyslog(url, options)
  const bsd = openSyslog(url, {
    ...options,
    format: 'rfc3164',
    facility: 'LOCAL0',
    severity: 'err',
  })
  log.write('GET / 200\n')
  bsd.write('GET / 404\n')
  await Promise.all([log.close(), bsd.close()])
  await eventually(() => sink.messages.length === 2)
  const [first, second] = [...sink.messages].sort().reverse()
  t.match(first, new RegExp(`^<14>1 ${iso} web shop ${process.pid} access - GET / 200$`))
  t.match(
    second,
    new RegExp(`^<131>[A-Z][a-z]{2} [ 1-3]\\d [\\d:]{8} web shop\\[${process.pid}\\]: GET / 404$`),
  )
})

t.test('RFC 6587 3.4.1: over TCP and over a path each message is counted in octets', async (t) => {
  const path = socketPath(t)
  const tcp = await sinkStream(t)
  const unix = await sinkStream(t, path)
  for (const [url, sink] of [
    [`tcp://127.0.0.1:${tcp.port}`, tcp],
    [`unix://${path}`, unix],
  ] as const) {
    const log = openSyslog(url, options)
    for (const line of ['one\n', 'two é €\n', 'three\nin two\n']) log.write(line)
    await log.close()
    await eventually(() => sink.received().endsWith('in two'))
    const messages = countedMessages(sink.received())
    t.match(messages, [
      new RegExp(`^<14>1 ${iso} web shop ${process.pid} access - one$`),
      /access - \uFEFFtwo é €$/,
      /access - three\nin two$/,
    ])
  }
})

t.test('gunicorn ends a message with a NUL, and counts nothing', async (t) => {
  const sink = await sinkStream(t)
  const log = openSyslog(`tcp://127.0.0.1:${sink.port}`, {
    format: 'gunicorn',
    appName: 'app:main',
  })
  log.write('one\n')
  log.write('two\n')
  await log.close()
  const head = `<14>gunicorn.app.main.access: [${process.pid}] `
  await eventually(() => sink.received().endsWith('two\0'))
  t.equal(sink.received(), `${head}one\0${head}two\0`)
})

t.test('a datagram socket is written to by logger, a line each', async (t) => {
  const folder = inPlaceOfLogger(t, 'cd "$(dirname "$0")"\necho "$@" > asked\ncat > lines')
  const log = openSyslog('unix:///dev/log#dgram', { facility: 'local1', appName: 'my shop' })
  log.write('one\n')
  log.write('two\n')
  await log.close()
  t.equal(readFileSync(join(folder, 'lines'), 'utf8'), 'one\ntwo\n')
  t.match(
    readFileSync(join(folder, 'asked'), 'utf8'),
    /--socket \/dev\/log .*local1\.info --tag my_shop /,
  )
})

t.test('names have a default', async (t) => {
  const sink = await sinkDatagrams(t)
  const log = openSyslog(`udp://127.0.0.1:${sink.port}`)
  log.write('one\n')
  await log.close()
  await eventually(() => sink.messages.length === 1)
  t.match(sink.messages[0], new RegExp(`^<14>1 ${iso} [!-~]+ hopwise ${process.pid} access - one$`))
})

t.test('trouble names the daemon', async (t) => {
  const told: string[] = []
  const url = `unix://${socketPath(t)}`
  const log = openSyslog(url, { onError: ({ message }) => told.push(message) })
  await eventually(() => told.length > 0)
  t.match(told[0], `access log syslog ${url}: connect ENOENT`)
  await log.close()
})

/** How a process ends that logs to all these and closes nothing: by itself, or by a signal after so long. */
async function leave(urls: readonly string[]): Promise<unknown> {
  const script = fileURLToPath(new URL('../fixtures/sends-and-leaves.ts', import.meta.url))
  const child = spawn(process.execPath, [...process.execArgv, script, ...urls], {
    stdio: 'ignore',
    timeout: 30_000,
  })
  const [code, signal] = await once(child, 'exit')
  return code ?? signal
}

t.test('a process that closes no log ends by itself, and its lines arrive', async (t) => {
  const path = socketPath(t)
  const tcp = await sinkStream(t)
  const unix = await sinkStream(t, path)
  const udp = await sinkDatagrams(t)
  const folder = inPlaceOfLogger(t, 'cat > "$(dirname "$0")/lines"')
  writeFileSync(join(folder, 'lines'), '')
  const received: Readonly<Record<string, () => string | undefined>> = {
    [`tcp://127.0.0.1:${tcp.port}`]: tcp.received,
    [`unix://${path}`]: unix.received,
    [`udp://127.0.0.1:${udp.port}`]: () => udp.messages[0],
    'unix:///dev/log#dgram': () => readFileSync(join(folder, 'lines'), 'utf8').trim(),
  }
  t.equal(await leave(Object.keys(received)), 0)
  for (const text of Object.values(received)) {
    await eventually(() => text()?.endsWith('one') === true)
  }
})

t.test('a process whose daemons are not there ends by itself', async (t) => {
  const urls = [
    `tcp://127.0.0.1:${await freePort()}`,
    `unix://${socketPath(t)}`,
    `udp://127.0.0.1:${await freePort()}`,
    // An address that needs a permission: each second there is another try.
    'udp://255.255.255.255:514',
    `unix://${socketPath(t)}#dgram`,
  ]
  t.equal(await leave(urls), 0)
})

t.test('a mistake is an error at start-up that names the option', (t) => {
  const call = (...values: readonly unknown[]) => Reflect.apply(openSyslog, undefined, values)
  const url = 'udp://127.0.0.1:514'
  const dgram = 'unix:///dev/log#dgram'
  const mistakes: readonly (readonly [readonly unknown[], Record<string, unknown>])[] = [
    [['syslog'], { code: 'wrong-type', option: 'url' }],
    [[url, null], { option: 'options' }],
    [[url, { facilty: 'user' }], { code: 'unknown-option', message: /Did you mean `facility`/ }],
    [[url, { facility: 'local8' }], { option: 'facility', message: /local7/ }],
    [[url, { facility: 16 }], { option: 'facility' }],
    [[url, { severity: 'error' }], { option: 'severity', message: /err, warning/ }],
    [[url, { format: 'rfc5425' }], { option: 'format' }],
    [[url, { appName: '' }], { option: 'appName' }],
    [[url, { hostname: 5 }], { option: 'hostname' }],
    [[dgram, { format: 'gunicorn' }], { code: 'contradiction', option: 'format' }],
    [[dgram, { format: 'rfc5424' }], { code: 'contradiction', option: 'format' }],
  ]
  for (const [values, wanted] of mistakes)
    t.match(
      startUpError(() => call(...values)),
      wanted,
    )
  t.end()
})
