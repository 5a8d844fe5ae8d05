// A syslog daemon as a destination: its address, its format, and the way there.

import { hostname as machineName } from 'node:os'
import type { Destination, SyslogFormat, SyslogOptions } from '../../types/destination.ts'
import { OptionError } from '../errors.ts'
import { checkOptions } from '../options.ts'
import { createConnection } from './connection.ts'
import { createDatagrams } from './datagrams.ts'
import { dialLogger, dialSocket } from './link.ts'
import { checkText, checkWord, destinationOptions, readDestinationOptions } from './options.ts'
import {
  compileMessage,
  facilities,
  type MessageOptions,
  programName,
  severities,
} from './syslog-message.ts'
import { parseSyslogTarget, type SyslogTarget } from './syslog-target.ts'
import { createTrouble } from './trouble.ts'

const optionNames: readonly string[] = [
  'format',
  'facility',
  'severity',
  'appName',
  'hostname',
  ...destinationOptions,
]

/**
 * Sends each line to a syslog daemon: `udp://host:514`, `tcp://host:514`, `unix:///path#stream`, or
 * `unix:///dev/log#dgram`. Throws an `OptionError`; whether the daemon is there shows later.
 */
export function openSyslog(url: string, options: SyslogOptions = {}): Destination {
  const target = parseSyslogTarget(url)
  const given = checkOptions(options, optionNames, 'options')
  const message = readMessageOptions(given, target)
  const { maxBufferedBytes, onError } = readDestinationOptions(given)
  const trouble = createTrouble(`access log syslog ${url}`, onError)
  if (target.kind === 'datagram') {
    // The program makes the message of the line.
    const { facility, severity, appName } = message
    const dial = dialLogger(target.path, `${facility}.${severity}`, programName(appName))
    const frame = (line: string): string => line
    return createConnection({ dial, frame, maxBufferedBytes, trouble })
  }
  const print = compileMessage(message)
  const text = (line: string): string => print(line.replace(/\n$/, ''), new Date())
  if (target.kind === 'udp') {
    return createDatagrams({ ...target, frame: text, maxBufferedBytes, trouble })
  }
  // RFC 6587 3.4.1: octet counting. gunicorn counts nothing: its NUL ends the message.
  const counted = (line: string): string => count(text(line))
  const frame = message.format === 'gunicorn' ? text : counted
  const { kind, ...place } = target
  return createConnection({ dial: dialSocket(place), frame, maxBufferedBytes, trouble })
}

function count(message: string): string {
  return `${Buffer.byteLength(message)} ${message}`
}

const formats: readonly SyslogFormat[] = ['gunicorn', 'rfc3164', 'rfc5424']

function readMessageOptions(
  given: Readonly<Record<string, unknown>>,
  target: SyslogTarget,
): MessageOptions {
  const usual = target.kind === 'datagram' ? 'rfc3164' : 'rfc5424'
  const format = checkWord('format', given.format, formats) ?? usual
  if (target.kind === 'datagram' && format !== 'rfc3164') {
    throw new OptionError(
      'contradiction',
      `a datagram socket takes no ${format}`,
      "Leave it out, or write 'rfc3164'",
      { option: 'format', input: format },
    )
  }
  return {
    format,
    facility: checkWord('facility', given.facility, facilities) ?? 'user',
    severity: checkWord('severity', given.severity, severities) ?? 'info',
    appName: checkText('appName', given.appName, 'hopwise'),
    hostname: checkText('hostname', given.hostname, machineName()),
  }
}
