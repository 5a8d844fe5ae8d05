// What the applications saw of each request, kept so that it can be shown.

import type { IncomingMessage } from 'node:http'
import type { LineStream, RequestContext } from 'hopwise'

/** A request as it came to an application. */
export interface Arrival {
  readonly at: 'Fastify' | 'Express'
  readonly request: IncomingMessage
  readonly context: RequestContext
}

/** One request in full: the line of the access log comes last. */
export interface Entry extends Arrival {
  readonly line: string
}

export interface Journal {
  arrived(arrival: Arrival): void
  /** Where the access logs go. */
  readonly lines: LineStream
  /** The next request, once it is over. Ask before it is sent. */
  next(): Promise<Entry>
}

/** A line is written when the response is over, so it cannot be long after the answer. */
const PATIENCE_MS = 5000

/** While nobody waits for an entry, lines go to stdout, as an access log does. */
export function createJournal(): Journal {
  let last: Arrival | undefined
  let waiting: ((entry: Entry) => void) | undefined
  return {
    arrived(arrival) {
      last = arrival
    },
    lines: {
      write(line) {
        if (waiting === undefined || last === undefined) process.stdout.write(line)
        else waiting({ ...last, line: line.trimEnd() })
      },
    },
    next() {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(reject, PATIENCE_MS, new Error('no line came to the access log'))
        timer.unref()
        waiting = (entry) => {
          clearTimeout(timer)
          waiting = undefined
          resolve(entry)
        }
      })
    },
  }
}
