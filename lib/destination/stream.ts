// Any writable stream as a destination, stdout among them: its errors and its slowness stay here.

import type { Writable } from 'node:stream'
import type { Destination, DestinationOptions } from '../../types/destination.ts'
import { OptionError, show } from '../errors.ts'
import { checkOptions } from '../options.ts'
import { createClosing } from './closing.ts'
import { createLineQueue } from './line-queue.ts'
import { listen } from './one-listener.ts'
import { destinationOptions, readDestinationOptions } from './options.ts'
import { createTrouble } from './trouble.ts'

/**
 * PIPE_BUF of Linux: a pipe takes a write up to here whole or not at all, so that the lines of several
 * processes on one stdout stay whole.
 */
const PIECE_BYTES = 4096

/**
 * Writes to a stream that it does not own: `close` leaves it open. The lines of one turn of the event loop
 * are handed on together, and while the stream has not taken them the next ones wait.
 */
export function toStream(stream: Writable, options: DestinationOptions = {}): Destination {
  checkStream(stream)
  const given = checkOptions(options, destinationOptions, 'options')
  const { maxBufferedBytes, onError } = readDestinationOptions(given)
  const trouble = createTrouble('access log stream', onError)
  const queue = createLineQueue(maxBufferedBytes, PIECE_BYTES)
  let turn: NodeJS.Immediate | undefined
  let leaving = false
  let handed = 0
  /** The number of the write that the stream has not taken yet. */
  let waitingFor: number | undefined

  function handOver(): void {
    clearImmediate(turn)
    turn = undefined
    while (waitingFor === undefined) {
      const piece = queue.take()
      if (piece === undefined) {
        closing.end()
        return
      }
      hand(piece.bytes, piece.lines)
    }
  }

  function hand(text: string | Buffer, lines: number): void {
    const number = ++handed
    if (stream.destroyed || stream.writableEnded) {
      trouble.drop(lines)
      return
    }
    try {
      stream.write(text, (error) => taken(number, lines, error))
      // Not its answer: that is true as long as the stream has room to keep what it has not written.
      if (stream.writableLength > 0) waitingFor = number
    } catch (error) {
      trouble.tell(error)
      trouble.drop(lines)
    }
  }

  function taken(number: number, lines: number, error: Error | null | undefined): void {
    if (error) {
      trouble.tell(error)
      trouble.drop(lines)
    } else if (!closing.begun) trouble.recovered()
    if (number !== waitingFor) return
    waitingFor = undefined
    handOver()
  }

  /** For a line that has no room among those that wait. */
  function makeRoom(line: string): void {
    handOver()
    if (waitingFor === undefined) hand(line, 1)
    else if (!queue.push(line)) trouble.drop(1)
  }

  // It stays after `close`: what was written may still fail, and nobody else listens.
  listen(stream, 'error', trouble.tell)
  const stop = listen(process, 'exit', () => {
    // No turn comes any more.
    leaving = true
    handOver()
  })
  const closing = createClosing({
    begin: handOver,
    finish() {
      stop()
      trouble.drop(queue.lines)
    },
  })

  return Object.freeze({
    write(line: string) {
      if (closing.begun) trouble.drop(1)
      else if (!queue.push(line)) makeRoom(line)
      else if (waitingFor === undefined) {
        if (queue.ready || leaving) handOver()
        else turn ??= setImmediate(handOver)
      }
    },
    close: closing.close,
    get dropped() {
      return trouble.dropped
    },
  })
}

function checkStream(stream: unknown): void {
  if (typeof stream === 'object' && stream !== null && 'write' in stream && 'on' in stream) {
    if (typeof stream.write === 'function' && typeof stream.on === 'function') return
  }
  throw new OptionError(
    'wrong-type',
    `${show(stream)} is no writable stream`,
    'Give a stream.Writable such as process.stdout',
    { option: 'stream', input: stream },
  )
}
