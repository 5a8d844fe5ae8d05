// Where access-log lines go: what every destination does, and what can be asked of it.

import type { LineStream } from './access-log.ts'

/** Takes whole lines, and never lets a request feel what becomes of them. */
export interface Destination extends LineStream {
  /** Takes one line with its newline. It never throws and never waits. */
  write(line: string): void
  /** Lines given up so far: the buffer was full, or the destination was lost or closed. */
  readonly dropped: number
  /** Hands over what is still here, for at most two seconds; what is left then counts as dropped. */
  close(): Promise<void>
}

/** A file that log rotation may move away. */
export interface FileDestination extends Destination {
  /** Opens the path anew; if that fails the lines go on into the old file. It never throws. */
  reopen(): void
}

/** What went wrong, for an operator: `code` is the system's (`ENOSPC`), or one of docs/destinations.md. */
export interface DestinationError extends Error {
  readonly code: string
}

/** What every destination can be asked. */
export interface DestinationOptions {
  /** How much may wait for a slow or broken destination before lines are dropped. Default: 8 MiB. */
  readonly maxBufferedBytes?: number | undefined
  /** Hears of each kind of trouble at most once a minute. Default: `process.emitWarning`. */
  readonly onError?: ((error: DestinationError) => void) | undefined
}

/** The signals that may ask for a reopen. */
export type ReopenSignal = 'SIGUSR1' | 'SIGUSR2' | 'SIGHUP'

export interface FileOptions extends DestinationOptions {
  /** Of a file that has to be made, before the umask. Default: 0o640. */
  readonly mode?: number | undefined
  /** The longest time a line waits for others to be written with. Default: 100. */
  readonly flushWithinMillis?: number | undefined
  /** Reopens at this signal. Default: none. */
  readonly reopenOn?: ReopenSignal | undefined
}

/** How a line becomes a syslog message. */
export type SyslogFormat =
  /** Byte for byte gunicorn's: no time, a NUL at the end. */
  | 'gunicorn'
  /** The BSD format, with local time. */
  | 'rfc3164'
  /** The IETF format. */
  | 'rfc5424'

export interface SyslogOptions extends DestinationOptions {
  /** Default: `rfc5424`; to a datagram socket `rfc3164`, the only one it takes. */
  readonly format?: SyslogFormat | undefined
  /** `kern` to `local7`, in any case. Default: `user`. */
  readonly facility?: string | undefined
  /** `emerg` to `debug`, in any case. Default: `info`. */
  readonly severity?: string | undefined
  /** Default: `hopwise`. gunicorn calls it `syslog_prefix`. */
  readonly appName?: string | undefined
  /** Default: the name of this machine. */
  readonly hostname?: string | undefined
}
