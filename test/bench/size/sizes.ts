// The sizes beside their budget. Nothing here is timed.

import { execFileSync } from 'node:child_process'
import type { Effort } from '../measure/rounds.ts'
import { judge } from '../report/judge.ts'
import type { Outcome } from '../report/result.ts'
import { budget, PACKAGE } from './budget.ts'
import { doorSizes } from './size.ts'

export async function* sizes(_: Effort, only: string): AsyncIterable<Outcome> {
  const name = 'bytes of the package, and of each door with its imports'
  if (!name.includes(only)) return
  const sizes = { [PACKAGE]: packageSize(), ...doorSizes('.') }
  yield judge({
    name,
    unit: 'bytes',
    reference: PACKAGE,
    targets: Object.entries(budget).map(([of, valueAtMost]) => ({ of, valueAtMost })),
    values: Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, [size]])),
  })
}

/** Bytes of all its files, unpacked. */
function packageSize(): number {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ unpackedSize }]: readonly [{ unpackedSize: number }] = JSON.parse(output)
  return unpackedSize
}
