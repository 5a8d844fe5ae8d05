// Every recorded case of Python's `format % values`: the same text, or an error where Python has one.

import { readFileSync } from 'node:fs'
import t from 'tap'
import {
  compileConversion,
  conversionError,
  type PythonValue,
} from '../../lib/access-log/conversion.ts'
import { type Placeholder, parsePercent } from '../../lib/access-log/percent.ts'
import { OptionError } from '../../lib/errors.ts'

interface Case {
  readonly format: string
  readonly ok: boolean
  readonly out?: string
}

const file = new URL('../fixtures/python-percent.json', import.meta.url)
const { about, cases }: { about: string; cases: readonly Case[] } = JSON.parse(
  readFileSync(file, 'utf8'),
)
const recorded: Readonly<Record<string, string | number | boolean | null>> = JSON.parse(
  about.slice(about.indexOf('{')),
)

/** Where we differ on purpose. Each must differ, and nothing else may. */
const differences: Readonly<Record<string, readonly string[]>> = {
  'a placeholder without a name prints every value, credentials included': ['%s', '%hs', '%-s'],
  'a number that is no code point is known only at run time, too late to lose a line': [
    '%(B2)c',
    '%(N)c',
    '%(big)c',
  ],
  'a value that is None stands here as the text None': ['%(none)r', '%(none)a'],
  'a value that is True stands here as the number 1': ['%(tru)s', '%(tru)r'],
  'no value has a fraction, so that a hexadecimal fraction is not told apart': ['%(F)x', '%(F)o'],
}

/** As gunicorn's mapping looks a value up: quotes escaped, `{names}` in any case, `-` for none. */
function lookUp(key: string): PythonValue {
  const name = key.startsWith('{') ? key.toLowerCase() : key
  const value = Object.hasOwn(recorded, name) ? recorded[name] : '-'
  if (name === 'big') return BigInt(String(value))
  if (typeof value === 'string') return value.replaceAll('"', '\\"')
  return value === null ? 'None' : Number(value)
}

function kindOf(value: PythonValue): 'text' | 'character' | 'number' {
  if (typeof value !== 'string') return 'number'
  return value.length === 1 ? 'character' : 'text'
}

/** Undefined where the format is refused. */
function print(format: string): string | undefined {
  let parts: readonly (string | Placeholder)[]
  try {
    parts = parsePercent(format)
  } catch (error) {
    if (error instanceof OptionError) return undefined
    throw error
  }
  let text = ''
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part
    } else {
      const value = lookUp(part.key)
      if (conversionError(part, kindOf(value)) !== undefined) return undefined
      text += compileConversion(part)(value)
    }
  }
  return text
}

const listed = new Set(Object.values(differences).flat())

t.test('a format prints what Python prints, and is refused where Python fails', (t) => {
  for (const { format, ok, out } of cases) {
    if (!listed.has(format)) t.equal(print(format), ok ? out : undefined, format)
  }
  t.end()
})

for (const [reason, formats] of Object.entries(differences)) {
  t.test(`we differ: ${reason}`, (t) => {
    for (const format of formats) {
      const found = cases.filter((entry) => entry.format === format)
      t.equal(found.length, 1, `${format} is recorded once`)
      for (const { ok, out } of found) t.not(print(format), ok ? out : undefined, format)
    }
    t.end()
  })
}
