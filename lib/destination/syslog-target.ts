// Where a syslog daemon listens: a URL in the words of gunicorn's `syslog_addr`.

import { OptionError, show } from '../errors.ts'

export type SyslogTarget =
  | { readonly kind: 'udp' | 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'stream' | 'datagram'; readonly path: string }

/** RFC 5426 3.3; RFC 6587 has none, and daemons take the same. */
const DEFAULT_PORT = 514

/** sun_path of Linux, without its NUL. */
const MAX_PATH_BYTES = 107

/** Throws an `OptionError`. */
export function parseSyslogTarget(url: unknown): SyslogTarget {
  if (typeof url !== 'string') throw mistake(url, 'is no URL')
  const unix = /^unix:\/\/(\/[^#\0]*)(?:#(.*))?$/.exec(url)
  if (unix !== null) return unixTarget(url, unix)
  const net = /^(udp|tcp):\/\/(\[[0-9a-f:.]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?$/i.exec(url)
  if (net === null) throw mistake(url, 'is no address of a syslog daemon')
  const [, scheme = '', host = '', port = String(DEFAULT_PORT)] = net
  if (Number(port) < 1 || Number(port) > 65_535) throw mistake(url, 'has an impossible port')
  return {
    kind: scheme.toLowerCase() === 'udp' ? 'udp' : 'tcp',
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port),
  }
}

function unixTarget(url: string, match: RegExpExecArray): SyslogTarget {
  const [, path = '', type = 'stream'] = match
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw mistake(url, 'is too long for a socket')
  if (type === 'stream') return { kind: 'stream', path }
  if (type === 'dgram') return { kind: 'datagram', path }
  throw mistake(url, 'names no type of socket')
}

function mistake(url: unknown, reason: string): OptionError {
  return new OptionError(
    'wrong-type',
    `${show(url)} ${reason}`,
    "Write 'udp://host:514', 'tcp://host:514', 'unix:///path#stream' or 'unix:///dev/log#dgram'",
    { option: 'url', input: url },
  )
}
