// Writes pieces of whole lines to the end of a file, one write(2) each, and goes on after an error.

import { close, fstatSync, write, writeSync } from 'node:fs'
import type { LineQueue, Piece } from './line-queue.ts'

export interface Appender {
  /** Writes the next piece; false if there is none, or the one before is still under way. */
  send(): boolean
  /** Writes all that waits within this call; throws what the system says. */
  sendNow(): void
  /** Goes on with another descriptor, and closes the old one when nobody needs it. */
  replace(opened: number): void
  /** Closes the descriptor, at the latest when a write that is under way comes back. */
  end(): void
  /** Lines that were taken from the queue, and are not known to be written. */
  readonly lines: number
}

/** A piece on its way into the file. */
interface Work extends Piece {
  /** How much of it is written. */
  sent: number
  /** How long the file was then, if that ends in the midst of a line. */
  cutAt?: number | undefined
}

const NEWLINE = 0x0a

/** `settled` hears of each write of `send`: an error, and then it has to be sent again, or null. */
export function createAppender(
  first: number,
  queue: LineQueue,
  settled: (error: NodeJS.ErrnoException | null) => void,
): Appender {
  let descriptor = first
  /** What is being written by a thread, and where to. */
  let flying: { readonly work: Work; readonly to: number } | undefined
  /** What has to be written again, or to its end. */
  const works: Work[] = []
  const retired = new Set<number>()
  let ended = false

  /** What is to be written next: before all else the rest of a line that was cut. */
  function next(): Work | undefined {
    const cut = works.findIndex(({ cutAt }) => cutAt !== undefined)
    const [work] = works.splice(Math.max(cut, 0), 1)
    if (work !== undefined) return work
    const piece = queue.take()
    return piece && { ...piece, sent: 0 }
  }

  /** What has to be written of a work. */
  function rest(work: Work): Buffer {
    // Where another process has written behind the part of a line, only the whole line can help.
    if (work.cutAt !== undefined && work.cutAt !== sizeOf(descriptor)) startLineAgain(work)
    return work.bytes.subarray(work.sent)
  }

  /** A write has come back. */
  function advance(work: Work, to: number, written: number): void {
    if (written > 0) {
      work.sent += written
      work.cutAt = work.bytes[work.sent - 1] === NEWLINE ? undefined : sizeOf(to)
    }
    if (work.sent === work.bytes.length) {
      queue.giveBack(work)
      return
    }
    if (to !== descriptor) startLineAgain(work)
    works.unshift(work)
  }

  function closeRetired(): void {
    for (const old of retired) {
      if (old === flying?.to) continue
      retired.delete(old)
      close(old, () => {})
    }
  }

  return {
    send() {
      const work = flying === undefined ? next() : undefined
      if (work === undefined) return false
      const to = descriptor
      flying = { work, to }
      write(to, rest(work), (error, written) => {
        flying = undefined
        advance(work, to, error === null ? written : 0)
        closeRetired()
        settled(error)
      })
      return true
    },
    sendNow() {
      // What a thread is writing is not ours, and Node lets it end before the process is over.
      for (let work = next(); work !== undefined; work = next()) {
        let written = 0
        try {
          written = writeSync(descriptor, rest(work))
        } finally {
          advance(work, descriptor, written)
        }
      }
    },
    replace(opened) {
      retired.add(descriptor)
      descriptor = opened
      for (const work of works) startLineAgain(work)
      closeRetired()
    },
    end() {
      // Closed twice, its number may by then be somebody else's socket.
      if (ended) return
      ended = true
      retired.add(descriptor)
      closeRetired()
    },
    get lines() {
      return works.reduce((sum, { lines }) => sum + lines, flying?.work.lines ?? 0)
    },
  }
}

function startLineAgain(work: Work): void {
  work.cutAt = undefined
  if (work.sent > 0) work.sent = work.bytes.lastIndexOf(NEWLINE, work.sent - 1) + 1
}

/** -1 for what has no size any more. */
function sizeOf(descriptor: number): number {
  try {
    return fstatSync(descriptor).size
  } catch {
    return -1
  }
}
