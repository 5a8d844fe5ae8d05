// What can keep a server from listening: a closed table of codes, and the words for what a system says.

/** Why a server does not listen. Each has a section in docs/errors.md. */
export const listenCodes = {
  'bad-bind': 'a bind that cannot be read',
  'doubled-bind': 'two binds for one address',
  'mixed-binds': 'UNIX sockets beside TCP, where the peers could not be told apart',
  'in-a-worker': 'a bind that a worker of a cluster cannot have',
  'address-in-use': 'somebody else listens there',
  'no-such-address': 'an address or a name that this machine does not have',
  'permission-denied': 'the system refuses the port, the folder or the group',
  'path-too-long': 'a path that no UNIX socket can have',
  'no-such-folder': 'the folder of a UNIX socket does not exist',
  'not-a-socket': 'a file that is no socket stands where the socket would',
  'no-such-group': 'a group that this machine does not know',
  'no-descriptor': 'a descriptor that was not passed, or is no socket that listens',
  'listen-failed': 'anything else that the system says',
} as const

/** A code of `listenCodes`. */
export type ListenCode = keyof typeof listenCodes

/** Rejected with when a server cannot listen. The message names the bind, the reason and the remedy. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  readonly code: ListenCode
  /** The bind, as given. */
  readonly bind: string

  constructor(code: ListenCode, bind: string, reason: string, remedy: string, cause?: unknown) {
    super(`${bind}: ${reason}. ${remedy}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.bind = bind
  }
}

type Words = readonly [code: ListenCode, reason: string, remedy: string]

const DENIED: Words = [
  'permission-denied',
  'the file of the socket cannot be made',
  'Give the user of this process the right to write to its folder',
]
const NO_FOLDER: Words = [
  'no-such-folder',
  'its folder does not exist',
  'Make it at start-up, for its user alone: RuntimeDirectory= of systemd does so below /run',
]
const NO_ADDRESS: Words = [
  'no-such-address',
  'this machine has no such address',
  'Write one of `ip address`, or 127.0.0.1',
]

/** What the system says of a UNIX socket. */
const unixWords: Readonly<Record<string, Words>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: DENIED,
  ENOENT: NO_FOLDER,
  ENOTDIR: NO_FOLDER,
}

/** What the system says of an address and a port. */
const tcpWords: Readonly<Record<string, Words>> = {
  EADDRINUSE: [
    'address-in-use',
    'somebody else listens there',
    'Find out who with `ss -ltnp`, and end it or write another port',
  ],
  EACCES: [
    'permission-denied',
    'a port below 1024 needs a right of its own',
    'Write a higher port and let the proxy connect to that, or let systemd open it: `systemd`',
  ],
  EADDRNOTAVAIL: NO_ADDRESS,
  EAFNOSUPPORT: NO_ADDRESS,
  ENOTFOUND: NO_ADDRESS,
  EAI_AGAIN: NO_ADDRESS,
}

/** The error for what the system said. One that has its words already stays as it is. */
export function listenError(kind: 'tcp' | 'unix', bind: string, cause: unknown): ListenError {
  if (cause instanceof ListenError) return cause
  const words = (kind === 'tcp' ? tcpWords : unixWords)[systemCode(cause)]
  const [code, reason, remedy] = words ?? [
    'listen-failed',
    `the system says ${String(cause)}`,
    'Nothing is left open: mend it and start again',
  ]
  return new ListenError(code, bind, reason, remedy, cause)
}

/** The code of an error of the system, or ''. */
export function systemCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}
