// Who waits for a connection to close: one listener for each connection, however many wait.

import type { EventEmitter } from 'node:events'

const waiting = new WeakMap<EventEmitter, Set<() => void>>()

/** Calls back when the connection closes; the function that is returned takes it back. */
export function whenLeaving(connection: EventEmitter, over: () => void): () => void {
  const others = waiting.get(connection) ?? listen(connection)
  others.add(over)
  return () => {
    others.delete(over)
  }
}

function listen(connection: EventEmitter): Set<() => void> {
  const all = new Set<() => void>()
  waiting.set(connection, all)
  connection.once('close', () => {
    for (const over of all) over()
  })
  return all
}
