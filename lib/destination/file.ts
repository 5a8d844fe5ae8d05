// A log file: appended to in whole lines, reopened when it was moved away.

import { constants, fstatSync, openSync } from 'node:fs'
import type { FileDestination, FileOptions } from '../../types/destination.ts'
import { OptionError, show } from '../errors.ts'
import { checkOptions } from '../options.ts'
import { createAppender } from './appender.ts'
import { createClosing } from './closing.ts'
import { createLineQueue } from './line-queue.ts'
import { listen } from './one-listener.ts'
import { checkRange, checkWord, destinationOptions, readDestinationOptions } from './options.ts'
import { createTrouble, reasonOf } from './trouble.ts'

const optionNames: readonly string[] = [
  'mode',
  'flushWithinMillis',
  'reopenOn',
  ...destinationOptions,
]

const reopenSignals = ['SIGUSR1', 'SIGUSR2', 'SIGHUP'] as const

/** Owner and group may read it: a log names people. */
const DEFAULT_MODE = 0o640
/** Few enough writes that they cost nothing, and still at once for who looks on, or for a crash. */
const DEFAULT_FLUSH_MILLIS = 100
const MAX_FLUSH_MILLIS = 60_000
/** One write of this size costs little more than one of a line. */
const PIECE_BYTES = 64 * 1024
/** PIPE_BUF of Linux: a pipe takes a write up to here whole or not at all. */
const PIPE_PIECE_BYTES = 4096
/** A full pipe is soon read; a full disk is not soon emptied. */
const PIPE_RETRY_MILLIS = 10
const RETRY_MILLIS = 1000
/** A disk that lets one write wait for longer would let the requests wait. */
const STALL_MILLIS = 1000

/**
 * Appends to a file. Throws an `OptionError` if the path cannot be opened now; afterwards nothing
 * is thrown, and trouble goes to `onError`.
 */
export function openFile(path: string, options: FileOptions = {}): FileDestination {
  const { mode, flushWithinMillis, reopenOn, maxBufferedBytes, onError } = readOptions(
    path,
    options,
  )
  const trouble = createTrouble(`access log file ${path}`, onError)
  const first = openFirst(path, mode)
  const pieceBytes = fstatSync(first).isFIFO() ? PIPE_PIECE_BYTES : PIECE_BYTES
  const queue = createLineQueue(maxBufferedBytes, pieceBytes)
  const appender = createAppender(first, queue, settled)
  const waiting = (): number => queue.lines + appender.lines
  let timer: NodeJS.Timeout | undefined
  let failing = false
  /** When the last write began. */
  let lastWrite = 0

  function sendWithin(millis: number): void {
    timer ??= setTimeout(sendNext, millis).unref()
  }

  function sendNext(): void {
    clearTimeout(timer)
    timer = undefined
    if (appender.send()) lastWrite = performance.now()
  }

  function settled(error: NodeJS.ErrnoException | null): void {
    failing = error !== null
    if (error !== null && error.code !== 'EAGAIN') trouble.tell(error)
    if (closing.ended) return
    if (error !== null) {
      sendWithin(error.code === 'EAGAIN' ? PIPE_RETRY_MILLIS : RETRY_MILLIS)
    } else {
      if (!closing.begun) trouble.recovered()
      if (waiting() === 0) closing.end()
      else if (queue.ready || appender.lines > 0 || closing.begun) sendNext()
      else sendWithin(flushWithinMillis)
    }
  }

  /** Lets a burst wait for a disk that is well: a write that comes back slowly is no such disk. */
  function madeRoom(): boolean {
    const isStalled = appender.lines > 0 && performance.now() - lastWrite > STALL_MILLIS
    if (failing || isStalled) return false
    failing = !sentNow()
    lastWrite = performance.now()
    if (failing) sendWithin(RETRY_MILLIS)
    return !failing
  }

  function sentNow(): boolean {
    try {
      appender.sendNow()
      return true
    } catch {
      // A write that goes the usual way meets the same error, and tells.
      return false
    }
  }

  function reopen(): void {
    if (closing.ended) return
    try {
      appender.replace(openDescriptor(path, mode))
      // Another file, perhaps on another disk: no need to wait.
      if (failing) sendNext()
    } catch (error) {
      trouble.tell(error)
    }
  }

  const stops = [listen(process, 'exit', sentNow)]
  if (reopenOn !== undefined) {
    stops.push(listen(process, reopenOn, reopen))
    // Without any listener a signal that comes late would end the process.
    listen(process, reopenOn, ignore)
  }

  const closing = createClosing({
    begin() {
      if (waiting() === 0) closing.end()
      else sendNext()
    },
    finish() {
      for (const stop of stops) stop()
      clearTimeout(timer)
      trouble.drop(waiting())
      appender.end()
    },
  })

  return Object.freeze({
    write(line: string) {
      if (closing.begun) trouble.drop(1)
      else if (!queue.push(line)) trouble.drop(madeRoom() && queue.push(line) ? 0 : 1)
      else if (queue.ready && !failing) sendNext()
      else sendWithin(flushWithinMillis)
    },
    reopen,
    close: closing.close,
    get dropped() {
      return trouble.dropped
    },
  })
}

function ignore(): void {}

function readOptions(path: unknown, options: FileOptions) {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    const place = { option: 'path', input: path }
    throw new OptionError('wrong-type', `${show(path)} is no path`, 'Write a path', place)
  }
  const given = checkOptions(options, optionNames, 'options')
  return {
    mode: checkRange('mode', given.mode, { from: 0o200, to: 0o777, fallback: DEFAULT_MODE }),
    flushWithinMillis: checkRange('flushWithinMillis', given.flushWithinMillis, {
      from: 1,
      to: MAX_FLUSH_MILLIS,
      fallback: DEFAULT_FLUSH_MILLIS,
    }),
    reopenOn: checkWord('reopenOn', given.reopenOn, reopenSignals),
    ...readDestinationOptions(given),
  }
}

function openFirst(path: string, mode: number): number {
  try {
    return openDescriptor(path, mode)
  } catch (error) {
    throw new OptionError(
      'wrong-type',
      reasonOf(error),
      'Give a file in a folder that exists, and that this process may write',
      { option: 'path', input: path },
    )
  }
}

/**
 * O_NONBLOCK changes nothing for a file. A pipe without a reader is then an error at once, and a
 * stalled one keeps neither a thread nor the end of the process waiting.
 */
function openDescriptor(path: string, mode: number): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK } = constants
  return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK, mode)
}
