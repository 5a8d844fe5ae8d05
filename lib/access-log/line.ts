// A line put together: values, and the literal text around them.

import type { AccessLogFormat, AccessRecord } from '../../types/access-log.ts'
import { MISSING } from './atom.ts'
import type { Slot } from './layout.ts'

/** The text of a value. */
export type Print = (record: AccessRecord) => string

/** What prints a value whatever a record holds. */
export interface Printer {
  readonly print: Print
  /** What makes text safe, where that is all that is done to it. */
  readonly escapeText?: ((text: string) => string) | undefined
}

/** A value of a line, and the literal text before it. */
export interface Piece extends Printer {
  readonly before: string
  readonly slot: Slot
}

/** A whole line. */
export interface Line {
  readonly pieces: readonly Piece[]
  /** The literal text behind the last value. */
  readonly end: string
}

/** Compiles the slots of a format, and joins what is literal; a slot may be literal too. */
export function gather(
  slots: readonly (string | Slot)[],
  compile: (slot: Slot) => string | Printer,
): Line {
  const pieces: Piece[] = []
  let before = ''
  for (const slot of slots) {
    const printer = typeof slot === 'string' ? slot : compile(slot)
    if (typeof slot === 'string' || typeof printer === 'string') {
      before += printer
    } else {
      pieces.push({ before, slot, ...printer })
      before = ''
    }
  }
  return { pieces, end: before }
}

/** What fails is printed anew with a guard around each value: that is rare, and guards cost. */
export function compileLine({ pieces, end }: Line): AccessLogFormat {
  const print = compilePrint({ pieces, end })
  const guarded = pieces.map((piece) => ({ ...piece, print: guard(piece.print) }))
  const printGuarded = compilePrint({ pieces: guarded, end })
  return (record) => {
    try {
      return print(record)
    } catch {
      return printGuarded(record)
    }
  }
}

function compilePrint({ pieces, end }: Line): Print {
  return (record) => {
    let line = ''
    for (const { before, print } of pieces) line += before + print(record)
    return line + end
  }
}

/** A record that was made by hand may lack anything, and no line is worth a request. */
function guard(print: Print): Print {
  return (record) => {
    try {
      return print(record)
    } catch {
      return MISSING
    }
  }
}
