// Parameters of a URL whose values are not printed, by name.

import { decodePath } from '../context/target.ts'
import { asIs, REDACTED, type Rewrite, rewriteInside } from './redacted.ts'

/** From its mark on: an OAuth answer has its parameters behind `#`. */
const PARAMETER = /[?&#]([^?&#=]*)=([^?&#]+)/g

/** A `?` may stand in a query as it is (RFC 3986 3.4). */
const VALUE_END = /[&#]/g

/** What a parameter inside a value has: an equals sign of any spelling, and an escape in any case. */
const EQUALS_INSIDE = /=|%(?:25)*3d/i

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
  const rewrite = (text: string, level: number): string => {
    let written = ''
    let done = 0
    for (const { index, 0: whole, 1: name = '', 2: value = '' } of text.matchAll(PARAMETER)) {
      // It stands in a value that is hidden.
      if (index < done) continue
      const start = index + whole.length - value.length
      written += text.slice(done, start)
      const hides = isHidden(name)
      done = hides ? endOfValue(text, start) : index + whole.length
      if (hides) written += REDACTED
      else if (!value.includes('%') || !EQUALS_INSIDE.test(value)) written += value
      else written += rewriteInside(value, level, (inside) => rewrite(inside, level + 1))
    }
    return written + text.slice(done)
  }
  return (text) => (text.includes('=') ? rewrite(text, 0) : text)
}

function endOfValue(text: string, start: number): number {
  VALUE_END.lastIndex = start
  return VALUE_END.exec(text)?.index ?? text.length
}

/** As `decodePath` has it, and as Node.js reads a target: each byte of UTF-8 one character. */
function asBytes(name: string): string {
  return Buffer.from(name).toString('latin1')
}

function lower(name: string): string {
  return name.toLowerCase()
}
