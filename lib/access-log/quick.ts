// The quick way to a line: all values as they stand in the record, then one look at the whole.

import type { AccessRecord } from '../../types/access-log.ts'
import type { Raw } from './atom.ts'
import { isPlain } from './conversion.ts'
import { compileHarmless } from './escape.ts'
import type { Line, Piece, Printer } from './line.ts'
import { compileLookup, type Found, type WantedHeader } from './lookup.ts'

/**
 * Compiles a line to what prints it, and is undefined where a record must be read the sure way. To look at
 * each value costs more than all else: so they are joined as they are, and nothing in the line may need
 * care but what does in a sample of it. Else each value is looked at. It never throws.
 */
export function compileQuickLine({
  pieces,
  end,
}: Line): (record: AccessRecord) => string | undefined {
  const sample = pieces.map(({ before, slot }) => before + sampleOf(slot)).join('') + end
  const harmless = compileHarmless(sample, pieces.map(({ slot }) => slot.separators).join(''))
  const mayChange = compileChecks(pieces)
  const wanted = pieces.flatMap((piece) => rawOf(piece).header ?? [])
  const find = compileLookup(wanted)
  const values = pieces.map((piece) => compileValue(piece, wanted))
  const join = compileJoin(values)
  return (record) => {
    try {
      // What an environ adds may stand for a header.
      if (record.environ !== undefined) return undefined
      const found = find(record.requestHeaders)
      const line = join(record, found) + end
      // This first, since its searches make one text of the pieces: else the expression takes 100 ns longer.
      if (!mayChange(line) && harmless.test(line)) return line
      return joinSafe(values, record, found) + end
    } catch {
      return undefined
    }
  }
}

/**
 * What is printed by us is harmless, but for the blank and the brackets of a time. Of one that is cut they may
 * be missing: what a client sends would stand for them.
 */
function sampleOf({ placeholder }: Piece['slot']): string {
  const isWhole = placeholder.key === 't' && isPlain(placeholder)
  return isWhole ? '[20/Nov/2026:11:29:06 +0000]' : ''
}

/** What has a conversion of its own, or a dash where it is empty, is printed the sure way at once. */
function rawOf({ print, slot: { atom, placeholder } }: Piece): Raw {
  if (!isPlain(placeholder)) return { read: print }
  if (atom.raw !== undefined) return atom.raw
  return { read: atom.kind === 'text' && placeholder.key !== 'h' ? atom.read : print }
}

/** Whether privacy may change anything in a line. */
function compileChecks(pieces: readonly Piece[]): (line: string) => boolean {
  const checks = [...new Set(pieces.flatMap((piece) => rawOf(piece).mayChange ?? []))]
  const [first = () => false, ...more] = checks
  if (more.length === 0) return first
  return (line) => checks.some((mayChange) => mayChange(line))
}

/** A value for the quick way. */
interface Value extends Printer {
  readonly before: string
  readonly read: Raw['read']
  readonly mayChange?: Raw['mayChange']
  /** Where its header is found. */
  readonly place: number
}

/** Any will do for a value that is made of no header. */
const NO_PLACE = 0

function compileValue(piece: Piece, wanted: readonly WantedHeader[]): Value {
  const { before, print, escapeText } = piece
  const { read, header, mayChange } = rawOf(piece)
  const place = header === undefined ? NO_PLACE : wanted.indexOf(header)
  // What is printed is escaped already.
  const isPrinted = read === print
  return { before, read, mayChange, place, print, escapeText: isPrinted ? undefined : escapeText }
}

function joinSafe(values: readonly Value[], record: AccessRecord, found: Found): string {
  let line = ''
  for (const value of values) line += value.before + printSafe(value, record, found)
  return line
}

function printSafe(value: Value, record: AccessRecord, found: Found): string {
  const { read, mayChange, place, print, escapeText } = value
  if (escapeText === undefined) return print(record)
  const text = read(record, found[place])
  return typeof text !== 'string' || mayChange?.(text) ? print(record) : escapeText(text)
}

/** Printed where a value is none for the quick way: no line with a line end in it is harmless. */
const UNFIT = '\n'

const empty = (): string => ''
const nothing: Value = { before: '', read: empty, place: NO_PLACE, print: empty }

type Join = (record: AccessRecord, found: Found) => string

/** Eight values in one expression show the optimiser what each calls; in a loop a line takes 6 % longer. */
function compileJoin(values: readonly Value[]): Join {
  const [a = nothing, b = nothing, c = nothing, d = nothing, ...more] = values
  const [e = nothing, f = nothing, g = nothing, h = nothing, ...rest] = more
  const joinRest: Join = rest.length === 0 ? () => '' : compileJoin(rest)
  return (record, found) =>
    a.before +
    fit(a.read(record, found[a.place])) +
    b.before +
    fit(b.read(record, found[b.place])) +
    c.before +
    fit(c.read(record, found[c.place])) +
    d.before +
    fit(d.read(record, found[d.place])) +
    e.before +
    fit(e.read(record, found[e.place])) +
    f.before +
    fit(f.read(record, found[f.place])) +
    g.before +
    fit(g.read(record, found[g.place])) +
    h.before +
    fit(h.read(record, found[h.place])) +
    joinRest(record, found)
}

function fit(value: unknown): string | number {
  return typeof value === 'string' || typeof value === 'number' ? value : UNFIT
}
