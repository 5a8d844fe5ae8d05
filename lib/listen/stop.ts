// The stop: nothing new, requests to their end, then what the application closes; all within bounds.

import { EventEmitter, once } from 'node:events'
import type { Server } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import type { Closable } from '../../types/listen.ts'
import type { Connections } from './connections.ts'
import type { Side } from './open.ts'
import { closeSides } from './sides.ts'
import { tellStopping } from './systemd.ts'

export interface StopSteps {
  readonly sides: readonly Side[]
  readonly connections: Connections
  readonly stopWithinMillis: number
  readonly onStop: () => unknown
  readonly closeAfter: readonly Closable[]
}

/** For so long at most, where ever more come. */
const TAKE_IN_MILLIS = 200
/** All that is closed in the end has so long, together. */
const CLOSE_MILLIS = 2000

/** A stop that is made once; neither rejects. */
export interface Stop {
  /** Stops, and resolves when all is closed. */
  readonly stop: () => Promise<void>
  /** Resolves when the last connection has ended, before `closeAfter` is closed. */
  readonly ended: Promise<unknown>
}

export function createStop(steps: StopSteps): Stop {
  const events = new EventEmitter()
  let stopped: Promise<void> | undefined
  return {
    ended: once(events, 'end'),
    stop() {
      stopped ??= stop(steps, () => events.emit('end'))
      return stopped
    },
  }
}

/** Has `close()` of a server with several sides close all of them: by itself it knows of one. */
export function closeTogether(server: Server, { stop, ended }: Stop): void {
  const { close } = server
  const closeAll = (closed?: () => void): Server => {
    void stop()
    void ended.then(() => closed?.())
    return server
  }
  Reflect.set(server, 'close', closeAll)
  void ended.then(() => Reflect.set(server, 'close', close))
}

async function stop(steps: StopSteps, end: () => void): Promise<void> {
  const { sides, connections, stopWithinMillis, onStop, closeAfter } = steps
  void tellStopping()
  for (const side of sides) side.remove()
  const told = attempt('onStop', onStop)
  await takeIn(connections)
  const closed = closeSides(sides)
  const cut = await connections.drain(stopWithinMillis)
  if (cut > 0) warn(`${cut} connections had not ended after ${stopWithinMillis} ms and were cut`)
  await closed
  connections.forget()
  end()
  await within(CLOSE_MILLIS, closeAll(told, closeAfter))
}

/** Takes the connections that the system has accepted already: closing would reset them. */
async function takeIn(connections: Connections): Promise<void> {
  const end = performance.now() + TAKE_IN_MILLIS
  let before: number
  do {
    before = connections.accepted
    // Between two turns Node.js looks at every socket once.
    await turn()
    await turn()
  } while (connections.accepted > before && performance.now() < end)
}

async function closeAll(told: Promise<void>, closeAfter: readonly Closable[]): Promise<void> {
  await told
  for (const closable of closeAfter) await attempt('closeAfter', () => closable.close())
}

/** What goes wrong must not keep the rest from ending. */
async function attempt(name: string, run: () => unknown): Promise<void> {
  try {
    await run()
  } catch (error) {
    warn(`${name}: ${error}`)
  }
}

async function within(millis: number, ended: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      warn(`onStop and closeAfter had not ended after ${millis} ms`)
      resolve()
    }, millis)
  })
  await Promise.race([ended, late])
  clearTimeout(timer)
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'ListenWarning' })
}
