// Lists of one network a line: plain text, and what Cloudflare publishes.

import { badList, type Entry, type ListPlace } from './entry.ts'

/** A hundred times the longest list of proxies that is known; comments count, too. */
const MAX_LINES = 20_000

/**
 * One network a line; `#` begins a comment, blanks and empty lines count for nothing. The last line
 * need not end: a prefix length that was cut is never wide enough to be believed (see believe.ts).
 */
export function parseLines(text: string, { path }: ListPlace): readonly Entry[] {
  const lines = text.split('\n', MAX_LINES + 1)
  if (lines.length > MAX_LINES) throw badList(path, `has more than ${MAX_LINES} lines`)
  return lines
    .map((line, index) => ({
      text: line.replace(/#.*/, '').trim(),
      where: `line ${index + 1}`,
    }))
    .filter((entry) => entry.text !== '')
}

/**
 * The same for a list of your own, which may hold addresses without a prefix length. There the last
 * line must end (POSIX 3.206): cut off, 10.0.0.12 would be 10.0.0.1, and that is somebody else.
 */
export function parseText(text: string, place: ListPlace): readonly Entry[] {
  if (!text.endsWith('\n')) {
    throw badList(
      place.path,
      'ends within a line, as if it had been cut off',
      'End the last line, too, and move a finished file there',
    )
  }
  return parseLines(text, place)
}
