// Four processes append to one file: no line is torn, lost or doubled.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { proveWith } from '../../fixtures/e2e/program.ts'
import { logFolder } from '../../fixtures/log-file.ts'

const WORKERS = 4
const LINES = 10_000

const script = fileURLToPath(new URL('../../fixtures/e2e/appending-cluster.ts', import.meta.url))

proveWith({}, () => {
  t.test('four workers append to one file', async (t) => {
    const path = join(logFolder(t), 'access.log')
    const child = fork(script, [path, String(WORKERS), String(LINES)])
    const [code] = await once(child, 'exit')
    t.equal(code, 0, 'no worker has dropped a line')

    const found = Array.from({ length: WORKERS }, () => new Set<number>())
    const torn: string[] = []
    let mixed = 0
    let last = ''
    for await (const line of createInterface({ input: createReadStream(path) })) {
      const [, worker = '', number = '', length = '', rest = ''] =
        /^(\d) (\d+) (\d+) (x*)$/.exec(line) ?? []
      const numbers = found[Number(worker)]
      if (numbers === undefined || rest.length !== Number(length) || numbers.has(Number(number))) {
        torn.push(line.slice(0, 100))
      }
      numbers?.add(Number(number))
      if (worker !== last) mixed++
      last = worker
    }
    t.same(torn, [])
    t.same(
      found.map(({ size }) => size),
      new Array(WORKERS).fill(LINES),
    )
    t.ok(mixed > WORKERS, 'they did write at the same time')
  })
})
