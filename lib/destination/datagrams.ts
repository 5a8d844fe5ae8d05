// Messages as UDP datagrams, one each. What is lost on the way, nobody knows.

import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns'
import type { Destination } from '../../types/destination.ts'
import { createClosing } from './closing.ts'
import { createLineQueue } from './line-queue.ts'
import { codeOf, type Trouble } from './trouble.ts'

export interface DatagramParts {
  readonly host: string
  readonly port: number
  /** A line with its newline to a datagram. */
  readonly frame: (line: string) => string
  readonly maxBufferedBytes: number
  readonly trouble: Trouble
}

/** Between two looks at a name that may have moved. */
const PAUSE_MILLIS = 1000

export function createDatagrams(parts: DatagramParts): Destination {
  const { host, port, frame, maxBufferedBytes, trouble } = parts
  /** Before there is a socket; each message is a piece of its own. */
  const queue = createLineQueue(maxBufferedBytes, 1)
  let socket: Socket | undefined
  let underway = 0
  let underwayBytes = 0
  let timer: NodeJS.Timeout | undefined

  function begin(): void {
    timer = undefined
    // A daemon on this machine listens rather on 127.0.0.1 than on ::1.
    lookup(host, { order: 'ipv4first' }, (error, address, family) => {
      if (error === null) open(address, family)
      else again(error)
    })
  }

  /** Connected, for then the system tells when nobody listens. */
  function open(address: string, family: number): void {
    const opened = createSocket(family === 6 ? 'udp6' : 'udp4')
    opened.unref()
    opened.on('error', again)
    opened.connect(port, address, (error?: Error) => {
      if (error !== undefined || closing.ended) {
        opened.close()
        if (error !== undefined) again(error)
        return
      }
      socket?.close()
      socket = opened
      for (let piece = queue.take(); piece !== undefined; piece = queue.take())
        send(opened, piece.bytes)
      endIfDone()
    })
  }

  function again(error: unknown): void {
    trouble.tell(error)
    if (!closing.ended) timer ??= setTimeout(begin, PAUSE_MILLIS).unref()
  }

  function send(on: Socket, bytes: Buffer, isSecondTry = false): void {
    if (underwayBytes + bytes.length > maxBufferedBytes) {
      trouble.drop(1)
      return
    }
    underway++
    underwayBytes += bytes.length
    on.send(bytes, (error) => {
      underway--
      underwayBytes -= bytes.length
      if (error !== null) failed(error, on, bytes, isSecondTry)
      else if (!closing.begun) trouble.recovered()
      endIfDone()
    })
  }

  function failed(error: Error, on: Socket, bytes: Buffer, isSecondTry: boolean): void {
    again(error)
    // That nobody listens is said of the datagram before, and this one was not sent.
    const isForAnother = codeOf(error) === 'ECONNREFUSED' && on === socket
    if (isForAnother && !isSecondTry) send(on, bytes, true)
    else trouble.drop(1)
  }

  function endIfDone(): void {
    if (socket !== undefined && underway === 0) closing.end()
  }

  const closing = createClosing({
    begin: endIfDone,
    finish() {
      clearTimeout(timer)
      trouble.drop(queue.lines)
      // What is still under way comes back with an error, and is counted then.
      socket?.close()
    },
  })
  begin()

  return Object.freeze({
    write(line: string) {
      if (closing.begun) trouble.drop(1)
      else if (socket !== undefined) send(socket, Buffer.from(frame(line)))
      else if (!queue.push(frame(line))) trouble.drop(1)
    },
    close: closing.close,
    get dropped() {
      return trouble.dropped
    },
  })
}
