// Lines on stdout when an application is told to end: what comes out, and what an early exit leaves behind.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'

const script = fileURLToPath(new URL('../../fixtures/e2e/leaving-application.ts', import.meta.url))

/** More than a pipe holds, so that most of it waits in the process. */
const LONG_PATH = `/${'x'.repeat(7000)}`
const REQUESTS = 60

/** `way`: how it ends at SIGTERM. */
async function start(t: Test, way: string) {
  const child = fork(script, [way], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const exited = once(child, 'exit')
  const closed = once(child, 'close')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exited
  })
  let text = ''
  child.stdout?.setEncoding('latin1').on('data', (chunk) => {
    text += chunk
  })
  const [port] = await once(child, 'message')
  return {
    child,
    async ask(path: string): Promise<void> {
      const response = await fetch(`http://127.0.0.1:${port}${path}`)
      t.equal(await response.text(), 'hello')
    },
    /** All that it wrote until its end. */
    async lines(): Promise<readonly string[]> {
      const [code] = await closed
      t.equal(code, 0)
      t.ok(text.endsWith('\n'), 'no line is torn')
      return text.split('\n').slice(0, -1)
    },
  }
}

/** Many long lines while nobody reads; the reader wakes up a moment after the signal. */
async function askAsleep(t: Test, way: string): Promise<readonly string[]> {
  const { child, ask, lines } = await start(t, way)
  child.stdout?.pause()
  for (let count = 0; count < REQUESTS; count++) await ask(LONG_PATH)
  child.kill('SIGTERM')
  await sleep(300)
  child.stdout?.resume()
  return lines()
}

t.test('an exit in the handler of SIGTERM leaves no line behind for a reader', async (t) => {
  const { child, ask, lines } = await start(t, 'exit')
  for (let count = 0; count < 5; count++) await ask(`/${count}`)
  child.kill('SIGTERM')
  const paths = (await lines()).map((line) => / (\/\d) /.exec(line)?.[1])
  t.same(paths, ['/0', '/1', '/2', '/3', '/4'])
})

t.test('an application that ends by itself waits for a reader that sleeps', async (t) => {
  t.equal((await askAsleep(t, 'by itself')).length, REQUESTS)
})

t.test('an application that closes its destination first may exit', async (t) => {
  t.equal((await askAsleep(t, 'close and exit')).length, REQUESTS)
})

t.test('an exit at once leaves behind what a reader that sleeps has not taken', async (t) => {
  const { length } = await askAsleep(t, 'exit')
  t.ok(length > 0 && length < REQUESTS, `${length} of ${REQUESTS} lines`)
})
