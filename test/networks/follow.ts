// Lists that change while somebody believes them: replaced, cut off, gone and back, two at a time.

import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { followNetworks } from '../../lib/networks/follow.ts'
import type { FollowOptions, NetworkList, NetworksChange } from '../../types/networks.ts'
import { eventually } from '../fixtures/eventually.ts'
import { listFolder } from '../fixtures/list-file.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const CHECK_MILLIS = 20
/** Long enough for a change to be seen, to settle, and to be read. */
const SEVERAL_CHECKS_MILLIS = 8 * CHECK_MILLIS

/** Follows these lists, and keeps what was believed one after the other, and what was told. */
function follow(t: Test, lists: readonly NetworkList[], options: FollowOptions = {}) {
  const updates: (readonly string[])[] = []
  const told: string[] = []
  const changes: NetworksChange[] = []
  const trust = {
    update(networks: readonly string[]) {
      updates.push(networks)
    },
  }
  const followed = followNetworks(trust, lists, {
    checkEveryMillis: CHECK_MILLIS,
    onError: ({ code }) => told.push(code),
    onChange: (change) => changes.push(change),
    ...options,
  })
  t.teardown(() => followed.close())
  return { followed, updates, told, changes, trust }
}

/** A list of Cloudflare in a folder of its own. */
function cloudflare(t: Test, text: string) {
  const folder = listFolder(t)
  const path = join(folder, 'list')
  writeFileSync(path, text)
  const lists: readonly NetworkList[] = [{ path, provider: 'cloudflare' }]
  /** As a cron job does it: written elsewhere, moved there. */
  const replace = (next: string): void => {
    writeFileSync(`${path}.new`, next)
    renameSync(`${path}.new`, path)
  }
  return { folder, path, lists, replace }
}

t.test("all lists and one's own proxies are believed from the first moment", (t) => {
  const one = cloudflare(t, '192.0.3.0/24\n')
  const two = cloudflare(t, '198.51.101.0/24\n192.0.3.0/24\n')
  const lists = [...one.lists, ...two.lists]
  const { updates, changes, followed } = follow(t, lists, { extra: ['10.0.0.2'] })
  t.same(updates, [['10.0.0.2', '192.0.3.0/24', '198.51.101.0/24']])
  t.same(changes, [], 'that is no change')
  t.match(followed.status(), [
    { path: one.path, networks: 1 },
    { path: two.path, networks: 2 },
  ])
  t.end()
})

t.test('at start-up a list that cannot be believed throws, and nobody is believed', (t) => {
  const good = cloudflare(t, '192.0.3.0/24\n')
  const bad = cloudflare(t, '<html>502 Bad Gateway</html>')
  const updates: unknown[] = []
  const trust = { update: (networks: unknown) => updates.push(networks) }
  t.match(
    startUpError(() => followNetworks(trust, [...good.lists, ...bad.lists])),
    { code: 'bad-list' },
  )
  t.same(updates, [])
  t.end()
})

t.test('what the trust refuses at start-up throws, and the trust is free again', (t) => {
  const { lists } = cloudflare(t, '192.0.3.0/24\n')
  let refusing = true
  const trust = {
    update() {
      if (refusing) throw new Error('not these')
    },
  }
  t.throws(() => followNetworks(trust, lists), { message: 'not these' })
  refusing = false
  followNetworks(trust, lists).close()
  t.end()
})

t.test('a file that is moved there comes into force, and is told once', async (t) => {
  const { lists, replace } = cloudflare(t, '192.0.3.0/24\n198.51.101.0/24\n')
  const { updates, changes, followed } = follow(t, lists, { extra: ['::1'] })
  replace('198.51.101.0/24\n203.0.114.0/24\n')
  await eventually(() => changes.length === 1)
  t.same(updates.at(-1), ['::1', '198.51.101.0/24', '203.0.114.0/24'])
  t.same(changes, [
    {
      networks: ['198.51.101.0/24', '203.0.114.0/24'],
      added: ['203.0.114.0/24'],
      removed: ['192.0.3.0/24'],
    },
  ])
  await sleep(SEVERAL_CHECKS_MILLIS)
  t.equal(updates.length, 2)
  const [before] = followed.status()
  replace('203.0.114.0/24\n198.51.101.0/24\n')
  await eventually(() => followed.status()[0]?.readAt !== before?.readAt)
  t.equal(updates.length, 2, 'the same networks anew are read, and no change')
})

t.test('a file that is cut off while it is written leaves the last good list', async (t) => {
  const networks = Array.from({ length: 16 }, (_, index) => `192.0.3.${index * 16}/28`)
  const { path, lists } = cloudflare(t, networks.slice(0, 15).join('\n'))
  const { updates, told, followed } = follow(t, lists)
  const next = networks.join('\n')
  // Written over slowly, a part at each look: nothing is judged before it is done.
  truncateSync(path, 0)
  for (let index = 0; index < next.length; index += 30) {
    appendFileSync(path, next.slice(index, index + 30))
    await sleep(CHECK_MILLIS / 2)
  }
  await eventually(() => updates.length === 2)
  t.equal(updates[1]?.length, 16)
  t.same(told, [])
  // Cut off for good: within a line, then between two.
  for (const cut of [next.slice(0, 100), networks.slice(0, 3).join('\n')]) {
    writeFileSync(path, cut)
    await eventually(() => followed.status()[0]?.error !== undefined)
    await sleep(SEVERAL_CHECKS_MILLIS)
    t.equal(updates.length, 2)
    writeFileSync(path, next)
    await eventually(() => followed.status()[0]?.error === undefined)
  }
  t.same(told, ['bad-list'], 'the same kind is told once a minute')
  t.match(followed.status(), [{ networks: 16 }])
})

t.test(
  'a file that goes leaves the last good list, and counts again when it is back',
  async (t) => {
    const { path, lists, replace } = cloudflare(t, '192.0.3.0/24\n')
    const { updates, told, followed } = follow(t, lists)
    rmSync(path)
    await eventually(() => told.length === 1)
    t.same(told, ['unreadable-list'])
    t.match(followed.status(), [
      { networks: 1, error: { code: 'unreadable-list', message: /ENOENT/ } },
    ])
    t.equal(updates.length, 1)
    replace('198.51.101.0/24\n')
    await eventually(() => updates.length === 2)
    t.match(followed.status(), [{ networks: 1, error: undefined }])
  },
)

t.test('a folder that is replaced, and a link that leads elsewhere, are followed', async (t) => {
  const { folder, path, lists } = cloudflare(t, '192.0.3.0/24\n')
  const current = join(folder, 'current')
  for (const [name, text] of [
    ['one', '198.51.101.0/24\n'],
    ['two', '203.0.114.0/24\n'],
  ] as const) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'list'), text)
  }
  // What Kubernetes does with a ConfigMap: the file is behind a link to a folder.
  symlinkSync('one', current)
  const linked = { path: join(current, 'list'), provider: 'cloudflare' } as const
  const { updates } = follow(t, [...lists, linked])
  symlinkSync('two', `${current}.new`)
  renameSync(`${current}.new`, current)
  await eventually(() => updates.length === 2)
  t.same(updates[1], ['192.0.3.0/24', '203.0.114.0/24'])
  rmSync(current)
  renameSync(join(folder, 'one'), current)
  await eventually(() => updates.length === 3)
  t.same(updates[2], ['192.0.3.0/24', '198.51.101.0/24'])
  writeFileSync(path, '192.0.3.0/25\n')
  await eventually(() => updates.length === 4)
})

t.test(
  'lists that change together come into force together, a bad one alone does not',
  async (t) => {
    const one = cloudflare(t, '192.0.3.0/24\n')
    const two = cloudflare(t, '198.51.101.0/24\n')
    const { updates, told, followed } = follow(t, [...one.lists, ...two.lists])
    one.replace('8.8.8.0/24\n')
    two.replace('9.9.9.0/24\n')
    await eventually(() => updates.length > 1)
    await sleep(SEVERAL_CHECKS_MILLIS)
    t.same(updates.slice(1).at(-1), ['8.8.8.0/24', '9.9.9.0/24'])
    one.replace('10.0.0.0/8\n')
    two.replace('203.0.114.0/24\n')
    await eventually(() => told.length === 1)
    await eventually(() => updates.at(-1)?.includes('203.0.114.0/24') === true)
    t.same(updates.at(-1), ['8.8.8.0/24', '203.0.114.0/24'])
    t.match(followed.status(), [{ error: { code: 'bad-list' } }, { error: undefined }])
  },
)

t.test('what the trust refuses later is told, and changes nothing', async (t) => {
  const { lists, replace } = cloudflare(t, '192.0.3.0/24\n')
  const believed: (readonly string[])[] = []
  const trust = {
    update(networks: readonly string[]) {
      if (networks.includes('8.8.8.0/24')) throw new Error('not these')
      believed.push(networks)
    },
  }
  const told: string[] = []
  const onError = ({ message }: Error) => told.push(message)
  const followed = followNetworks(trust, lists, { checkEveryMillis: CHECK_MILLIS, onError })
  t.teardown(() => followed.close())
  replace('8.8.8.0/24\n')
  await eventually(() => told.length === 1)
  t.same(told, ['Error: not these'])
  t.match(followed.status(), [{ networks: 1, error: { code: 'UNKNOWN' } }])
  replace('198.51.101.0/24\n')
  await eventually(() => believed.length === 2)
  t.same(believed, [['192.0.3.0/24'], ['198.51.101.0/24']])
})

t.test('a listener that throws or rejects is told, and stops nothing', async (t) => {
  const fault = new Error('no room in the log')
  const listeners = [
    (): never => {
      throw fault
    },
    () => Promise.reject(fault),
  ]
  for (const onChange of listeners) {
    const { lists, replace } = cloudflare(t, '192.0.3.0/24\n')
    const { updates, told } = follow(t, lists, { onChange })
    replace('198.51.101.0/24\n')
    await eventually(() => told.length === 1)
    t.same(told, ['UNKNOWN'])
    replace('203.0.114.0/24\n')
    await eventually(() => updates.length === 3)
  }
})

t.test('a trust follows one call at a time', (t) => {
  const { lists } = cloudflare(t, '192.0.3.0/24\n')
  const { trust, followed } = follow(t, lists)
  t.match(
    startUpError(() => followNetworks(trust, lists)),
    { code: 'contradiction', option: 'trust' },
  )
  followed.close()
  followed.close()
  t.doesNotThrow(() => followNetworks(trust, lists).close())
  t.end()
})

t.test('after close nothing is looked at, and what is believed stays', async (t) => {
  const { lists, replace } = cloudflare(t, '192.0.3.0/24\n')
  const { updates, followed } = follow(t, lists)
  const closed = new Promise<void>((resolve) => {
    // Of the timers of one length that are due together, this one runs next: the look has just begun.
    setTimeout(() => resolve(followed.close()), CHECK_MILLIS)
  })
  const due = performance.now() + CHECK_MILLIS + 5
  while (performance.now() < due);
  await closed
  replace('198.51.101.0/24\n')
  await sleep(SEVERAL_CHECKS_MILLIS)
  t.same(updates, [['192.0.3.0/24']])
  t.match(followed.status(), [{ networks: 1 }])
})

t.test('it does not keep a process alive', (t) => {
  // What keeps the event loop of this process running.
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const before = timers()
  const other = setTimeout(() => {}, 1000)
  t.equal(timers(), before + 1, 'a timer is counted')
  clearTimeout(other)
  follow(t, cloudflare(t, '192.0.3.0/24\n').lists)
  t.equal(timers(), before)
  t.end()
})
