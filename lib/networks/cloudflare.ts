// Cloudflare: https://www.cloudflare.com/ips-v4, ips-v6, or both in https://api.cloudflare.com/client/v4/ips.

import { badList, type Entry, type ListPlace } from './entry.ts'
import { entriesAt, objectAt, parseObject } from './json.ts'
import { parseLines } from './lines.ts'

/** One network a line, or `{ success, errors, result: { ipv4_cidrs, ipv6_cidrs } }`. */
export function parseCloudflare(text: string, place: ListPlace): readonly Entry[] {
  if (!text.trimStart().startsWith('{')) return parseLines(text, place)
  const answer = parseObject(text, place.path)
  if (answer.success !== true) throw badList(place.path, 'is an answer without success')
  const result = objectAt(answer, 'result', place.path)
  return [
    ...entriesAt(result, 'ipv4_cidrs', place.path),
    ...entriesAt(result, 'ipv6_cidrs', place.path),
  ]
}
