// allowedHosts: the names this application answers for.

import { parseAuthority, parseHostname } from '../address/authority.ts'
import { parseIp } from '../address/ip.ts'
import { OptionError, show } from '../errors.ts'

const WILDCARD = '*.'

/**
 * Compiles the list to one question about a hostname: exact names, and `*.name` for one or more labels
 * below. A trailing dot counts for nothing. Undefined when every host is allowed.
 */
export function compileHosts(value: unknown): ((hostname: string) => boolean) | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value) || value.length === 0) {
    throw new OptionError(
      'wrong-type',
      `${show(value)} is no list of hosts`,
      "Write an array, such as ['shop.example', '*.shop.example'], or leave it out to allow every host",
      { option: 'allowedHosts', input: value },
    )
  }
  const exact = new Set<string>()
  const below: string[] = []
  for (const entry of value as readonly unknown[]) {
    const wildcard = typeof entry === 'string' && entry.startsWith(WILDCARD)
    const name = parsePattern(entry, wildcard)
    if (wildcard) below.push(`.${name}`)
    else exact.add(name)
  }
  return (hostname) => {
    const name = withoutDot(hostname)
    return exact.has(name) || below.some((suffix) => name.endsWith(suffix) && name !== suffix)
  }
}

function parsePattern(entry: unknown, wildcard: boolean): string {
  const text = typeof entry === 'string' ? entry.slice(wildcard ? WILDCARD.length : 0) : ''
  const name = parseHostname(text)
  if (name !== undefined && !(wildcard && isAddress(name))) return withoutDot(name)
  throw new OptionError(
    'bad-host-pattern',
    `${show(entry)} is no host name, address or *.name`,
    hostRemedy(text, wildcard ? WILDCARD : ''),
    { option: 'allowedHosts', input: entry },
  )
}

/** There is nothing below an address. */
function isAddress(name: string): boolean {
  return name.startsWith('[') || parseIp(name) !== undefined
}

function hostRemedy(text: string, wildcard: string): string {
  const authority = parseAuthority(text)
  const bracketed = parseHostname(`[${text}]`)
  if (authority !== undefined)
    return `Write it without the port: '${wildcard}${authority.hostname}'`
  if (bracketed !== undefined) return `Write it in brackets: '${bracketed}'`
  if (text === '*') return 'Leave allowedHosts out to allow every host'
  if (URL.canParse(text)) return 'Write the host alone, without scheme and path'
  return "Write for instance 'shop.example' or '*.shop.example', in ASCII (xn--...)"
}

function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name
}
