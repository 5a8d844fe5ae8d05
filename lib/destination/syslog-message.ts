// How a line becomes a syslog message: gunicorn's, RFC 3164, RFC 5424.

import { isIP } from 'node:net'
import type { SyslogFormat } from '../../types/destination.ts'

/** RFC 5424 6.2.1, without 12 to 15, for which nobody agrees on a name. */
export const facilities = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
] as const

const NAMELESS_FROM = 12
const NAMELESS = 4

/** RFC 5424 6.2.1, from 0. */
export const severities = [
  'emerg',
  'alert',
  'crit',
  'err',
  'warning',
  'notice',
  'info',
  'debug',
] as const

export type Facility = (typeof facilities)[number]
export type Severity = (typeof severities)[number]

export interface MessageOptions {
  readonly format: SyslogFormat
  readonly facility: Facility
  readonly severity: Severity
  readonly appName: string
  readonly hostname: string
}

/** A line without its newline, and when it was written. */
export type SyslogMessage = (line: string, time: Date) => string

/** Compiles the messages of one destination. */
export function compileMessage(options: MessageOptions): SyslogMessage {
  const index = facilities.indexOf(options.facility)
  const facility = index < NAMELESS_FROM ? index : index + NAMELESS
  const priority = `<${facility * 8 + severities.indexOf(options.severity)}>`
  return formats[options.format](priority, options)
}

type Compile = (priority: string, options: MessageOptions) => SyslogMessage

const formats: Readonly<Record<SyslogFormat, Compile>> = {
  // logging.handlers.SysLogHandler of Python, with gunicorn's format. gunicorn replaces the colon in its
  // proc_name, behind which a parser would look for the message.
  gunicorn(priority, { appName }) {
    const head = `${priority}gunicorn.${printable(appName.replaceAll(':', '.'))}.access: [${process.pid}] `
    return (line) => `${head}${line}\0`
  },

  // RFC 3164 4.1: a time of fifteen characters, a host without its domain, a tag of at most 32.
  rfc3164(priority, { appName, hostname }) {
    const name = field(hostname, 255)
    const host = isIP(name) === 0 ? name.replace(/\..*/, '') || '-' : name
    const tail = ` ${host} ${programName(appName)}[${process.pid}]: `
    return (line, time) => `${priority}${bsdTime(time)}${tail}${line}`
  },

  // RFC 5424 6: HEADER SP STRUCTURED-DATA SP MSG. A MSG in UTF-8 begins with a BOM; in ASCII it is the same
  // in every character set, and what does not know the BOM is spared it.
  rfc5424(priority, { appName, hostname }) {
    const tail = ` ${field(hostname, 255)} ${field(appName, 48)} ${process.pid} access - `
    return (line, time) => {
      const mark = isAscii(line) ? '' : BOM
      return `${priority}1 ${time.toISOString()}${tail}${mark}${line}`
    }
  },
}

/** RFC 5424 6: PRINTUSASCII, and the NILVALUE for what is empty. */
function field(text: string, maxLength: number): string {
  return text.replace(/[^!-~]/gu, '_').slice(0, maxLength) || '-'
}

/** RFC 3164 4.1.3 ends the tag at the first character that is not alphanumeric; daemons allow some more. */
export function programName(appName: string): string {
  return appName.replace(/[^\w.-]/gu, '_').slice(0, 32)
}

/** Without what would end or break a message. */
function printable(text: string): string {
  return text.replace(/[\0-\x1f\x7f]/g, '_')
}

/** U+FEFF. Made, not written, as a bundle is to be ASCII. */
const BOM = String.fromCharCode(0xfeff)

function isAscii(line: string): boolean {
  return !/[^\0-\x7f]/.test(line)
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** RFC 3164 4.1.2: `Mmm dd hh:mm:ss` in local time; a day below ten after a blank. */
function bsdTime(time: Date): string {
  const day = String(time.getDate()).padStart(2, ' ')
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
  return `${months[time.getMonth()]} ${day} ${clock}`
}
