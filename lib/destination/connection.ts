// Messages over a connection that may break: begun again with growing pauses, and nothing waits for it.

import type { Destination } from '../../types/destination.ts'
import { createClosing } from './closing.ts'
import { createLineQueue } from './line-queue.ts'
import type { Dial, Link } from './link.ts'
import { listen } from './one-listener.ts'
import type { Trouble } from './trouble.ts'

export interface ConnectionParts {
  readonly dial: Dial
  /** A line with its newline to what goes over the connection. */
  readonly frame: (line: string) => string
  readonly maxBufferedBytes: number
  readonly trouble: Trouble
}

const PIECE_BYTES = 64 * 1024
const FIRST_PAUSE_MILLIS = 100
const LONGEST_PAUSE_MILLIS = 10_000

export function createConnection(parts: ConnectionParts): Destination {
  const { dial, frame, maxBufferedBytes, trouble } = parts
  const queue = createLineQueue(maxBufferedBytes, PIECE_BYTES)
  let link: Link | undefined
  /** The piece that the link has, and that goes to the next one if this one breaks. */
  let piece = queue.take()
  let underway = false
  let pause = FIRST_PAUSE_MILLIS
  let timer: NodeJS.Timeout | undefined

  function begin(): void {
    clearTimeout(timer)
    timer = undefined
    try {
      link = begun(dial())
      send()
    } catch (error) {
      trouble.tell(error)
      again()
    }
  }

  function begun(next: Link): Link {
    for (const emitter of [next.life, next.stream]) emitter.on('error', trouble.tell)
    next.complaints?.on('data', (text: Buffer) => {
      trouble.tell(Object.assign(new Error(String(text).trim()), { code: 'SYSLOG_COMPLAINT' }))
    })
    next.life.once('close', over)
    return next
  }

  function over(): void {
    link = undefined
    underway = false
    if (waiting() === 0) closing.end()
    if (!closing.ended) again()
  }

  function again(): void {
    timer = setTimeout(begin, pause).unref()
    pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS)
  }

  function send(): void {
    if (underway || link === undefined) return
    piece ??= queue.take()
    if (piece === undefined) {
      if (closing.begun) link.end()
      return
    }
    underway = true
    const on = link
    const sent = piece
    on.stream.write(sent.bytes, (error) => {
      if (link !== on) return
      underway = false
      // With an error the link is over soon, and the piece is for the next one.
      if (error) return
      piece = undefined
      queue.giveBack(sent)
      pause = FIRST_PAUSE_MILLIS
      if (!closing.begun) trouble.recovered()
      send()
    })
  }

  function waiting(): number {
    return queue.lines + (piece?.lines ?? 0)
  }

  function sendAll(): void {
    for (let rest = queue.take(); rest !== undefined; rest = queue.take()) {
      link?.stream.write(rest.bytes)
    }
  }

  const stop = listen(process, 'exit', sendAll)
  const closing = createClosing({
    begin() {
      if (link !== undefined) send()
      else if (waiting() === 0) closing.end()
      else begin()
    },
    finish() {
      stop()
      clearTimeout(timer)
      trouble.drop(waiting())
      link?.cut()
    },
  })
  begin()

  return Object.freeze({
    write(line: string) {
      if (closing.begun || !queue.push(frame(line))) trouble.drop(1)
      else send()
    },
    close: closing.close,
    get dropped() {
      return trouble.dropped
    },
  })
}
