// The name of a header field, compared in any case (RFC 9110 5.1) and before anything is copied.

/** A name that is looked for, ready to be compared. */
export interface FieldName {
  readonly lower: string
  /** As HTTP/1 writes it, where HTTP/2 has small letters: to compare takes 7 ns, `toLowerCase` 30. */
  readonly usual: string
  readonly length: number
  readonly first: number
  readonly firstCapital: number
}

export function fieldName(lower: string): FieldName {
  return {
    lower,
    usual: lower.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()),
    length: lower.length,
    first: lower.charCodeAt(0),
    firstCapital: lower.toUpperCase().charCodeAt(0),
  }
}

/** In any case; length and first letter tell most names apart. */
export function isNamed(field: string | undefined, name: FieldName): boolean {
  if (field?.length !== name.length) return false
  const char = field.charCodeAt(0)
  if (char !== name.first && char !== name.firstCapital && char < ASCII_END) return false
  return isSpelled(field, name)
}

/** The same, without a look at length and first letter before: for who has ruled out most by them. */
export function isSpelled(field: string, { usual, lower }: FieldName): boolean {
  return field === usual || field === lower || field.toLowerCase() === lower
}

/** From here on a capital may be the capital of an ASCII letter, as the Kelvin sign is. */
const ASCII_END = 0x80
