// Parameters of a URL whose values are not printed, by name.

import { decodePath } from '../context/target.ts'
import { asIs, REDACTED, type Rewrite, rewriteInside } from './redacted.ts'

/** From its mark on: an OAuth answer has its parameters behind `#`. */
const PARAMETER = /([?&#])([^?&#=]*)=([^?&#]+)/g
const ENCODED_EQUALS = /%(?:25)*3d/i

/**
 * Compiles names, in any case, to what cuts their values out of a URL, wherever they stand in it: also
 * percent-encoded, as `name[]` and `other[name]`, and in a URL inside the URL.
 */
export function compileParameters(names: readonly string[]): Rewrite {
  if (names.length === 0) return asIs
  const hidden = new Set(names.flatMap((name) => [name, asBytes(name)]).map(lower))
  const isHidden = (name: string): boolean =>
    decodePath(name.replaceAll('+', ' '))
      .split(/[[\]]/)
      .some((part) => hidden.has(lower(part.trim())))
  const rewrite = (text: string, level: number): string =>
    text.replace(PARAMETER, (whole, mark: string, name: string, value: string) => {
      if (isHidden(name)) return `${mark}${name}=${REDACTED}`
      if (!ENCODED_EQUALS.test(value)) return whole
      return `${mark}${name}=${rewriteInside(value, level, (inside) => rewrite(inside, level + 1))}`
    })
  return (text) => (text.includes('=') ? rewrite(text, 0) : text)
}

/** As `decodePath` has it, and as Node.js reads a target: each byte of UTF-8 one character. */
function asBytes(name: string): string {
  return Buffer.from(name).toString('latin1')
}

function lower(name: string): string {
  return name.toLowerCase()
}
