// The number of a group, by its name.

import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { ListenError } from './error.ts'

/**
 * Asks `getent`, which knows the groups of a directory service, too; in an image without it the file
 * /etc/group. Rejects with a `ListenError` for a group that nobody knows.
 */
export async function findGroup(group: string | number, bind: string): Promise<number> {
  if (typeof group === 'number') return group
  const lines = (await askGetent(group)) ?? (await readFile('/etc/group', 'utf8').catch(() => ''))
  for (const line of lines.split('\n')) {
    const [name, , id = ''] = line.split(':')
    if (name === group && /^\d+$/.test(id)) return Number(id)
  }
  throw new ListenError(
    'no-such-group',
    bind,
    `the group ${group} does not exist`,
    'Write one that does, such as that of the proxy: www-data on Debian, nginx elsewhere',
  )
}

async function askGetent(group: string): Promise<string | undefined> {
  // Here, since few programs name a group, and an import costs 1 ms.
  const { execFile } = await import('node:child_process')
  try {
    const { stdout } = await promisify(execFile)('getent', ['group', '--', group])
    return stdout
  } catch {
    // No such program, or no such group: /etc/group has the last word.
    return undefined
  }
}
