// The access log of a door: from its option to one line for each request.

import type { AccessLogOptions, LineStream } from '../../types/access-log.ts'
import type { RequestContext } from '../../types/context.ts'
import { OptionError, show } from '../errors.ts'
import { checkOptions, isPlainObject } from '../options.ts'
import { compileAccessLog } from './compile.ts'
import { createRecord } from './record.ts'
import { type AnyResponse, watchResponse } from './response.ts'

/** Watches a response from now on, and writes its line when it is over. */
export type AccessLogger = (context: RequestContext, response: AnyResponse) => void

/** `true`: gunicorn's format on stdout; a format; or options. */
export type AccessLogOption = boolean | string | AccessLogOptions

const optionNames: readonly string[] = ['format', 'stream', 'escape', 'timezone']

/** Compiles the option `accessLog`; undefined when no log is asked for. Throws an `OptionError`. */
export function compileLogger(option: AccessLogOption | undefined): AccessLogger | undefined {
  if (option === undefined || option === false) return undefined
  const { format = 'gunicorn', stream, ...formatOptions } = readOption(option)
  const print = compileAccessLog(format, formatOptions)
  const lines = checkStream(stream)
  return (context, response) => {
    const start = performance.now()
    const watch = watchResponse(response)
    response.once('close', () => {
      const micros = Math.trunc((performance.now() - start) * 1000)
      lines.write(`${print(createRecord(context, response, watch, micros))}\n`)
    })
  }
}

function readOption(option: Exclude<AccessLogOption, false>): AccessLogOptions {
  if (option === true) return {}
  if (typeof option === 'string') return { format: option }
  if (!isPlainObject(option)) {
    throw new OptionError(
      'wrong-type',
      `${show(option)} is no access log`,
      "Write true, a format such as 'combined', or { format, stream, escape, timezone }",
      { option: 'accessLog', input: option },
    )
  }
  checkOptions(option, optionNames, 'accessLog')
  return option
}

function checkStream(stream: LineStream | undefined): LineStream {
  if (stream === undefined) return process.stdout
  if (typeof stream?.write === 'function') return stream
  throw new OptionError(
    'wrong-type',
    `${show(stream)} has no method write`,
    'Give a stream, or leave it out for stdout',
    { option: 'accessLog.stream', input: stream },
  )
}
