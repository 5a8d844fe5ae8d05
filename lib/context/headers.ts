// The headers a policy reads, picked out of the flat list in one pass.

import { type FieldName, fieldName, isNamed } from './field-name.ts'

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
  lines = rawHeaders
  if (names !== pickedNames) {
    pickedNames = names
    table = tables.get(names) ?? compileTable(names)
    places = names.map(() => NOWHERE)
  }
  for (let slot = 0; slot < places.length; slot++) places[slot] = NOWHERE
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name: unknown = rawHeaders[index]
    if (typeof name !== 'string') continue
    for (let row = table[name.length & LENGTH_BITS]; row !== undefined; row = row.next) {
      if (isNamed(name, row.name)) add(row.slot, index + 1)
    }
  }
  return picked
}

/** The header lines that were picked from last. */
let lines: readonly string[] = []

/**
 * Where the value of each name stands: a number, since an old object that is given new text must be
 * written down for the collector, at the price of 3 ns each time.
 */
let places: number[] = []
const NOWHERE = -1

/** It stands in `joined`: the name has several lines. */
const JOINED = -2
const joined: (string | undefined)[] = []

function add(slot: number, place: number): void {
  const value: unknown = lines[place]
  if (typeof value !== 'string') return
  if (places[slot] === NOWHERE) {
    places[slot] = place
  } else {
    joined[slot] = `${valueAt(slot)},${value}`
    places[slot] = JOINED
  }
}

function valueAt(slot: number): string | undefined {
  const place = Number(places[slot])
  return place >= 0 ? lines[place] : place === JOINED ? joined[slot] : undefined
}

/** The names of the last call, and their table. */
let pickedNames: readonly string[] = []
let table: Table = []

const picked: PickedHeaders = {
  get(name) {
    for (let slot = 0; slot < pickedNames.length; slot++) {
      if (pickedNames[slot] === name) return valueAt(slot)
    }
    return undefined
  },
}

/** One of the names. */
interface Row {
  readonly slot: number
  readonly name: FieldName
  /** Another name of this length. */
  readonly next: Row | undefined
}

/** By the length of the name. */
type Table = readonly (Row | undefined)[]

/** Few names are longer than 31; those share the place of a shorter one. */
const LENGTH_BITS = 31

const tables = new WeakMap<readonly string[], Table>()

function compileTable(names: readonly string[]): Table {
  const table = new Array<Row | undefined>(LENGTH_BITS + 1).fill(undefined)
  for (const [slot, name] of names.entries()) {
    const place = name.length & LENGTH_BITS
    table[place] = { slot, name: fieldName(name), next: table[place] }
  }
  tables.set(names, table)
  return table
}
