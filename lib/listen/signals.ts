// SIGTERM and SIGINT: stop all that listens, and then the process.

import { constants } from 'node:os'

const signals = ['SIGTERM', 'SIGINT'] as const

/** At Ctrl-C the terminal signals the whole group, and npm passes it on once more: that is one signal. */
const REPEAT_MILLIS = 250
/** How long a process that nothing else ends may take to end by itself. */
const LEAVE_MILLIS = 500

const stops = new Set<() => Promise<void>>()
let since: number | undefined

/** Has the signals call `stop`. Returns what takes that back. */
export function stopOnSignals(stop: () => Promise<void>): () => void {
  if (stops.size === 0) for (const signal of signals) process.on(signal, onSignal)
  stops.add(stop)
  return () => {
    // Once a signal has come, a second one is heard until the end.
    if (since !== undefined) return
    stops.delete(stop)
    if (stops.size === 0) for (const signal of signals) process.off(signal, onSignal)
  }
}

function onSignal(signal: (typeof signals)[number]): void {
  if (since === undefined) {
    since = performance.now()
    void Promise.all([...stops].map((stop) => stop())).then(leave)
  } else if (performance.now() - since > REPEAT_MILLIS) {
    // As a shell says it of a process that a signal ended.
    process.exit(128 + constants.signals[signal])
  }
}

/** By itself, so that what is still to be written is written; but not for ever. */
function leave(): void {
  setTimeout(() => process.exit(), LEAVE_MILLIS).unref()
}
