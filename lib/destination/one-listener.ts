// One listener for an event, however many destinations wait for it: Node warns of a leak at eleven.

import type { EventEmitter } from 'node:events'

type Run = (value?: unknown) => void

interface Listening {
  readonly runs: Set<Run>
  readonly listener: Run
}

const events = new WeakMap<EventEmitter, Map<string, Listening>>()

/** Runs at the event until what this returns is called. */
export function listen(emitter: EventEmitter, event: string, run: Run): () => void {
  const listening = events.get(emitter) ?? new Map<string, Listening>()
  events.set(emitter, listening)
  const { runs, listener } = listening.get(event) ?? begin(emitter, event, listening)
  runs.add(run)
  return () => {
    runs.delete(run)
    if (runs.size > 0) return
    emitter.off(event, listener)
    listening.delete(event)
  }
}

function begin(emitter: EventEmitter, event: string, listening: Map<string, Listening>): Listening {
  const runs = new Set<Run>()
  const listener: Run = (value) => {
    for (const run of runs) run(value)
  }
  emitter.on(event, listener)
  const begun = { runs, listener }
  listening.set(event, begun)
  return begun
}
