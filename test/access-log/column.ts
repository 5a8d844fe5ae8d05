// One value of a line, found and read: its end, its padding, and why it may not be told.

import t from 'tap'
import { compileColumn } from '../../lib/access-log/column.ts'
import { layOut } from '../../lib/access-log/layout.ts'

/** Compiles the first placeholder of a format. */
function compile(format: string): ReturnType<typeof compileColumn> {
  const pieces = layOut(format, undefined)
  const index = pieces.findIndex((piece) => typeof piece === 'object')
  const [slot, after = '', more] = pieces.slice(index)
  if (typeof slot !== 'object' || typeof after !== 'string') throw new TypeError(format)
  return compileColumn(slot, after, more === undefined)
}

/** The value that a line begins with, and the rest of the line. */
function read(format: string, line: string): readonly [string, string] | undefined {
  const column = compile(format)
  if ('reason' in column) throw new TypeError(column.reason)
  const found = column.find(line, 0)
  const value = found && column.decode(found.text)
  return found === undefined || value === undefined ? undefined : [value, line.slice(found.end)]
}

/** A format, a line from its first value on, that value, and what is left of the line. */
const readable = [
  ['%(h)s %(s)s', 'a b', 'a', ' b'],
  ['%(h)s %(s)s', ' b', '', ' b'],
  ['%(h)s %(s)s', 'a\\x20c b', 'a c', ' b'],
  ['%(h)s', 'a', 'a', ''],
  ['%(h)s', '', '', ''],
  ['"%(h)s" %(s)s', 'a b" c', 'a b', '" c'],
  ['"%(h)s" %(s)s', 'a\\"b" c', 'a"b', '" c'],
  ['"%(h)s', 'a b', 'a b', ''],
  ['[%(h)s] %(s)s', 'a " b] c', 'a ', '" b] c'],
  ['[%(h)s] %(s)s', 'a\\x5d] c', 'a]', '] c'],
  // Literal text before the stop belongs to the format, even where the value ends like it.
  ['%(h)s," %(s)s', 'a,b,," c', 'a,b,', '," c'],
  ['%(h)sms', 'msms', 'ms', 'ms'],
  ["'%(h)s' %(s)s", "it's' c", "it's", "' c"],
  // What separates two values is escaped in both.
  ['%(h)s,%(s)s', 'a\\x2cb,c', 'a,b', ',c'],
  ['%(h)s->%(s)s', 'a-->b', 'a-', '->b'],
  ['%(h)-5s|%(s)s', 'a\\x7c|c', 'a|', '|c'],
  ['%(h)r|%(s)s', "'a\\x7c\\n'|c", "'a|\\n'", '|c'],
  // Numbers and words of ours hold neither commas nor slashes.
  ['%(D)s,%(s)s', '12,13', '12', ',13'],
  ['"%(D)s/%(B)#x"', '12/0xff"', '12', '/0xff"'],
  ['%(p)s/%(s)s', '<12>/200', '<12>', '/200'],
  ['%(b)r,%(s)s', "'12',200", "'12'", ',200'],
  ['%({iso}t)s,%(s)s', '2026-11-20T11:29:06.216+05:45,2', '2026-11-20T11:29:06.216+05:45', ',2'],
  ['%(D).3e,%(s)s', '1.000e+06,2', '1.000e+06', ',2'],
  // A number that is printed as a character may be any, and is escaped like text.
  ['%(B)c %(s)s', '\\n c', '\n', ' c'],
  ['%(B)c %(s)s', '\\x20 c', ' ', ' c'],
  // The time brings its brackets along.
  ['%(t)s%%', '[a b]%', '[a b]', '%'],
  ['"%(t)s %(s)s"', '[-] 2"', '[-]', ' 2"'],
  ['[%(t)s]', '[a b]]', '[a b]', ']'],
  // Python source keeps its backslashes.
  ['"%(h)r" %(s)s', `'a\\\\ \\"' \\n'" c`, `'a\\\\ "' \\n'`, '" c'],
  ['%(h)r', "'a\\x20b'", "'a b'", ''],
  // Padding is no part of the value.
  ['%(h)5s %(s)s', '   ab c', 'ab', ' c'],
  ['%(h)5s %(s)s', '      c', '', ' c'],
  ['%(h)5s %(s)s', 'abcdefg c', 'abcdefg', ' c'],
  ['%(h)5s," %(s)s', '   ab," c', 'ab', '," c'],
  ['%(h)-5s %(s)s', 'ab    c', 'ab', ' c'],
  ['%(h)-5s %(s)s', '      c', '', ' c'],
  ['%(h)-5s', 'ab   ', 'ab', ''],
  ['%(h)-3s %(s)s', '😀   c', '😀', ' c'],
  ['%(D)06d %(s)s', '000012 c', '000012', ' c'],
  ['"%(D)6d" %(s)s', '    12" c', '12', '" c'],
  ['%(t)8s %(s)s', '     [-] c', '[-]', ' c'],
  ['%(t)-8s %(s)s', '[-]      c', '[-]', ' c'],
] as const

t.test('a value ends where it cannot go on', (t) => {
  for (const [format, line, value, rest] of readable) {
    t.strictSame(read(format, line), [value, rest], `${format} of ${line}`)
  }
  t.end()
})

/** A format, and a line from its first value on that it never wrote. */
const foreign = [
  ['%(h)s %(s)s', 'a\\ b'],
  ['%(h)s %(s)s', 'a\\q b'],
  ['"%(h)s" %(s)s', 'a\\'],
  ['%(h)s," %(s)s', '" c'],
  ['%(h)sms', 'm'],
  ['%(t)s%%', 'a]%'],
  ['%(t)s%%', '[a b'],
  ['%(t)s%%', '[a"]%'],
  ['%(t)s', ''],
  ['%(h)5s %(s)s', ' ab c'],
  ['%(h)-5s %(s)s', 'ab c'],
  ['%(h)-5s', 'ab'],
  ['%(t)-8s %(s)s', 'x c'],
  ['%(t)8s %(s)s', ' x c'],
] as const

t.test('in a line of another format there is no value', (t) => {
  for (const [format, line] of foreign) {
    t.equal(read(format, line), undefined, `${format} of ${line}`)
  }
  t.end()
})

/** A format whose first value cannot be told, and a part of the reason. */
const unreadable = [
  ['%(h)s-%(s)s', /"-" behind "%\(h\)s" may be part of the value/],
  ['%(h)sx%(s)s', /may be part/],
  ['%(h)s.%(s)s', /may be part/],
  ['"%(m)s %(U)s"', /" " behind "%\(m\)s" may be part/],
  ['[%(h)s "%(a)s"]', undefined],
  ['[%(h)s %(a)s]', /may be part/],
  ['%(h)s\\" %(s)s', /may be part/],
  ['%(h)s\\', /may be part/],
  ['%(B)c,%(s)s', undefined],
  ['%(h)-5s," %(s)s', /may be part/],
  ['%(D)-5dms', /may be part/],
  ['%(h).3s %(s)s', /a precision loses text/],
  ['%(h).r %(s)s', /a precision loses text/],
  ['%(L).3s %(s)s', /a precision loses text/],
  ['%(t)r %(s)s', /a time as Python source has a blank/],
  ['%(D)05d %(s)s', undefined],
  ['%(D) 5d %(s)s', /the flag " " prints a blank/],
  ['%(D) f %(s)s', /the flag " " prints a blank/],
  ['"%(a)20s"', /blanks in quotes or brackets may be padding/],
  ['[%(a)-20s]', /blanks in quotes or brackets may be padding/],
  ['"%(B)5c"', /blanks in quotes or brackets may be padding/],
] as const

t.test('a value that cannot be told has a reason and a remedy', (t) => {
  for (const [format, reason] of unreadable) {
    const column = compile(format)
    t.equal('reason' in column, reason !== undefined, format)
    if ('reason' in column) {
      t.match(column.reason, reason, format)
      t.match(column.remedy, /^(?:Write %\(\w\)s|Put each value between blanks)/, format)
    }
  }
  t.end()
})

t.test('a column of a megabyte is read in one pass', (t) => {
  for (const unit of ['a', '\\"', '\\', ' ', '[', 'é']) {
    const line = unit.repeat(2 ** 20)
    const start = performance.now()
    for (const format of ['"%(h)s"', '%(h)s %(s)s', '%(h)4096s', '%(h)-4096s', '%(t)s']) {
      read(format, line)
    }
    t.ok(performance.now() - start < 5_000, unit)
  }
  t.end()
})
