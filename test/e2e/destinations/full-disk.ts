// Disks that are full, readers that leave and readers that sleep: no request feels them.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  type LoggingOptions,
  type LoggingProcess,
  startLogging,
} from '../../fixtures/e2e/logging-process.ts'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { logFolder, makeFifo } from '../../fixtures/log-file.ts'

/** More than the buffer of a destination (8 MiB) and the flood (60 MB) would let it grow. */
const MEMORY_BOUND = 40 * 1024 * 1024

proveWith({ mkfifo: 'coreutils' }, () => {
  t.test('a file on a full disk', fullDisk)
  t.test('stdout on a full disk', fullStdout)
  t.test('stdout whose reader has left', leftStdout)
  t.test('stdout whose reader sleeps', sleepingStdout)
  t.test('a pipe whose reader sleeps', sleepingPipe)
  t.test('the default destination whose reader has left', leftDefault)
  t.test('the default destination whose reader sleeps', sleepingDefault)
})

function logTo(to: LoggingOptions['to']): LoggingOptions {
  return { framework: 'express', format: 'combined', to }
}

/** A hundred requests, ten at a time, each answered with 200. */
async function answersAll(t: Test, application: LoggingProcess): Promise<void> {
  const statuses: number[] = []
  for (let round = 0; round < 10; round++) {
    const answers = Array.from({ length: 10 }, async () => {
      const response = await fetch(`${application.url}/hello`)
      await response.text()
      statuses.push(response.status)
    })
    await Promise.all(answers)
  }
  t.same(statuses, new Array(100).fill(200), 'every request is answered')
}

async function fullDisk(t: Test) {
  const application = await startLogging(t, logTo({ kind: 'file', path: '/dev/full' }))
  await answersAll(t, application)
  await sleep(150)
  t.same((await application.state()).told, ['ENOSPC'])
  await answersAll(t, application)
  const { told, dropped } = await application.stop()
  t.same(told, ['ENOSPC', 'DROPPING_LINES'])
  t.equal(dropped, 201, 'lines that waited until the end, that of /state among them')
}

async function fullStdout(t: Test) {
  const full = openSync('/dev/full', 'w')
  t.teardown(() => closeSync(full))
  const application = await startLogging(t, logTo({ kind: 'stdout' }), full)
  await answersAll(t, application)
  t.same((await application.state()).told, ['ENOSPC', 'DROPPING_LINES'])
  await answersAll(t, application)
  t.equal((await application.stop()).dropped, 201)
}

/** Closes our end of the application's stdout. */
async function leave({ child }: LoggingProcess): Promise<void> {
  child.stdout?.destroy()
  await sleep(20)
}

async function leftStdout(t: Test) {
  const application = await startLogging(t, logTo({ kind: 'stdout' }), 'pipe')
  await leave(application)
  await answersAll(t, application)
  const { told, dropped } = await application.stop()
  t.same(told, ['EPIPE', 'DROPPING_LINES'])
  t.equal(dropped, 100)

  // What it is good for: the same is the end of a process that writes to stdout as it comes.
  const script = "setInterval(() => process.stdout.write('line\\n'), 10)"
  const bare = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  bare.stdout.destroy()
  const [code] = await once(bare, 'exit')
  t.not(code, 0)
}

/** Floods the log while nobody reads it: other requests are answered meanwhile, within bounds. */
async function staysAlive(t: Test, application: LoggingProcess): Promise<void> {
  const before = await application.state()
  const flooding = fetch(`${application.url}/flood`).then((response) => response.text())
  await answersAll(t, application)
  t.equal(await flooding, 'flooded')
  const after = await application.state()
  const grown = after.memory - before.memory
  t.comment(`${Math.round(grown / 1024)} KiB more, ${after.dropped} of 300,000 lines dropped`)
  t.ok(grown < MEMORY_BOUND)
  t.ok(after.dropped > 200_000)
  t.same(after.told, ['DROPPING_LINES'])
}

async function sleepingStdout(t: Test) {
  const application = await startLogging(t, logTo({ kind: 'stdout' }), 'pipe')
  application.child.stdout?.pause()
  await staysAlive(t, application)
  const { dropped } = await application.state()
  // It wakes up: what it gets is whole.
  let text = ''
  application.child.stdout?.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
  })
  application.child.stdout?.resume()
  await eventually(() => text.split('\n').length > 300_000 - dropped)
  await application.stop()
  const lines = text.split('\n').slice(0, -1)
  const torn = lines.filter((line) => !/^(?:-{199}|127\.0\.0\.1 - - \[.*"[^"]+")$/.test(line))
  t.same(torn, [])
}

/** A pipe with room in it would take some lines in the midst of the flood, and the log would tell. */
function fill(t: Test, path: string): void {
  const pipe = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  const most = 1024 * 1024
  t.throws(
    () => {
      for (let bytes = 0; bytes < most; bytes += 4096) writeSync(pipe, Buffer.alloc(4096))
    },
    { code: 'EAGAIN' },
  )
  closeSync(pipe)
}

async function sleepingPipe(t: Test) {
  const path = join(logFolder(t), 'pipe')
  makeFifo(path)
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  t.teardown(() => closeSync(reader))
  fill(t, path)
  const application = await startLogging(t, logTo({ kind: 'file', path }))
  await staysAlive(t, application)
  const start = performance.now()
  await application.stop()
  t.ok(performance.now() - start < 4000, 'and it ends in time')
}

async function leftDefault(t: Test) {
  const application = await startLogging(t, logTo({ kind: 'none' }), 'pipe')
  await leave(application)
  await answersAll(t, application)
  t.same((await application.stop()).told, ['EPIPE', 'DROPPING_LINES'])
}

/** A long line needs few requests to fill the 8 MiB that may wait. */
const LONG_AGENT = { 'user-agent': '-'.repeat(12_000) }

async function sleepingDefault(t: Test) {
  const application = await startLogging(t, logTo({ kind: 'none' }), 'pipe')
  application.child.stdout?.pause()
  for (let round = 0; round < 100; round++) {
    const answers = Array.from({ length: 10 }, async () => {
      const response = await fetch(`${application.url}/hello`, { headers: LONG_AGENT })
      return response.text()
    })
    await Promise.all(answers)
  }
  await answersAll(t, application)
  t.same((await application.state()).told, ['DROPPING_LINES'])
  application.child.stdout?.resume()
  await application.stop()
}
