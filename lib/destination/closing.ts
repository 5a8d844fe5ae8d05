// How a destination closes: once, and within a bounded time.

export interface Closing {
  /** Whether `close` was called. */
  readonly begun: boolean
  /** Whether all is over. */
  readonly ended: boolean
  /** Begins to close, or answers with the promise of the call that did. */
  close(): Promise<void>
  /** All is handed over: closes now, if that was begun. */
  end(): void
}

export interface ClosingSteps {
  /** Hands over what still waits, and calls `end` when it is done. */
  readonly begin: () => void
  /** Gives up what is left, and lets go. */
  readonly finish: () => void
}

/** A process that is asked to end is often killed after ten seconds, or five. */
const GRACE_MILLIS = 2000

export function createClosing(
  { begin, finish }: ClosingSteps,
  graceMillis: number = GRACE_MILLIS,
): Closing {
  let closed: Promise<void> | undefined
  let ended = false
  let resolveClosed: (() => void) | undefined
  let giveUp: NodeJS.Timeout | undefined

  function end(): void {
    if (closed === undefined || ended) return
    ended = true
    clearTimeout(giveUp)
    finish()
    resolveClosed?.()
  }

  return {
    get begun() {
      return closed !== undefined
    },
    get ended() {
      return ended
    },
    close() {
      if (closed !== undefined) return closed
      closed = new Promise<void>((resolve) => {
        resolveClosed = resolve
      })
      // It keeps the process running, which nothing else here does.
      giveUp = setTimeout(end, graceMillis)
      begin()
      return closed
    },
    end,
  }
}
