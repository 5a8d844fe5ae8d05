// The file of a UNIX socket: never open to more than it should be, and nobody else's touched.

import {
  type BigIntStats,
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  rmSync,
  unlinkSync,
} from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { ListenError, listenError, systemCode } from './error.ts'

export interface SocketFileOptions {
  readonly bind: string
  readonly path: string
  readonly mode: number
  /** -1 leaves it as it is. */
  readonly group: number
}

/** `sun_path` of Linux, less its NUL (unix(7)). Node.js 20 cuts a longer path without a word. */
const MAX_BYTES = 107

/** The name of the socket in its private folder. */
const PRIVATE = 's'

/**
 * Listens on a path. The socket is bound in a folder that only this user can enter, gets its group and
 * its mode there, and then its name by a hard link, which never takes the place of a file. A file that a
 * dead process left is removed before. Returns what removes the file again, if it still is this one.
 * Rejects with a `ListenError`.
 */
export async function bindSocketFile(
  options: SocketFileOptions,
  listen: (path: string) => Promise<void>,
): Promise<() => void> {
  const { bind, path } = options
  checkLength(bind, path)
  try {
    return await bindInPrivate(options, await findStale(bind, path), listen)
  } catch (error) {
    throw systemCode(error) === 'EEXIST' ? inUse(bind) : listenError('unix', bind, error)
  }
}

async function bindInPrivate(
  { bind, path, mode, group }: SocketFileOptions,
  stale: BigIntStats | undefined,
  listen: (path: string) => Promise<void>,
): Promise<() => void> {
  const folder = mkdtempSync(join(dirname(path), '.hw-'))
  try {
    // A umask such as 0177 would keep its own user out.
    chmodSync(folder, 0o700)
    const first = join(folder, PRIVATE)
    await listen(first)
    setGroup(bind, first, group)
    chmodSync(first, mode)
    if (isSame(path, stale)) unlinkSync(path)
    linkSync(first, path)
    unlinkSync(first)
    return removing(path, lookAt(path))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function checkLength(bind: string, path: string): void {
  const inPrivate = join(dirname(path), '.hw-XXXXXX', PRIVATE)
  const bytes = Math.max(Buffer.byteLength(path), Buffer.byteLength(inPrivate))
  if (bytes <= MAX_BYTES) return
  throw new ListenError(
    'path-too-long',
    bind,
    `a socket's path holds ${MAX_BYTES} bytes, and this is ${bytes - MAX_BYTES} too long`,
    'Write a shorter folder, such as /run/shop',
  )
}

/** What a dead process left at the path; undefined if nothing is there. */
async function findStale(bind: string, path: string): Promise<BigIntStats | undefined> {
  const found = lookAt(path)
  if (found === undefined) return undefined
  if (!found.isSocket()) {
    throw new ListenError(
      'not-a-socket',
      bind,
      'a file that is no socket stands there, and stays',
      'Write another path, or move the file away',
    )
  }
  const answer = await knock(path)
  // ENOENT: it was removed just now.
  if (answer === 'ECONNREFUSED' || answer === 'ENOENT') return found
  if (answer !== 'EACCES') throw inUse(bind)
  throw new ListenError(
    'permission-denied',
    bind,
    'this user may not connect to the socket that stands there, to see if it is used',
    'Run all processes of the site as one user, or remove the file',
  )
}

/** What who connects hears: '' if somebody answers. */
function knock(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const end = (error?: Error): void => {
      socket.destroy()
      resolve(systemCode(error))
    }
    socket.once('connect', end).once('error', end)
  })
}

function setGroup(bind: string, path: string, group: number): void {
  try {
    if (group !== -1) chownSync(path, -1, group)
  } catch (cause) {
    throw new ListenError(
      'permission-denied',
      bind,
      `this user may not give the file to the group ${group}`,
      'Make the user of this process a member of it: SupplementaryGroups= of systemd',
      cause,
    )
  }
}

function inUse(bind: string): ListenError {
  return new ListenError(
    'address-in-use',
    bind,
    'somebody else listens there',
    'Find out who with `ss -lxp`, and end it or write another path',
  )
}

/** What stands at a path itself; undefined if nothing does. */
function lookAt(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })
}

/** The number of a file that is gone is given to the next one, so that its birth counts, too. */
function isSame(path: string, known: BigIntStats | undefined): boolean {
  const found = lookAt(path)
  if (found === undefined || known === undefined) return false
  return (
    found.dev === known.dev && found.ino === known.ino && found.birthtimeNs === known.birthtimeNs
  )
}

/** Removes the files that are left when the process ends in another way than by a stop. */
const left = new Set<() => void>()

function removeAll(): void {
  for (const remove of left) remove()
}

function removing(path: string, own: BigIntStats | undefined): () => void {
  const remove = (): void => {
    left.delete(remove)
    if (left.size === 0) process.off('exit', removeAll)
    try {
      if (isSame(path, own)) unlinkSync(path)
    } catch {
      // The folder is gone, or no longer ours.
    }
  }
  if (left.size === 0) process.on('exit', removeAll)
  left.add(remove)
  return remove
}
