// gunicorn's binds: text to a place to listen on.

import { isIPv4, isIPv6 } from 'node:net'
import { resolve } from 'node:path'
import type { Bind } from '../../types/listen.ts'
import { show } from '../errors.ts'
import { ListenError } from './error.ts'

/** gunicorn's. */
const DEFAULT_PORT = 8000
const MAX_PORT = 65_535

const FORMS =
  "Write '127.0.0.1:8000', '[::1]:8000', 'unix:/run/shop/shop.sock', 'systemd' or 'fd://3'"

/**
 * The binds of a list, or of text in which commas or blanks separate them. Throws a `ListenError` for
 * one that cannot be read, for none at all, and for two that cannot both be had.
 */
export function parseBinds(given: unknown): readonly Bind[] {
  const texts: readonly unknown[] = typeof given === 'string' ? given.split(/[\s,]+/) : list(given)
  const binds = texts.filter((text) => text !== '').map(parseBind)
  if (binds.length === 0) {
    throw new ListenError(
      'bad-bind',
      show(given),
      'there is no bind',
      `${FORMS}; perhaps a variable of the environment is not set`,
    )
  }
  checkDoubles(binds)
  return binds
}

function list(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [given]
}

function parseBind(text: unknown): Bind {
  if (typeof text !== 'string') throw bad(show(text), 'it is no text', FORMS)
  if (/^unix:/.test(text)) return { kind: 'unix', text, path: parsePath(text) }
  if (/^fd:\/\//.test(text)) return { kind: 'fd', text, fd: parseDescriptor(text) }
  if (text === 'systemd') return { kind: 'systemd', text, name: undefined }
  if (/^systemd:./.test(text)) return { kind: 'systemd', text, name: text.slice(8) }
  const [host, port] = splitPort(text, text.replace(/^tcp:\/\//, ''))
  return { kind: 'tcp', text, host: host.toLowerCase(), port: parsePort(text, port) }
}

function parsePath(text: string): string {
  const path = text.replace(/^unix:(?:\/\/)?/, '')
  if (path.startsWith('@') || path.startsWith('\0')) {
    throw bad(
      show(text),
      'an abstract socket has no mode, so that everybody on the machine may connect and is believed',
      'Write a path, such as unix:/run/shop/shop.sock',
    )
  }
  if (path === '' || path.endsWith('/') || path.includes('\0')) {
    throw bad(show(text), 'it names no file', 'Write a path, such as unix:/run/shop/shop.sock')
  }
  return resolve(path)
}

function parseDescriptor(text: string): number {
  const digits = text.slice('fd://'.length)
  if (/^\d{1,9}$/.test(digits)) return Number(digits)
  throw bad(text, `${show(digits)} is no descriptor`, 'Write its number, such as fd://3')
}

function parsePort(text: string, port: string | undefined): number {
  if (port === undefined) return DEFAULT_PORT
  if (/^\d{1,5}$/.test(port) && Number(port) <= MAX_PORT) return Number(port)
  throw bad(text, `${show(port)} is no port`, 'Write a number from 1 to 65535; 0 is any free port')
}

/** Host and port, where the host is one: an address in strict form, or a name. */
function splitPort(text: string, address: string): readonly [host: string, port?: string] {
  const [, inBrackets, behind] = /^\[([^[\]]*)\](?::(.*))?$/.exec(address) ?? []
  if (inBrackets !== undefined) {
    if (isIPv6(inBrackets)) return behind === undefined ? [inBrackets] : [inBrackets, behind]
    throw bad(text, `${show(inBrackets)} is no IPv6 address`, 'Write one, such as [::1]:8000')
  }
  if (isIPv6(address)) throw bad(text, 'IPv6 stands in brackets', bracketed(address))
  const [, host, port] = /^([^:]*)(?::([^:]*))?$/.exec(address) ?? []
  if (host === undefined) throw bad(text, 'it has too many colons', FORMS)
  if (host === '' || host === '*') {
    const own = `127.0.0.1:${port ?? DEFAULT_PORT}`
    const all = `0.0.0.0:${port ?? DEFAULT_PORT}`
    throw bad(text, 'it names no address', `Write ${own}, or for every interface ${all}`)
  }
  if (!isIPv4(host) && !isName(host)) {
    const remedy = /^\d+$/.test(host) ? `Write 127.0.0.1:${host}` : FORMS
    throw bad(text, `${show(host)} is neither an address nor a name`, remedy)
  }
  return port === undefined ? [host] : [host, port]
}

/** What looks like a port behind an address may be its last group. */
function bracketed(address: string): string {
  const whole = `Write [${address}]:${DEFAULT_PORT}`
  const [, shorter = '', port] = /^(.*):(\d{1,5})$/.exec(address) ?? []
  return isIPv6(shorter) ? `${whole}, or [${shorter}]:${port}` : whole
}

/** A name whose last label is a number would be read as an address in one of its loose forms. */
function isName(host: string): boolean {
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(host) && !/(?:^|\.)(?:\d+|0x[^.]*)$/i.test(host)
}

function checkDoubles(binds: readonly Bind[]): void {
  for (const [index, bind] of binds.entries()) {
    const other = binds.slice(0, index).find((earlier) => isSamePlace(earlier, bind))
    if (other === undefined) continue
    throw new ListenError(
      'doubled-bind',
      bind.text,
      `${other.text} takes the same`,
      'Leave one of them out; [::] takes IPv4, too',
    )
  }
}

function isSamePlace(one: Bind, other: Bind): boolean {
  if (one.kind === 'unix') return other.kind === 'unix' && one.path === other.path
  if (one.kind === 'fd') return other.kind === 'fd' && one.fd === other.fd
  if (one.kind === 'systemd') return other.kind === 'systemd' && one.name === other.name
  if (other.kind !== 'tcp' || one.port === 0 || one.port !== other.port) return false
  return one.host === other.host || takes(one.host, other.host) || takes(other.host, one.host)
}

/** Whether a host is every interface, the other one's too. */
function takes(host: string, other: string): boolean {
  return host === '::' || (host === '0.0.0.0' && !isIPv6(other))
}

function bad(bind: string, reason: string, remedy: string): ListenError {
  return new ListenError('bad-bind', bind, reason, remedy)
}
