// The codes, each with a way to meet it, and what the system's own become.

import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { createServer as createNetServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import {
  type ListenCode,
  ListenError,
  listenCodes,
  listenError,
  systemCode,
} from '../../lib/listen/error.ts'
import { listen } from '../../lib/listen/listen.ts'
import type { ListenOptions } from '../../types/listen.ts'
import { forkWorker } from '../fixtures/listen/cluster.ts'
import { listen as listenForTest, socketPath } from '../fixtures/loopback.ts'

/** The error of binds that cannot be had. */
async function mistake(
  bind: string | string[],
  options: ListenOptions = {},
  server = createNetServer(),
): Promise<unknown> {
  const listening = await listen(server, bind, { signals: false, ...options }).catch((error) => {
    if (error instanceof ListenError) return error
    throw error
  })
  if (listening instanceof ListenError) return listening.code
  await listening.stop()
  return undefined
}

async function inUse(t: Test): Promise<unknown> {
  const place = await listenForTest(t, createServer())
  return mistake('port' in place ? `127.0.0.1:${place.port}` : '')
}

/** For each code: something that is rejected with it. */
const mistakes: Readonly<Record<ListenCode, (t: Test) => Promise<unknown>>> = {
  'bad-bind': () => mistake('8000'),
  'doubled-bind': () => mistake('127.0.0.1,127.0.0.1'),
  'mixed-binds': (t) => mistake(['127.0.0.1:0', `unix:${socketPath(t)}`], {}, createHttp2Server()),
  'in-a-worker': async (t) => (await forkWorker(t, 'fd://3')).outcome,
  'address-in-use': inUse,
  // RFC 5737: for documentation, so no machine has it.
  'no-such-address': () => mistake('192.0.2.1:0'),
  'permission-denied': async () => listenError('tcp', '127.0.0.1:80', systemError('EACCES')).code,
  'path-too-long': () => mistake(`unix:/tmp/${'x'.repeat(108)}`),
  'no-such-folder': () => mistake(`unix:${join(tmpdir(), 'no', 'such', 'folder')}`),
  'not-a-socket': () => mistake(`unix:${tmpdir()}`),
  'no-such-group': (t) => mistake(`unix:${socketPath(t)}`, { group: 'no-such-group' }),
  'no-descriptor': () => mistake('systemd'),
  'listen-failed': async () => listenError('unix', 'unix:/x', systemError('ENOSPC')).code,
}

function systemError(code: string): Error {
  return Object.assign(new Error(`listen ${code}`), { code })
}

t.test('every code can be met, and there is no other', async (t) => {
  t.same(Object.keys(listenCodes).sort(), Object.keys(mistakes).sort())
  for (const [code, make] of Object.entries(mistakes)) t.equal(await make(t), code)
})

t.test('what the system says becomes the bind, the reason and the remedy', (t) => {
  for (const [kind, code, expected, remedy] of [
    ['tcp', 'EADDRINUSE', 'address-in-use', 'ss -ltnp'],
    ['tcp', 'EACCES', 'permission-denied', 'Write a higher port'],
    ['tcp', 'EADDRNOTAVAIL', 'no-such-address', 'ip address'],
    ['tcp', 'ENOTFOUND', 'no-such-address', 'ip address'],
    ['unix', 'EACCES', 'permission-denied', 'right to write to its folder'],
    ['unix', 'EROFS', 'permission-denied', 'right to write to its folder'],
    ['unix', 'ENOENT', 'no-such-folder', 'RuntimeDirectory='],
    ['unix', 'EADDRINUSE', 'listen-failed', 'the system says Error: listen EADDRINUSE'],
    ['tcp', 'ENOENT', 'listen-failed', 'the system says Error: listen ENOENT'],
  ] as const) {
    const cause = systemError(code)
    const error = listenError(kind, 'the bind', cause)
    t.match(error, { name: 'ListenError', code: expected, bind: 'the bind', cause })
    t.ok(error.message.startsWith('the bind: ') && error.message.includes(remedy), error.message)
  }
  t.end()
})

t.test('an error that has its words keeps them', (t) => {
  const error = new ListenError('bad-bind', 'x', 'it is wrong', 'Write it right')
  t.equal(listenError('unix', 'y', error), error)
  t.equal(error.message, 'x: it is wrong. Write it right')
  t.notOk('cause' in error)
  t.end()
})

t.test('the code of an error of the system is text, or there is none', (t) => {
  t.equal(systemCode(systemError('EPERM')), 'EPERM')
  for (const error of [new Error('x'), Object.assign(new Error('x'), { code: 5 }), 'EPERM', null]) {
    t.equal(systemCode(error), '')
  }
  t.end()
})
