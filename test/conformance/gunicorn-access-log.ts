// The lines that real gunicorn wrote: the same facts make the same bytes.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { compileConversion } from '../../lib/access-log/conversion.ts'
import { layOut, readFormat, type Slot } from '../../lib/access-log/layout.ts'
import { type AccessRecord, compileAccessLog, type FormatOptions } from '../../lib/index.ts'
import type { Variable } from '../../types/access-log.ts'

type Pairs = readonly (readonly [string, string])[]

interface Facts {
  readonly status: string | number | null
  readonly bytes: number
  readonly requestHeaders: Pairs
  readonly responseHeaders: Pairs
  readonly environ: Readonly<Record<string, Variable>>
  readonly durationMicros: number
  readonly pid: number
  readonly epoch: number
  readonly t: string
}

interface Case {
  readonly id: string
  readonly name: string
  readonly gunicorn: string
  readonly tz: string
  readonly format: string
  readonly facts: readonly Facts[]
  readonly log: string
  readonly lost: boolean
}

const file = new URL('../fixtures/gunicorn-access-log.json', import.meta.url)
const { cases }: { cases: readonly Case[] } = JSON.parse(readFileSync(file, 'utf8'))

/** Why a recorded line cannot be ours. Each row must be used, and only where the lines differ. */
const differences: readonly {
  readonly reason: string
  readonly holds: (recorded: Case) => boolean
}[] = [
  {
    reason: 'gunicorn 20.1 takes a user only where there is a colon and all of it is UTF-8',
    holds: ({ gunicorn, name }) => gunicorn === '20.1.0' && name.startsWith('auth-'),
  },
  {
    reason: 'the variable is an object of Python, printed by its repr',
    holds: ({ format }) =>
      /%\(\{(?:wsgi\.(?!multi|run|input_t|url)|gunicorn\.)[^}]+\}e\)s/.test(format),
  },
  {
    reason:
      'gunicorn has no {...}x atoms and prints a dash: here a field that does not exist is an error',
    holds: ({ format }) => /%\(\{[^}]*\}x\)/.test(format),
  },
  {
    reason: 'an empty format writes empty lines: here it is an error',
    holds: ({ format }) => format.trim() === '',
  },
]

/**
 * What gunicorn's formatter finds for a header that its environ does not have. The environ of a
 * request that it refused or failed has none, though the headers themselves were read.
 */
const absent = { HTTP_REFERER: '-', HTTP_USER_AGENT: '-', HTTP_AUTHORIZATION: '-' }

/** The text of a variable of the recorded environ; Python prints None for one that is not there. */
function text({ environ }: Facts, name: string): string {
  return String(environ[name] ?? 'None')
}

/** The second that gunicorn printed: it read the clock a moment before the recorder did. */
function printedTime({ t: printed, epoch }: Facts): Date {
  const second = Math.floor(epoch) * 1000
  const late = !printed.includes(`:${String(new Date(second).getUTCSeconds()).padStart(2, '0')} `)
  return new Date(late ? second - 1000 : second)
}

function recordOf(facts: Facts, { tz }: Case): AccessRecord {
  return {
    remoteAddr: text(facts, 'REMOTE_ADDR'),
    method: text(facts, 'REQUEST_METHOD'),
    target: text(facts, 'RAW_URI'),
    protocol: text(facts, 'SERVER_PROTOCOL'),
    requestHeaders: facts.requestHeaders.flat(),
    responseHeaders: facts.responseHeaders.flat(),
    status: String(facts.status ?? 'None').split(' ')[0] ?? '',
    bytes: facts.bytes,
    time: printedTime(facts),
    durationMicros: facts.durationMicros,
    pid: facts.pid,
    environ: { ...absent, ...facts.environ },
    path: text(facts, 'PATH_INFO'),
    query: text(facts, 'QUERY_STRING'),
    timezone: tz,
  }
}

/** What we write for a case; undefined where the format is refused at start-up. */
function linesOf(recorded: Case, mode: FormatOptions['escape'] = 'exact'): string | undefined {
  try {
    const format = compileAccessLog(recorded.format, { escape: mode, redact: false })
    return recorded.facts.map((facts) => `${format(recordOf(facts, recorded))}\n`).join('')
  } catch {
    return undefined
  }
}

t.test('a format that loses its lines in gunicorn is refused at start-up', (t) => {
  const lost = cases.filter((recorded) => recorded.lost)
  t.ok(lost.length > 0)
  for (const recorded of lost) t.equal(linesOf(recorded), undefined, recorded.format)
  t.end()
})

t.test('every other line is equal byte for byte, or has its reason', (t) => {
  const used = new Map(differences.map(({ reason }) => [reason, 0]))
  let equal = 0
  for (const recorded of cases.filter(({ lost }) => !lost)) {
    const wanted = Buffer.from(recorded.log, 'base64').toString('utf8')
    const written = linesOf(recorded)
    if (written === wanted) {
      equal++
      continue
    }
    const difference = differences.find(({ holds }) => holds(recorded))
    if (difference === undefined) t.equal(written, wanted, `${recorded.id} ${recorded.name}`)
    else used.set(difference.reason, (used.get(difference.reason) ?? 0) + 1)
  }
  for (const [reason, count] of used) t.ok(count > 0, `${count} lines: ${reason}`)
  t.comment(`${equal} of ${cases.length} recorded cases are equal`)
  t.ok(equal > 0)
  t.end()
})

/**
 * What safe escaping changes in every column, and what besides in a bare and in a bracketed one.
 */
const ESCAPED = {
  quoted: /["\\\x00-\x1f\x7f-\x9f\u2028\u2029]|\p{Cs}/u,
  bracketed: /["\\\]\x00-\x1f\x7f-\x9f\u2028\u2029]|\p{Cs}/u,
  bare: /["\\\s\x00-\x1f\x7f-\x9f\u2028\u2029]|\p{Cs}/u,
} as const

/**
 * Whether safe escaping leaves a value as it is, once converted; an empty `%(h)s` becomes a dash.
 */
function isHarmless(slot: Slot, record: AccessRecord): boolean {
  const { placeholder, atom, column, separators } = slot
  if (atom.ours && placeholder.conversion !== 'c') return true
  const value = atom.read(record)
  if (placeholder.key === 'h' && value === '') return false
  const printed = compileConversion({ ...placeholder, width: undefined })(value)
  return !ESCAPED[column].test(printed) && ![...separators].some((mark) => printed.includes(mark))
}

function holdsNoEscaped(recorded: Case): boolean {
  return layOut(readFormat(recorded.format), undefined).every(
    (piece) =>
      typeof piece === 'string' ||
      recorded.facts.every((facts) => isHarmless(piece, recordOf(facts, recorded))),
  )
}

t.test('a safe line is the exact one wherever no value holds what is escaped', (t) => {
  const harmless = { equal: 0, all: 0 }
  let equal = 0
  let all = 0
  for (const recorded of cases) {
    const exact = linesOf(recorded)
    if (exact === undefined) continue
    const safe = linesOf(recorded, 'safe')
    all++
    if (safe === exact) equal++
    if (!holdsNoEscaped(recorded)) continue
    harmless.all++
    if (safe === exact) harmless.equal++
    else t.equal(safe, exact, `${recorded.id} ${recorded.name}`)
  }
  t.ok(harmless.all > 0)
  t.comment(
    `safe: ${equal} of ${all} cases equal, ${harmless.equal} of ${harmless.all} harmless ones`,
  )
  t.end()
})
