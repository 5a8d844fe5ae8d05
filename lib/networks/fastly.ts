// Fastly: https://api.fastly.com/public-ip-list.

import type { Entry, ListPlace } from './entry.ts'
import { entriesAt, parseObject } from './json.ts'

/** `{ addresses, ipv6_addresses }`. */
export function parseFastly(text: string, { path }: ListPlace): readonly Entry[] {
  const list = parseObject(text, path)
  return [...entriesAt(list, 'addresses', path), ...entriesAt(list, 'ipv6_addresses', path)]
}
