// Sockets that systemd opened and passed (sd_listen_fds(3)), and what it is told (sd_notify(3)).

import { once } from 'node:events'
import { ListenError } from './error.ts'

/** The first descriptor that is passed: SD_LISTEN_FDS_START. */
const FIRST = 3
/** Far more than anybody passes. */
const MAX_DESCRIPTORS = 1000
/** systemd by itself gives a service 90 seconds to start. */
const NOTIFY_MILLIS = 5000

interface Passed {
  readonly fd: number
  readonly name: string
}

/** What was passed and is not taken yet; read once, since the environment is cleared then. */
let left: readonly Passed[] | undefined

/**
 * Takes the descriptors that were passed, all or those of one name, so that nobody takes them again. The
 * variables are cleared: they mean this process, and none that it starts. Throws a `ListenError`.
 */
export function takeDescriptors(bind: string, name: string | undefined): readonly number[] {
  left ??= readEnvironment(bind)
  const taken = left.filter((passed) => name === undefined || passed.name === name)
  if (taken.length === 0) {
    const names = left.map((passed) => passed.name).join(', ')
    throw missing(
      bind,
      `no socket ${name === undefined ? 'is left' : `is named ${name}`}`,
      names === '' ? 'Each can be taken once' : `Write one of ${names}: FileDescriptorName=`,
    )
  }
  left = left.filter((passed) => !taken.includes(passed))
  return taken.map(({ fd }) => fd)
}

function readEnvironment(bind: string): readonly Passed[] {
  const { LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES } = process.env
  if (LISTEN_FDS === undefined) {
    throw missing(
      bind,
      'LISTEN_FDS is not set: nobody passed a socket',
      'Start the .socket unit, not the .service, or write an address',
    )
  }
  if (LISTEN_PID !== String(process.pid)) {
    throw missing(
      bind,
      `LISTEN_PID is ${LISTEN_PID ?? 'not set'}, and this process is ${process.pid}`,
      'Let ExecStart= run node itself: npm, or a shell without `exec`, stands between',
    )
  }
  const count = /^\d{1,4}$/.test(LISTEN_FDS) ? Number(LISTEN_FDS) : 0
  const names = LISTEN_FDNAMES?.split(':')
  if (count < 1 || count > MAX_DESCRIPTORS || (names !== undefined && names.length !== count)) {
    throw missing(
      bind,
      `LISTEN_FDS is ${LISTEN_FDS}, LISTEN_FDNAMES ${LISTEN_FDNAMES ?? 'not set'}`,
      'Leave both to systemd: as many names as sockets, and one at least',
    )
  }
  for (const variable of ['LISTEN_FDS', 'LISTEN_PID', 'LISTEN_PIDFDID', 'LISTEN_FDNAMES']) {
    delete process.env[variable]
  }
  return Array.from({ length: count }, (_, index) => ({
    fd: FIRST + index,
    name: names?.[index] ?? 'unknown',
  }))
}

function missing(bind: string, reason: string, remedy: string): ListenError {
  return new ListenError('no-descriptor', bind, reason, remedy)
}

/** How many servers listen: the service is ready with the first, and stops with the last. */
let listening = 0

export async function tellReady(): Promise<void> {
  if (listening++ === 0) await notifySystemd('READY=1')
}

export async function tellStopping(): Promise<void> {
  if (--listening === 0) await notifySystemd('STOPPING=1')
}

/**
 * Tells systemd a state, if it asked for that (NOTIFY_SOCKET). Node.js has no UNIX datagram sockets, so
 * the program `systemd-notify` says it. It never rejects: what goes wrong is a warning.
 */
export async function notifySystemd(state: 'READY=1' | 'STOPPING=1'): Promise<void> {
  if (process.env.NOTIFY_SOCKET === undefined) return
  try {
    // Here, since only a service of systemd needs it, and an import costs 1 ms.
    const { spawn } = await import('node:child_process')
    const child = spawn('systemd-notify', [state], { stdio: 'ignore', timeout: NOTIFY_MILLIS })
    const [code, signal] = await once(child, 'exit')
    if (code !== 0) warn(state, `it ended with code ${code}, signal ${signal}`)
  } catch (error) {
    warn(state, String(error))
  }
}

function warn(state: string, reason: string): void {
  process.emitWarning(`systemd-notify ${state}: ${reason}`, { type: 'ListenWarning' })
}
