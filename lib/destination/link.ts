// One connection to what takes a stream of messages: a socket, or the program logger.

import { spawn } from 'node:child_process'
import type { EventEmitter } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Writable } from 'node:stream'

export interface Link {
  readonly stream: Writable
  /** Emits `close` when the link is over, and `error` before that if something broke. */
  readonly life: EventEmitter
  /** What the other side complains of, in words. */
  readonly complaints?: EventEmitter | undefined
  /** Ends the link when all is handed over. */
  end(): void
  /** Ends it now. */
  cut(): void
}

/** Begins a link. Nothing of it keeps the process running. */
export type Dial = () => Link

/** A daemon that has vanished without a word is noticed after some minutes. */
const KEEP_ALIVE_MILLIS = 60_000

export function dialSocket(
  place: { readonly host: string; readonly port: number } | { readonly path: string },
): Dial {
  return () => {
    const socket: Socket = connect({
      ...place,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MILLIS,
    })
    socket.unref()
    // Nothing is expected, but the end of the stream is only seen by who reads.
    socket.resume()
    return {
      stream: socket,
      life: socket,
      end: () => socket.end(() => socket.destroy()),
      cut: () => socket.destroy(),
    }
  }
}

/** The longest message that `logger` sends in one piece: its default would cut at 1 KiB. */
const MAX_MESSAGE_BYTES = 64 * 1024

/** Node has no UNIX datagram sockets; `logger` of util-linux has. */
export function dialLogger(path: string, priority: string, tag: string): Dial {
  const flags = ['--socket', path, '--socket-errors=on', '--size', String(MAX_MESSAGE_BYTES)]
  const names = ['--priority', priority, '--tag', tag, `--id=${process.pid}`]
  return () => {
    // In a group of its own: Ctrl-C is for us, and it ends when we have no more lines for it.
    const child = spawn('logger', [...flags, ...names], {
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
    })
    child.unref()
    for (const pipe of [child.stdin, child.stderr]) {
      if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref()
    }
    return {
      stream: child.stdin,
      life: child,
      complaints: child.stderr,
      end: () => child.stdin.end(),
      cut: () => child.kill(),
    }
  }
}
