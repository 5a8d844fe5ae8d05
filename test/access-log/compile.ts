// Formats as a whole: literal text, columns, conversions, and every mistake at start-up.

import t from 'tap'
import { compileAccessLog, formatAccessLog } from '../../lib/access-log/compile.ts'
import { compileTrust, OptionError, resolveContext } from '../../lib/index.ts'
import type { FormatOptions } from '../../types/access-log.ts'
import { record } from '../fixtures/record.ts'

const peer = '10.0.0.2 - alice [20/Nov/2026:11:29:06 +0000] "GET /path/to%20it?x=1&y=%22 HTTP/1.1"'

t.test('the named formats', (t) => {
  const tail = '200 12 "http://ref.example/" "agent/1.0"'
  t.equal(compileAccessLog('gunicorn')(record()), `${peer} ${tail}`)
  t.equal(compileAccessLog('combined')(record()), `${peer} ${tail}`)
  t.equal(compileAccessLog('common')(record()), `${peer} 200 12`)
  t.equal(compileAccessLog('proxied')(record()), `${peer.replace('10.0.0.2', '-')} ${tail}`)
  t.end()
})

t.test('blanks around a format are dropped, %% is a percent sign', (t) => {
  t.equal(compileAccessLog('  %(s)s%%  ')(record()), '200%')
  t.end()
})

t.test('a log line cannot be forged with a newline or a quote', (t) => {
  const hostile = record({
    target: '/%0a127.0.0.1 - root',
    requestHeaders: ['User-Agent', 'x" 200 1 "-" "y\\', 'Referer', 'a\nb'],
  })
  const line = compileAccessLog('%(U)s "%(f)s" "%(a)s"')(hostile)
  t.equal(line, '/\\n127.0.0.1\\x20-\\x20root "a\\nb" "x\\" 200 1 \\"-\\" \\"y\\\\"')
  t.end()
})

t.test('a value is escaped for the column it stands in', (t) => {
  const made = record({ requestHeaders: ['X', 'a b]"c'] })
  t.equal(compileAccessLog('%({x}i)s')(made), 'a\\x20b]\\"c')
  t.equal(compileAccessLog('"%({x}i)s"')(made), '"a b]\\"c"')
  t.equal(compileAccessLog('[%({x}i)s] %({x}i)s')(made), '[a b\\x5d\\"c] a\\x20b]\\"c')
  t.equal(compileAccessLog('"[" %({x}i)s')(made), '"[" a\\x20b]\\"c')
  t.end()
})

t.test('a column cannot be forged with what separates it from the next', (t) => {
  const made = record({ requestHeaders: ['X', 'a,b|c'] })
  t.equal(compileAccessLog('%({x}i)s,%(m)s,%({x}i)s')(made), 'a\\x2cb|c,GET,a\\x2cb|c')
  t.equal(compileAccessLog('"%({x}i)s"|%({x}i)s')(made), '"a,b|c"|a,b\\x7cc')
  t.equal(compileAccessLog('%({x}i)s,%(m)s', { escape: 'exact' })(made), 'a,b|c,GET')
  t.equal(compileAccessLog('%({x}i)s, %(m)s')(made), 'a,b|c, GET', 'the blank is enough')
  t.end()
})

t.test('a precision cuts before the escape, so that no half escape is left', (t) => {
  const made = record({ requestHeaders: ['X', 'a"b'] })
  t.equal(compileAccessLog('"%({x}i).2s"')(made), '"a\\""')
  t.equal(compileAccessLog('"%({x}i)6.2s"')(made), '"   a\\""')
  t.equal(compileAccessLog('"%({x}i)-6.2s"')(made), '"a\\"   "')
  t.end()
})

t.test('Python source is escaped once: it stays readable, and in its column', (t) => {
  const made = record({ requestHeaders: ['X', 'a\n"b" \\c]'] })
  const source = `'a\\n"b" \\\\c]'`
  t.equal(compileAccessLog('%({x}i)r', { escape: 'exact' })(made), `'a\\n\\\\"b\\\\" \\\\c]'`)
  t.equal(compileAccessLog('"%({x}i)r"')(made), `"${source.replaceAll('"', '\\"')}"`)
  t.equal(compileAccessLog('[%({x}i)a]')(made), `['a\\n\\"b\\" \\\\c\\x5d']`)
  t.equal(compileAccessLog('%({x}i)-25r|')(made), `'a\\n\\"b\\"\\x20\\\\c]'       |`)
  t.end()
})

t.test('Python source that is cut may end in half an escape, and is escaped like text', (t) => {
  const made = record({ requestHeaders: ['X', 'a\n'] })
  t.equal(compileAccessLog('"%({x}i).3r"')(made), `"'a\\\\"`)
  t.end()
})

t.test('a log line cannot be forged with a response of as many bytes as a newline', (t) => {
  const bytes = [...'\n"\\ \x85\u2028'].map((character) => Number(character.codePointAt(0)))
  const written = bytes.map((count) => compileAccessLog('"%(B)c"')(record({ bytes: count })))
  t.same(written, ['"\\n"', '"\\""', '"\\\\"', '" "', '"\\x85"', '"\\u2028"'])
  t.equal(compileAccessLog('%(B)c')(record({ bytes: 32 })), '\\x20')
  t.equal(compileAccessLog('%(B)c', { escape: 'exact' })(record({ bytes: 10 })), '\n')
  t.end()
})

t.test('a time in braces stays in its column', (t) => {
  const made = record()
  t.equal(compileAccessLog('[%({%d/%b/%Y %T %z}t)s]')(made), '[20/Nov/2026 11:29:06 +0000]')
  t.equal(compileAccessLog('%({%d %b}t)s')(made), '20\\x20Nov')
  t.equal(compileAccessLog('%({epoch}t)d %({iso}t)s')(made), '1795174146 2026-11-20T11:29:06.216Z')
  t.equal(compileAccessLog('%({first_byte}x)d')(made), '-')
  t.equal(compileAccessLog('%({first_byte}x)06d')(record({ firstByteMicros: 15 })), '000015')
  t.end()
})

t.test('a structured format prints the fields of a record', (t) => {
  const line = compileAccessLog('json')(record())
  t.match(JSON.parse(line), { timestamp: '2026-11-20T11:29:06.216Z', 'url.path': '/path/to%20it' })
  t.match(
    compileAccessLog('logfmt')(record()),
    /^timestamp=2026-11-20T11:29:06\.216Z network\.peer/,
  )
  t.equal(formatAccessLog(record(), 'json'), line)
  const options = { requestHeaders: ['x-dup'], responseHeaders: ['age'] }
  t.match(JSON.parse(compileAccessLog('json', options)(record())), {
    'http.request.header.x-dup': ['one', 'two'],
    'http.response.header.age': ['5'],
  })
  t.match(compileAccessLog('logfmt', options)(record()), /header\.x-dup=one,two .*header\.age=5$/)
  t.end()
})

t.test('what a format has no use for is a contradiction', (t) => {
  const contradictions = [
    ['json', { escape: 'exact' }, /gunicorn has no format json\. Leave escape out/],
    ['logfmt', { escape: 'exact' }, /gunicorn has no format logfmt/],
    ['common', { requestHeaders: ['referer'] }, /Write %\(\{name\}i\)s in the format/],
    ['%(h)s', { responseHeaders: [] }, /Write %\(\{name\}o\)s in the format/],
  ] as const
  for (const [format, options, message] of contradictions) {
    t.throws(() => compileAccessLog(format, options), { code: 'contradiction', message })
  }
  t.ok(compileAccessLog('json', { escape: 'safe' }))
  t.end()
})

t.test('an empty %(h)s prints a dash, so that a UNIX peer keeps its column', (t) => {
  for (const maskAddress of [false, true]) {
    t.equal(compileAccessLog('%(h)s', { maskAddress })(record({ remoteAddr: '' })), '-')
  }
  t.equal(compileAccessLog('%(q)s|')(record({ query: '' })), '|')
  t.end()
})

t.test('exact prints what gunicorn prints: quotes escaped, everything else raw', (t) => {
  const made = record({ remoteAddr: '', requestHeaders: ['X', 'a"b\\c d\n'] })
  t.equal(compileAccessLog('%(h)s|%({x}i)s', { escape: 'exact' })(made), '|a\\"b\\c d\n')
  t.equal(compileAccessLog('%(B)06d %(l)c', { escape: 'exact' })(made), '000012 -')
  t.end()
})

t.test('numbers take the conversions of Python', (t) => {
  t.equal(compileAccessLog('%(T)05d %(B)#x %(D).2e %(M)s')(record()), '00002 0xc 2.00e+06 2001')
  t.end()
})

t.test('the zone of the options is the zone of the lines', (t) => {
  const made = record({ timezone: undefined })
  t.equal(compileAccessLog('%(t)s', { timezone: 'UTC' })(made), '[20/Nov/2026:11:29:06 +0000]')
  t.equal(
    compileAccessLog('%(t)s', { timezone: 'America/St_Johns' })(made),
    '[20/Nov/2026:07:59:06 -0330]',
  )
  t.end()
})

t.test('a mistake is an error at start-up that shows the column', (t) => {
  const mistakes: readonly (readonly [unknown, { code: string; [more: string]: unknown }])[] = [
    ['%(s)d', { code: 'bad-format', index: 0 }],
    ['x %(L)f', { code: 'bad-format', index: 2, message: /column 3/ }],
    ['%(h', { code: 'bad-format' }],
    ['%h', { code: 'bad-format', message: /%\(h\)s/ }],
    ['100%', { code: 'bad-format' }],
    ['%s', { code: 'bad-format' }],
    ['%({nope}x)s', { code: 'bad-format' }],
    ['combine', { code: 'bad-format', message: /Did you mean 'combined'/ }],
    ['zzzzzzzzzzzzz', { code: 'bad-format', message: /%\(name\)s/ }],
    ['constructor', { code: 'bad-format' }],
    ['', { code: 'wrong-type' }],
    ['  ', { code: 'wrong-type' }],
    [undefined, { code: 'wrong-type' }],
    [5, { code: 'wrong-type', message: /5 is no access log format/ }],
  ]
  for (const [format, wanted] of mistakes) {
    const compile = (): unknown => Reflect.apply(compileAccessLog, undefined, [format])
    t.throws(compile, wanted)
    t.throws(compile, OptionError)
  }
  t.end()
})

t.test('a wrong option is an error at start-up', (t) => {
  const wrong: object = { escape: 'none' }
  t.throws(() => compileAccessLog('%(h)s', wrong), {
    code: 'wrong-type',
    option: 'accessLog.escape',
    message: /'safe' or 'exact'/,
  })
  t.throws(() => compileAccessLog('%(t)s', { timezone: 'Nowhere' }), { code: 'bad-timezone' })
  t.end()
})

t.test(
  'formatAccessLog compiles a format once and forgets the oldest of more than a hundred',
  (t) => {
    t.equal(formatAccessLog(record()), compileAccessLog('gunicorn')(record()))
    let reads = 0
    const options: FormatOptions = {
      get timezone() {
        reads++
        return 'UTC'
      },
    }
    /** Whoever compiles reads the options. */
    const isCompiled = (number: number): boolean => {
      const before = reads
      t.equal(formatAccessLog(record(), `${number} %(s)s`, options), `${number} 200`)
      return reads > before
    }
    for (let number = 0; number < 100; number++) t.ok(isCompiled(number))
    for (let number = 0; number < 100; number++) t.notOk(isCompiled(number))
    t.ok(isCompiled(100))
    for (let number = 1; number <= 100; number++) t.notOk(isCompiled(number))
    t.ok(isCompiled(0), 'the oldest')
    t.throws(() => formatAccessLog(record(), '%h'), { code: 'bad-format' })
    t.end()
  },
)

t.test('formatAccessLog remembers a format for as long as its options', (t) => {
  const options = { escape: 'exact', timezone: 'UTC' } as const
  const made = record({ requestHeaders: ['X', 'a\\b'], timezone: undefined })
  for (let round = 0; round < 2; round++) {
    t.equal(formatAccessLog(made, '%({x}i)s', options), 'a\\b')
    t.equal(formatAccessLog(made, '%({x}i)s'), 'a\\\\b')
  }
  const wrong = (): unknown => Reflect.apply(formatAccessLog, undefined, [made, '%(h)s', null])
  t.throws(wrong, { code: 'wrong-type', option: 'options' })
  t.throws(() => formatAccessLog(made, '%(h)s', { redact: { keep: ['x'] } }), OptionError)
  t.end()
})

t.test('credentials are not printed unless they are asked for', (t) => {
  const made = record({ requestHeaders: ['Cookie', 'a=1', 'X-Real-IP', '203.0.113.217'] })
  const format = '"%({cookie}i)s" %({x-real-ip}i)s'
  t.equal(compileAccessLog(format)(made), '"REDACTED" 203.0.113.217')
  t.equal(compileAccessLog(format, { redact: { keep: ['cookie'] } })(made), '"a=1" 203.0.113.217')
  t.equal(compileAccessLog(format, { maskAddress: true })(made), '"REDACTED" 203.0.113.0')
  t.equal(compileAccessLog(format, { escape: 'exact' })(made), '"a=1" 203.0.113.217')
  const headers = { requestHeaders: ['cookie'], maskAddress: true } as const
  t.match(JSON.parse(compileAccessLog('json', headers)(made)), {
    'network.peer.address': '10.0.0.0',
    'http.request.header.cookie': ['REDACTED'],
  })
  t.end()
})

t.test('a user cannot forge where the time begins', (t) => {
  const made = record({ user: '[x' })
  t.equal(compileAccessLog('%(u)s %(t)s')(made), '\\x5bx [20/Nov/2026:11:29:06 +0000]')
  t.equal(compileAccessLog('"%(u)s" %(u)r')(made), '"[x" \'[x\'')
  t.end()
})

t.test('a record of a replayed log has the line of the one that was written down', (t) => {
  const facts = {
    remoteAddress: '10.0.0.2',
    url: '/path/to%20it?x=1&y=%22',
    rawHeaders: ['Host', 'shop.example', 'X-Forwarded-For', '203.0.113.7'],
  }
  const context = resolveContext(facts, compileTrust({ forwardedAllowIps: '10.0.0.2' }))
  const made = record({ context, outcome: 'complete' })
  const format =
    '%(h)s %(t)s "%(r)s" %({client.address}x)s %({hops}x)s %({url}x)s %({SERVER_NAME}e)s %({iso}t)s'
  for (const print of [compileAccessLog(format), compileAccessLog('json')]) {
    t.equal(print(JSON.parse(JSON.stringify(made))), print(made))
  }
  t.end()
})

t.test('what has the wrong type is a dash where it could forge a line', (t) => {
  const forged = JSON.parse('{ "bytes": "1\\n2", "pid": "1\\n2", "outcome": "1\\n2" }')
  const print = compileAccessLog('%(b)s %(B)d %(p)s %({outcome}x)s')
  t.equal(print(record(forged)), `- - <${process.pid}> -`)
  t.equal(compileAccessLog('%(r)s|%(t)s')(JSON.parse('null')), '-|-')
  t.end()
})
