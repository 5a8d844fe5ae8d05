// Lines of any record: each is one line, keeps its columns, and can be read back.

import fc from 'fast-check'
import t from 'tap'
import { compileAtom } from '../../lib/access-log/atoms.ts'
import { compilePrivacy } from '../../lib/access-log/privacy.ts'
import { pythonAscii, pythonRepr } from '../../lib/access-log/python-text.ts'
import { compileFields } from '../../lib/access-log/structured.ts'
import {
  type AccessRecord,
  compileAccessLog,
  type FormatOptions,
  parseAccessLog,
} from '../../lib/index.ts'
import {
  all,
  bringsBrackets,
  formatOf,
  keepsColumns,
  keys,
  kinds,
  type Placed,
  UNPRINTABLE,
} from '../fixtures/any-format.ts'
import { handMade, harmlessRecords, records, text } from '../fixtures/any-record.ts'
import { assertProperty } from '../fixtures/assert-property.ts'
import { record } from '../fixtures/record.ts'

/** A property as a test: so many random values, and in the report the smallest that breaks it. */
function holds<Values>(title: string, numRuns: number, property: fc.IProperty<Values>): void {
  t.test(title, (t) => {
    t.doesNotThrow(() => assertProperty(property, numRuns))
    t.end()
  })
}

const headerOptions = { requestHeaders: ['x-a', 'cookie'], responseHeaders: ['x-a'] }
const privacy = compilePrivacy({})
const fields = compileFields(headerOptions, privacy)
const json = compileAccessLog('json', headerOptions)
const logfmt = compileAccessLog('logfmt', headerOptions)
const exactly = compileAccessLog(formatOf(all), { escape: 'exact' })
const everything = compileAccessLog(formatOf(all), { timezone: 'UTC' })

holds(
  'a line has no line end and no control, as many quotes as its format, and its columns',
  200,
  fc.property(records, (record) => keepsColumns(everything(record))),
)

holds(
  'a record of any other types has its line too, in every format',
  300,
  fc.property(handMade, (record) => {
    const structured = [json(record), logfmt(record)]
    return (
      keepsColumns(everything(record)) &&
      typeof exactly(record) === 'string' &&
      structured.every((line) => !UNPRINTABLE.test(line)) &&
      typeof JSON.parse(json(record)) === 'object'
    )
  }),
)

// In quotes padding cannot be told from blanks of the value: only bare columns have a width.
const widths = fc.constantFrom('', '', '7', '-7', '40', '-40')
const readable = fc
  .uniqueArray(
    fc.record({
      key: fc.constantFrom(...keys),
      column: fc.constantFrom(...kinds),
      conversion: fc.constantFrom('s', 's', 'r', 'a'),
      width: widths,
    }),
    { selector: ({ key }) => key, minLength: 1, maxLength: 8 },
  )
  .map((columns) =>
    columns.map(({ key, column, conversion, width }) => ({
      key,
      column,
      conversion: `${column === 'bare' ? width : ''}${bringsBrackets(key) ? 's' : conversion}`,
    })),
  )

/** What a column prints, before it is escaped and filled. */
function printed({ key, conversion }: Placed, record: AccessRecord): string {
  const value = compileAtom(key, 'UTC', privacy).read(record)
  if (typeof value === 'number') return String(value)
  const shown = key === 'h' && value === '' ? '-' : value
  if (conversion.endsWith('r')) return pythonRepr(shown)
  return conversion.endsWith('a') ? pythonAscii(shown) : shown
}

holds(
  'a line read back is what was printed',
  1_000,
  fc.property(records, readable, (record, columns) => {
    const format = formatOf(columns)
    const line = compileAccessLog(format, { timezone: 'UTC' })(record)
    const values = Object.entries(parseAccessLog(format)(line) ?? {})
    const wanted = columns.map((column) => [column.key, printed(column, record)])
    return JSON.stringify(values) === JSON.stringify(wanted)
  }),
)

const separated = fc
  .uniqueArray(fc.constantFrom(...keys.filter((key) => !compileAtom(key, undefined).ours)), {
    minLength: 2,
    maxLength: 6,
  })
  .chain((chosen) =>
    fc.record({
      separator: fc.constantFrom(',', '|', ';', '/', ':', '=', '%', '->', '^~'),
      columns: fc.tuple(
        ...chosen.map((key) =>
          fc.constantFrom('s', 'r', 'a').map((conversion) => ({ key, conversion })),
        ),
      ),
    }),
  )

holds(
  'bare values split at what separates them, and nowhere else',
  1_000,
  fc.property(records, separated, (record, { separator, columns }) => {
    const written = columns.map(({ key, conversion }) => `%(${key})${conversion}`)
    const format = written.join(separator.replace('%', '%%'))
    const line = compileAccessLog(format, { timezone: 'UTC' })(record)
    const values = Object.entries(parseAccessLog(format)(line) ?? {})
    const wanted = columns.map(({ key, conversion }) => [
      key,
      printed({ key, column: 'bare', conversion }, record),
    ])
    return (
      line.split(separator).length === columns.length &&
      JSON.stringify(values) === JSON.stringify(wanted)
    )
  }),
)

/** Nothing in these needs care, but some of it is secret. */
const url = fc.constantFrom('/', '/%20', '//u:p@h/', '/a:b%2540c', '/?a=b')
const forged = fc.constantFrom('x', 'x] y', '] ', ' +0000]', 'x|y', '[x')
const quickRecords = fc
  .tuple(url, url, forged, fc.constantFrom('10.0.0.2', '2001:db8:1:2::5'))
  .map(([target, referer, agent, remoteAddr]) =>
    record({ target, remoteAddr, requestHeaders: ['Referer', referer, 'User-Agent', agent] }),
  )

/** Formats as people write them, and such as nobody would. */
const anyFormat = fc.oneof(
  fc.constantFrom(
    'gunicorn',
    'common',
    'proxied',
    '%(h)s\t%(u)s\t%(t)s\t%(r)s',
    'é@=%(r)s "%(a)s@="',
    '%(t).12s %(a)s %(s)s',
    '%(t)9s|%(t).28s|%(a)s',
    '%(h)s:%(s)s',
  ),
  readable.map(formatOf),
  separated.map(({ separator, columns }) =>
    columns.map(({ key }) => `%(${key})s`).join(separator.replace('%', '%%')),
  ),
)
const anyOptions = fc.constantFrom<FormatOptions>(
  ...[{}, {}, { redact: false as const }, { redact: { query: ['a'] } }, { maskAddress: true }],
)

holds(
  'the quick way prints what the sure one prints',
  2_000,
  fc.property(
    fc.oneof(records, harmlessRecords, quickRecords, handMade),
    anyFormat,
    anyOptions,
    (made, format, options) => {
      const print = compileAccessLog(format, { timezone: 'UTC', ...options })
      const environ = made.environ === undefined ? {} : made.environ
      // An environ, be it empty, keeps a record from the quick way.
      return print(made) === print({ ...made, environ })
    },
  ),
)

holds(
  'a parser takes any line, its own with a piece cut out or put in too, and never throws',
  1_000,
  fc.property(records, readable, text, fc.nat(), fc.nat(9), (record, columns, more, at, cut) => {
    const format = formatOf(columns)
    const line = compileAccessLog(format)(record)
    const index = at % (line.length + 1)
    const parse = parseAccessLog(format)
    for (const other of [more, line.slice(0, index) + more + line.slice(index + cut)]) {
      const values = parse(other)
      if (values !== undefined && Object.keys(values).length !== columns.length) return false
    }
    return true
  }),
)

// The request line has blanks in it, and so has a pattern; a number may be any character, and a cut
// may leave half an escape.
const alike = formatOf(
  all.filter(
    ({ key, column, conversion }) =>
      !['c', '.2a'].includes(conversion) &&
      !key.includes(' ') &&
      !(key === 'r' && column === 'bare'),
  ),
)
const safe = compileAccessLog(alike, { redact: false })
const exact = compileAccessLog(alike, { escape: 'exact' })

holds(
  'a harmless value is printed as gunicorn prints it',
  200,
  fc.property(harmlessRecords, (record) => safe(record) === exact(record)),
)

holds(
  'a line of JSON is one line, and says what the record says',
  1_000,
  fc.property(records, (record) => {
    const line = json(record)
    const wanted = fields.map(({ name, read }) => [name, read(record)] as const)
    const known = Object.fromEntries(wanted.filter(([, value]) => value !== undefined))
    return !UNPRINTABLE.test(line) && JSON.stringify(JSON.parse(line)) === JSON.stringify(known)
  }),
)

holds(
  'a line of logfmt is one line, and says the same',
  1_000,
  fc.property(records, (record) => {
    const line = logfmt(record)
    const pairs = [...line.matchAll(/([^\s="]+)=("(?:[^"\\]|\\.)*"|[^\s"=\\]+)(?: |$)/gy)]
    const read = pairs.map(([, name, value = '']) => [
      name,
      value.startsWith('"') ? JSON.parse(value) : value,
    ])
    const wanted = fields
      .map(({ name, read }) => [name, read(record)] as const)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)])
    return (
      !UNPRINTABLE.test(line) &&
      pairs.map(([pair]) => pair).join('') === line &&
      JSON.stringify(read) === JSON.stringify(wanted)
    )
  }),
)
