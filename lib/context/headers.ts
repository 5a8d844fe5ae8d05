// The headers a policy reads, picked out of the flat list in one pass.

/** Values by lower-case name; repeated lines are one list, in order (RFC 9110 5.3). */
export type PickedHeaders = ReadonlyMap<string, string>

/** Picks the named headers; the others are not looked at but for the length of their names. */
export function pickHeaders(
  rawHeaders: readonly string[],
  names: readonly string[],
): PickedHeaders {
  const picked = new Map<string, string>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = findName(rawHeaders[index], names)
    const value = rawHeaders[index + 1]
    if (name === undefined || typeof value !== 'string') continue
    const before = picked.get(name)
    picked.set(name, before === undefined ? value : `${before},${value}`)
  }
  return picked
}

function findName(name: unknown, names: readonly string[]): string | undefined {
  if (typeof name !== 'string') return undefined
  for (const candidate of names) {
    if (candidate.length === name.length && candidate === name.toLowerCase()) return candidate
  }
  return undefined
}
