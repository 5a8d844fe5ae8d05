// The headers a policy reads, picked out of the flat list in one pass.

/** Values by lower-case name; repeated lines are one list, in order (RFC 9110 5.3). */
export interface PickedHeaders {
  get(name: string): string | undefined
}

/**
 * Picks the named headers; the others are not looked at but for the length of their names. What is
 * returned holds until the next call: one request is resolved at a time, and a map for each would cost
 * as much as the rest of its context.
 */
export function pickHeaders(
  rawHeaders: readonly string[],
  names: readonly string[],
): PickedHeaders {
  if (names !== pickedNames) {
    pickedNames = names
    table = tables.get(names) ?? compileTable(names)
  }
  for (let slot = 0; slot < values.length; slot++) values[slot] = undefined
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name: unknown = rawHeaders[index]
    if (typeof name !== 'string') continue
    for (let row = table[name.length & LENGTH_BITS]; row !== undefined; row = row.next) {
      if (isNamed(name, row)) add(row.slot, rawHeaders[index + 1])
    }
  }
  return picked
}

function add(slot: number, value: unknown): void {
  if (typeof value !== 'string') return
  const before = values[slot]
  values[slot] = before === undefined ? value : `${before},${value}`
}

/** The values that were picked last, in the order of their names. */
const values: (string | undefined)[] = []

/** The names of the last call, and their table. */
let pickedNames: readonly string[] = []
let table: Table = []

const picked: PickedHeaders = {
  get(name) {
    for (let slot = 0; slot < pickedNames.length; slot++) {
      if (pickedNames[slot] === name) return values[slot]
    }
    return undefined
  },
}

/** One of the names, and how it is usually written: to be compared before anything is copied. */
interface Row {
  readonly slot: number
  readonly lower: string
  readonly usual: string
  readonly first: number
  /** Another name of this length. */
  readonly next: Row | undefined
}

/** RFC 9110 5.1: in any case. */
function isNamed(name: string, { lower, usual, first }: Row): boolean {
  if ((name.charCodeAt(0) | 0x20) !== first) return false
  return name === usual || name === lower || name.toLowerCase() === lower
}

/** By the length of the name. */
type Table = readonly (Row | undefined)[]

/** Few names are longer than 31; those share the place of a shorter one. */
const LENGTH_BITS = 31

const tables = new WeakMap<readonly string[], Table>()

function compileTable(names: readonly string[]): Table {
  const table = new Array<Row | undefined>(LENGTH_BITS + 1).fill(undefined)
  for (const [slot, lower] of names.entries()) {
    const usual = lower.replace(/(?<![^-])[a-z]/g, (letter) => letter.toUpperCase())
    const place = lower.length & LENGTH_BITS
    table[place] = { slot, lower, usual, first: lower.charCodeAt(0) | 0x20, next: table[place] }
  }
  tables.set(names, table)
  return table
}
