// What gunicorn 26.1 reads of a trusted peer, and how: its scheme headers, and SCRIPT_NAME.

import type { Problem } from '../../types/context.ts'
import type { SchemeHeader } from '../../types/trust.ts'
import { problemValue } from '../errors.ts'
import { parsePrefix } from './prefix.ts'
import type { Scheme } from './scheme.ts'
import { splitTarget } from './target.ts'

/**
 * Each line is compared as a whole, in its case: the given value means https, any other http. Two that
 * contradict each other are a problem, and the answer is http.
 */
export function gunicornScheme(
  rawHeaders: readonly string[],
  table: readonly SchemeHeader[],
  problems: Problem[],
): Scheme | undefined {
  let answer: Scheme | undefined
  for (const { name, secure } of table) {
    for (const value of linesOf(rawHeaders, name)) {
      const scheme = value === secure ? 'https' : 'http'
      if (answer !== undefined && answer !== scheme) {
        problems.push({ code: 'scheme-conflict', header: name, hop: 0 })
        return 'http'
      }
      answer = scheme
    }
  }
  return answer
}

/** A field name with `_`: servers that mean well drop it, so it must be let through on purpose. */
const SCRIPT_NAME = 'script_name'

/**
 * The prefix in SCRIPT_NAME. It still stands in the target, and must end there with a segment: `/app` is
 * no prefix of `/application`. Lines that contradict each other are none.
 */
export function scriptName(
  rawHeaders: readonly string[],
  target: string,
  problems: Problem[],
): string {
  const values = linesOf(rawHeaders, SCRIPT_NAME)
  const [value = ''] = values
  const prefix = parsePrefix(value)
  const agree = values.every((other) => other === value)
  if (prefix !== undefined && agree && beginsWith(splitTarget(target).path, prefix)) return prefix
  problems.push({ code: 'bad-prefix', header: SCRIPT_NAME, hop: 0, value: problemValue(value) })
  return ''
}

function beginsWith(path: string, prefix: string): boolean {
  return prefix === '' || path === prefix || path.startsWith(`${prefix}/`)
}

/** The values of a header, line by line. */
function linesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && nameBefore(rawHeaders, index) === name)
}

function nameBefore(rawHeaders: readonly string[], index: number): string {
  return String(rawHeaders[index - 1]).toLowerCase()
}
