// AWS: https://ip-ranges.amazonaws.com/ip-ranges.json, of which one service is taken.

import type { Entry, ListPlace } from './entry.ts'
import { type Members, objectsAt, parseObject, textAt } from './json.ts'

/**
 * `{ prefixes: [{ ip_prefix, region, service }], ipv6_prefixes: [{ ipv6_prefix, region, service }] }`:
 * https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-syntax.html.
 */
export function parseAws(text: string, place: ListPlace): readonly Entry[] {
  const list = parseObject(text, place.path)
  return [
    ...select(list, 'prefixes', 'ip_prefix', place),
    ...select(list, 'ipv6_prefixes', 'ipv6_prefix', place),
  ]
}

function select(
  list: Members,
  name: string,
  network: string,
  { path, service, region }: ListPlace,
): readonly Entry[] {
  return objectsAt(list, name, path).flatMap((members, index) => {
    const where = `${name}[${index}]`
    const entry = { text: textAt(members, network, where, path), where }
    const isAsked =
      textAt(members, 'service', where, path) === service &&
      (textAt(members, 'region', where, path) === region || region === undefined)
    return isAsked ? [entry] : []
  })
}
