// Azure: the service tags that https://www.microsoft.com/download/details.aspx?id=56519 offers, of which one is taken.

import type { Entry, ListPlace } from './entry.ts'
import { entriesAt, objectAt, objectsAt, parseObject, textAt } from './json.ts'

/** `{ values: [{ name, properties: { addressPrefixes } }] }`. */
export function parseAzure(text: string, { path, service }: ListPlace): readonly Entry[] {
  const list = parseObject(text, path)
  return objectsAt(list, 'values', path)
    .filter((tag, index) => textAt(tag, 'name', `values[${index}]`, path) === service)
    .flatMap((tag) => entriesAt(objectAt(tag, 'properties', path), 'addressPrefixes', path))
}
