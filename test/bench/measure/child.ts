// A process of its own for one measurement.

import { fork } from 'node:child_process'
import { once } from 'node:events'

/** Runs a script that sends one message, and answers with it. Rejects when the script fails. */
export async function askChild<Answer>(
  path: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Answer> {
  // What is hostile is warned of, once a process.
  const child = fork(path, [...args], { execArgv: ['--no-warnings', ...flags] })
  const exit = once(child, 'exit')
  const [answer] = await Promise.race([once(child, 'message'), exit])
  const [code] = await exit
  if (code !== 0) throw new Error(`${path} ${args.join(' ')} ended with ${code}`)
  return answer
}
