// The file of a UNIX socket: its rights from the first moment, and the files of others.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { bindSocketFile } from '../../lib/listen/socket-file.ts'

/** A folder that everybody may enter, and that vanishes with the test. */
function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'listen-'))
  chmodSync(folder, 0o755)
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Bound {
  readonly server: Server
  readonly remove: () => void
  /** The path the server was bound at first. */
  readonly first: string
}

async function bind(t: Test, path: string, mode = 0o600, group = -1): Promise<Bound> {
  const server = createServer((socket) => socket.on('error', () => {}).end('hello'))
  let first = ''
  const rights = { mode, group }
  const remove = await bindSocketFile({ bind: `unix:${path}`, path, ...rights }, async (place) => {
    first = place
    await once(server.listen(place), 'listening')
  }).catch((error) => {
    server.close()
    throw error
  })
  t.teardown(() => {
    remove()
    server.close()
  })
  return { server, remove, first }
}

/** What a guest hears: text, or the code of an error. */
async function visit(path: string): Promise<string> {
  const socket = connect(path).setEncoding('utf8')
  try {
    let heard = ''
    for await (const text of socket) heard += text
    return heard
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

/** A file such as a killed process leaves behind. */
async function leaveStale(path: string): Promise<void> {
  const script = `require('node:net').createServer().listen(process.argv[1], () => console.log())`
  const child = spawn(process.execPath, ['-e', script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

t.test('the file has its mode and its group, and nothing else is left in the folder', async (t) => {
  const folder = folderOf(t)
  const path = join(folder, 'shop.sock')
  const [ownGroup = 0] = process.getgroups?.() ?? []
  // The umask of the process does not matter, and is not changed.
  const before = process.umask(0o077)
  t.teardown(() => process.umask(before))
  await bind(t, path, 0o666, ownGroup)
  t.equal(process.umask(), 0o077)
  t.match(lstatSync(path), { mode: 0o140666, gid: ownGroup })
  t.same(readdirSync(folder), ['shop.sock'])
  t.equal(await visit(path), 'hello')
})

t.test('before it has its name, only this user could reach it', async (t) => {
  const folder = folderOf(t)
  const path = join(folder, 'shop.sock')
  const before = process.umask(0)
  t.teardown(() => process.umask(before))
  const server = createServer()
  t.teardown(() => server.close())
  const remove = await bindSocketFile(
    { bind: 'unix:', path, mode: 0o600, group: -1 },
    async (first) => {
      await once(server.listen(first), 'listening')
      t.equal(lstatSync(first).mode & 0o777, 0o777, 'as the umask leaves it')
      t.equal(lstatSync(join(first, '..')).mode & 0o777, 0o700)
      t.notOk(existsSync(path))
    },
  )
  t.equal(lstatSync(path).mode & 0o777, 0o600)
  remove()
})

t.test('what a killed process left is replaced', async (t) => {
  const path = join(folderOf(t), 'shop.sock')
  await leaveStale(path)
  t.equal(await visit(path), 'ECONNREFUSED')
  await bind(t, path)
  t.equal(await visit(path), 'hello')
})

t.test('a socket that somebody answers on stays', async (t) => {
  const folder = folderOf(t)
  const path = join(folder, 'shop.sock')
  await bind(t, path)
  await t.rejects(bind(t, path), { code: 'address-in-use', bind: `unix:${path}` })
  t.equal(await visit(path), 'hello')
  t.same(readdirSync(folder), ['shop.sock'])
})

t.test('so does one that came while the place was being taken', async (t) => {
  const folder = folderOf(t)
  const path = join(folder, 'shop.sock')
  const server = createServer()
  t.teardown(() => server.close())
  const late = bindSocketFile({ bind: 'unix:', path, mode: 0o600, group: -1 }, async (first) => {
    await bind(t, path)
    await once(server.listen(first), 'listening')
  })
  await t.rejects(late, { code: 'address-in-use' })
  t.equal(await visit(path), 'hello')
  server.close()
  await once(server, 'close')

  const stale = join(folder, 'stale.sock')
  await leaveStale(stale)
  const successor = createServer((socket) => socket.end('hello'))
  t.teardown(() => successor.close())
  const replaced = bindSocketFile(
    { bind: 'unix:', path: stale, mode: 0o600, group: -1 },
    async (first) => {
      unlinkSync(stale)
      // A system that counts its files anew gives this one the same number.
      await once(successor.listen(stale), 'listening')
      await once(server.listen(first), 'listening')
    },
  )
  await t.rejects(replaced, { code: 'address-in-use' }, 'where a stale one was seen before, too')
  t.equal(await visit(stale), 'hello')
})

t.test('what is no socket is never touched', async (t) => {
  const folder = folderOf(t)
  const file = join(folder, 'file')
  writeFileSync(file, 'precious')
  const link = join(folder, 'link')
  symlinkSync(file, link)
  mkdirSync(join(folder, 'folder'))
  for (const path of [file, link, join(folder, 'folder')]) {
    await t.rejects(bind(t, path), { code: 'not-a-socket', message: /stands there, and stays/ })
  }
  t.equal(readFileSync(file, 'utf8'), 'precious')
  t.same(readdirSync(folder).sort(), ['file', 'folder', 'link'])
})

t.test('a path of 107 bytes is one, and a longer one would be cut by the system', async (t) => {
  const folder = folderOf(t)
  const fill = (bytes: number): string => join(folder, 'x'.repeat(bytes - folder.length - 1))
  // unix(7): sun_path has 108 bytes, the last one NUL.
  const most = 107
  await bind(t, fill(most))
  t.equal(await visit(fill(most)), 'hello')
  const tooLong = { code: 'path-too-long', message: /holds \d+ bytes, and this is 1 too long/ }
  await t.rejects(bind(t, fill(most + 1)), tooLong)
  const deep = join(folder, 'y'.repeat(most - folder.length - 1 - 13))
  mkdirSync(deep)
  await bind(t, join(deep, 's'))
  mkdirSync(`${deep}y`)
  await t.rejects(bind(t, join(`${deep}y`, 's')), tooLong, 'the private folder needs room as well')
})

t.test('a folder that is not there, or is none, is named as the reason', async (t) => {
  const folder = folderOf(t)
  await t.rejects(bind(t, join(folder, 'none', 's')), {
    code: 'no-such-folder',
    message: /RuntimeDirectory=/,
  })
  writeFileSync(join(folder, 'file'), '')
  await t.rejects(bind(t, join(folder, 'file', 's')), { code: 'no-such-folder' })
})

t.test('another socket in its place is not removed', async (t) => {
  const path = join(folderOf(t), 'shop.sock')
  const first = await bind(t, path)
  // A successor takes over while the first one still runs.
  renameSync(path, `${path}.old`)
  await bind(t, path)
  first.remove()
  first.server.close()
  await once(first.server, 'close')
  t.equal(await visit(path), 'hello')
})

t.test(
  'its own is removed, and a second time nothing happens, even without the folder',
  async (t) => {
    const folder = folderOf(t)
    const { remove, server } = await bind(t, join(folder, 'shop.sock'))
    remove()
    t.same(readdirSync(folder), [])
    remove()
    const second = await bind(t, join(folder, 'shop.sock'))
    rmSync(folder, { recursive: true })
    // A link to itself: nothing can be found below it.
    symlinkSync(folder, folder)
    t.doesNotThrow(second.remove)
    server.close()
  },
)

t.test('at the end of the process those that are left are removed', async (t) => {
  const folder = folderOf(t)
  const before = process.listenerCount('exit')
  const two = [await bind(t, join(folder, 'a')), await bind(t, join(folder, 'b'))]
  t.equal(process.listenerCount('exit'), before + 1)
  const removeAll = process.listeners('exit').at(-1)
  Reflect.apply(removeAll ?? t.fail, process, [0])
  t.same(readdirSync(folder), [])
  for (const { remove } of two) remove()
  t.equal(process.listenerCount('exit'), before)
})

/** The user `nobody` of every Linux distribution: the kernel's overflow uid. */
const NOBODY = 65_534

/** Runs as another user, whose groups are these. */
async function asNobody(groups: readonly number[], run: () => Promise<unknown>): Promise<void> {
  const before = process.getgroups?.() ?? []
  process.setgroups?.([...groups])
  process.setegid?.(NOBODY)
  process.seteuid?.(NOBODY)
  try {
    await run()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
    process.setgroups?.(before)
  }
}

const isRoot = process.getuid?.() === 0
t.test('another user', { skip: !isRoot && 'only root can try as another user' }, async (t) => {
  await t.test('may not write to a folder of root', async (t) => {
    const path = join(folderOf(t), 's')
    await asNobody([], () =>
      t.rejects(bind(t, path), { code: 'permission-denied', message: /write to its folder/ }),
    )
  })

  await t.test('may have a umask that keeps himself out of what he makes', async (t) => {
    const folder = folderOf(t)
    chmodSync(folder, 0o777)
    const before = process.umask(0o177)
    t.teardown(() => process.umask(before))
    await asNobody([], () => bind(t, join(folder, 's')))
    t.equal(await visit(join(folder, 's')), 'hello')
  })

  await t.test('may give the file to a group of its own, and to no other', async (t) => {
    const folder = folderOf(t)
    chmodSync(folder, 0o777)
    const denied = { code: 'permission-denied', message: /SupplementaryGroups=/ }
    await asNobody([], () => t.rejects(bind(t, join(folder, 's'), 0o660, 33), denied))
    t.same(readdirSync(folder), [])
    await asNobody([33], () => bind(t, join(folder, 's'), 0o660, 33))
    t.match(lstatSync(join(folder, 's')), { uid: NOBODY, gid: 33, mode: 0o140660 })
  })

  await t.test('does not take a socket for stale that it may not ask', async (t) => {
    const folder = folderOf(t)
    chmodSync(folder, 0o777)
    const path = join(folder, 's')
    await bind(t, path)
    const denied = { code: 'permission-denied', message: /to see if it is used/ }
    await asNobody([], () => t.rejects(bind(t, path), denied))
    t.equal(await visit(path), 'hello')
  })
})
