// Opens a listening side, and tells of what kind it is.

import { once } from 'node:events'
import type { Server } from 'node:net'
import type { Bind } from '../../types/listen.ts'
import { ListenError, listenError } from './error.ts'
import { bindSocketFile } from './socket-file.ts'
import { takeDescriptors } from './systemd.ts'

/** A bind that is one socket. */
export type Place = Exclude<Bind, { readonly kind: 'systemd' }>

/** A listening side. */
export interface Side {
  readonly server: Server
  readonly bind: Place
  readonly kind: 'tcp' | 'unix'
  readonly address: string
  /** Removes the file of the socket, if it is still this one. */
  remove(): void
}

/** What is set of the file of a UNIX socket; the group -1 leaves it as it is. */
export interface FileRights {
  readonly mode: number
  readonly group: number
}

/** Rejects with a `ListenError` for a bind that a worker of a cluster cannot have. */
export async function checkWorker(binds: readonly Bind[]): Promise<void> {
  const bind = binds.find(({ kind }) => kind !== 'tcp')
  if (bind === undefined) return
  // Here, since TCP needs none of it, and an import costs 1 ms.
  const { default: cluster } = await import('node:cluster')
  if (!cluster.isWorker) return
  throw new ListenError(
    'in-a-worker',
    bind.text,
    'the primary of the cluster would have to open it',
    'Let workers listen on TCP, or start one process for each socket',
  )
}

/** Each socket that systemd passed is a bind of its own. */
export function expandBind(bind: Bind): readonly Place[] {
  if (bind.kind !== 'systemd') return [bind]
  const { text, name } = bind
  return takeDescriptors(text, name).map((fd) => ({ kind: 'fd', text, fd }))
}

/** Listens with this server. Rejects with a `ListenError`. */
export async function openSide(server: Server, bind: Place, rights: FileRights): Promise<Side> {
  if (bind.kind === 'unix') {
    const { path, text } = bind
    const file = { bind: text, path, ...rights }
    const remove = await bindSocketFile(file, (first) => listenAt(server, { path: first }))
    return sideOf(server, bind, `unix:${path}`, remove)
  }
  if (bind.kind === 'tcp') {
    const { host, port, text } = bind
    await listenAt(server, { host, port }).catch((cause) => {
      throw listenError('tcp', text, cause)
    })
    return sideOf(server, bind, text)
  }
  await listenAt(server, { fd: bind.fd }).catch((cause) => {
    throw new ListenError(
      'no-descriptor',
      bind.text,
      `descriptor ${bind.fd} is no stream socket that can listen`,
      'Let ListenStream= of a .socket unit open it, with Accept=no',
      cause,
    )
  })
  return sideOf(server, bind, `fd://${bind.fd}`)
}

/** `name` is its address where it has no URL. */
function sideOf(server: Server, bind: Place, name: string, remove: () => void = () => {}): Side {
  return { server, bind, kind: kindOf(server), address: urlOf(server) ?? name, remove }
}

/**
 * Of a server that listens. Node.js listens on descriptors of TCP sockets and of UNIX sockets, and on no
 * others; of one of the second kind it knows no address.
 */
export function kindOf(server: Server): 'tcp' | 'unix' {
  return urlOf(server) === undefined ? 'unix' : 'tcp'
}

function urlOf(server: Server): string | undefined {
  const address = server.address()
  if (address === null || typeof address === 'string') return undefined
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `${isTls(server) ? 'https' : 'http'}://${host}:${address.port}`
}

/** By what servers with TLS alone have: to ask for their class would load it into every program. */
function isTls(server: Server): boolean {
  return 'setSecureContext' in server
}

async function listenAt(server: Server, place: object): Promise<void> {
  server.listen(place)
  // It rejects at 'error'.
  await once(server, 'listening')
}
