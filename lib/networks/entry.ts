// What a parser is given and what it gives back: networks that nobody has judged yet, or an error.

import { OptionError, show } from '../errors.ts'

export interface Entry {
  /** The text of the network. */
  readonly text: string
  /** Where it stands, for an error: a line, or a member. */
  readonly where: string
}

/** What a parser knows of the list. */
export interface ListPlace {
  readonly path: string
  /** The service that is asked for, where a list has several. */
  readonly service: string
  /** The region that is asked for; undefined for all. */
  readonly region: string | undefined
}

/** From the text of a list to its entries; throws an `OptionError` when it is no such list. */
export type ParseList = (text: string, place: ListPlace) => readonly Entry[]

const FETCH_ANEW =
  'Fetch it into another file, with curl --fail, and move that here: see docs/networks.md'

/** The error for a file that is no list to be believed. `reason` goes on where the path ends: "is empty". */
export function badList(path: string, reason: string, remedy: string = FETCH_ANEW): OptionError {
  return new OptionError('bad-list', `${show(path)} ${reason}`, remedy, {
    option: 'path',
    input: path,
  })
}
