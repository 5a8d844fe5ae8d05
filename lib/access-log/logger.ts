// The access log of a door: from its option to one line for each request.

import type { AccessLogOptions, LineStream } from '../../types/access-log.ts'
import type { RequestContext } from '../../types/context.ts'
import { claimLine } from '../context/context.ts'
import { toStream } from '../destination/stream.ts'
import { OptionError, show } from '../errors.ts'
import { checkOptions, isPlainObject } from '../options.ts'
import { compileAccessLog } from './compile.ts'
import { namedFormats, structuredFormats } from './formats.ts'
import { formatOptionNames } from './options.ts'
import { createRecord, type Ending, responseEnding } from './record.ts'
import type { AnyResponse } from './response.ts'
import { compileSelection, selectionOptionNames } from './selection.ts'
import { wantedBy } from './wanted.ts'
import { watchResponse } from './watch.ts'

/** Writes one line for each request. */
export interface AccessLogger {
  /** Watches a response from now on, and writes its line when it is over; once for each context. */
  watch(context: RequestContext, response: AnyResponse): void
  /** Writes the line of a request that has no response object. */
  write(context: RequestContext, ending: Ending): void
  /** Notes that Node.js answers a request that is watched with this status, unless the application has. */
  refuse(context: RequestContext, status: number | string): void
}

/** `true`: gunicorn's format on stdout; a format; or options. */
export type AccessLogOption = boolean | string | AccessLogOptions

const optionNames: readonly string[] = [
  'format',
  'stream',
  ...formatOptionNames,
  ...selectionOptionNames,
]

/**
 * Compiles the option `accessLog`; undefined when no log is asked for. `clientHeader` is the private
 * header that the client's address is read from, if there is one: a mask covers it too. Throws an
 * `OptionError`.
 */
export function compileLogger(
  option: AccessLogOption | undefined,
  clientHeader?: string,
): AccessLogger | undefined {
  if (option === undefined || option === false) return undefined
  const { format = 'gunicorn', stream, skip, sample, ...formatOptions } = readOption(option)
  const maskAddress = withHeader(formatOptions.maskAddress, clientHeader)
  const print = compileAccessLog(checkFormat(format), { ...formatOptions, maskAddress })
  const wanted = wantedBy(format, { ...formatOptions, skip, sample })
  const isLogged = compileSelection({ skip, sample })
  const lines = checkStream(stream)
  const write = (context: RequestContext, ending: Ending): void => {
    try {
      const record = createRecord(context, ending)
      if (isLogged(record)) lines.write(`${print(record)}\n`)
    } catch (error) {
      // A stream that throws must not take the process with it; a request has nothing to do with it.
      process.emitWarning(`the access log could not be written: ${error}`, 'HopwiseWarning')
    }
  }
  const refused = new WeakMap<RequestContext, number | string>()
  const logger: AccessLogger = {
    write,
    refuse(context, status) {
      refused.set(context, status)
    },
    watch(context, response) {
      if (!claimLine(context, logger)) return
      watchResponse(response, wanted, (watch) => {
        const ending = responseEnding(context, response, watch)
        const status = ending.status === '-' ? refused.get(context) : undefined
        write(context, status === undefined ? ending : { ...ending, status, outcome: 'error' })
      })
    },
  }
  return logger
}

function readOption(option: Exclude<AccessLogOption, false>): AccessLogOptions {
  if (option === true) return {}
  if (typeof option === 'string') return { format: option }
  if (!isPlainObject(option)) {
    throw new OptionError(
      'wrong-type',
      `${show(option)} is no access log`,
      "Write true, a format such as 'combined', or { format, stream, timezone }",
      { option: 'accessLog', input: option },
    )
  }
  checkOptions(option, optionNames, 'accessLog')
  return option
}

/** What is no mask, or no list, is left for the format to refuse. */
function withHeader(
  mask: AccessLogOptions['maskAddress'],
  header: string | undefined,
): AccessLogOptions['maskAddress'] {
  if (header === undefined) return mask
  if (mask === true) return { headers: [header] }
  const headers = isPlainObject(mask) ? (mask.headers ?? []) : undefined
  return Array.isArray(headers) ? { ...mask, headers: [...headers, header] } : mask
}

/** gunicorn prints a format without values as it is, on every line: here nobody can want that. */
function checkFormat(format: string): string {
  const named = [...Object.keys(namedFormats), ...structuredFormats]
  if (typeof format !== 'string' || format.includes('%(') || named.includes(format.trim())) {
    return format
  }
  throw new OptionError(
    'bad-format',
    `${show(format)} names no value, so that every line would be the same`,
    `Write a name (${named.join(', ')}) or a format such as '%(h)s "%(r)s" %(s)s'; where lines go is \`stream\``,
    { option: 'accessLog.format', input: format },
  )
}

/** One for all loggers of this process, so that they share what may wait. */
let stdout: LineStream | undefined

function checkStream(stream: LineStream | undefined): LineStream {
  if (stream === undefined) {
    stdout ??= toStream(process.stdout)
    return stdout
  }
  if (typeof stream?.write === 'function') return stream
  throw new OptionError(
    'wrong-type',
    `${show(stream)} has no method write`,
    'Give a stream, or leave it out for stdout',
    { option: 'accessLog.stream', input: stream },
  )
}
