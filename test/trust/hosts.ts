// allowedHosts: which names are answered for, and what a mistaken pattern is told.

import t from 'tap'
import { compileHosts } from '../../lib/trust/hosts.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

/** Which of these hostnames the list allows. */
function allowed(list: readonly string[], hostnames: readonly string[]): readonly string[] {
  const allows = compileHosts(list)
  t.type(allows, 'function')
  return hostnames.filter((hostname) => allows?.(hostname))
}

t.test('without the option every host is allowed: there is no question to ask', (t) => {
  t.equal(compileHosts(undefined), undefined)
  t.end()
})

t.test('a name allows itself alone', (t) => {
  const others = ['www.shop.example', 'example', 'shop.example.org', 'xshop.example', '']
  t.same(allowed(['shop.example'], ['shop.example', ...others]), ['shop.example'])
  t.end()
})

t.test('*.name allows one or more labels below, and not the name itself', (t) => {
  const inside = ['a.shop.example', 'b.a.shop.example', 'xn--bcher-kva.shop.example']
  const outside = ['shop.example', '.shop.example', 'ashop.example', 'shop.example.org', 'example']
  t.same(allowed(['*.shop.example'], [...inside, ...outside]), inside)
  t.end()
})

t.test('exact names and *.names stand side by side', (t) => {
  const list = ['shop.example', '*.shop.example', '*.cdn.example']
  const inside = ['shop.example', 'www.shop.example', 'a.cdn.example']
  t.same(allowed(list, [...inside, 'cdn.example', 'evil.example']), inside)
  t.end()
})

t.test('a trailing dot counts for nothing, on either side (RFC 1034 3.1)', (t) => {
  const hostnames = ['shop.example', 'shop.example.', 'a.cdn.example', 'a.cdn.example.']
  t.same(allowed(['shop.example', '*.cdn.example'], hostnames), hostnames)
  t.same(allowed(['shop.example.', '*.cdn.example.'], hostnames), hostnames)
  t.same(allowed(['shop.example'], ['shop.example..']), [])
  t.end()
})

t.test('a pattern is read in any case (RFC 4343)', (t) => {
  const list = ['Shop.EXAMPLE', '*.CDN.example', '[2001:DB8::1]']
  const inside = ['shop.example', 'a.cdn.example', '[2001:db8::1]']
  t.same(allowed(list, inside), inside)
  t.end()
})

t.test('an address is a host like any other, in its canonical form', (t) => {
  const list = ['192.0.2.1', '[2001:db8:0:0:0:0:0:1]', 'localhost']
  const inside = ['192.0.2.1', '[2001:db8::1]', 'localhost']
  t.same(allowed(list, [...inside, '192.0.2.2', '[2001:db8::2]', '2001:db8::1']), inside)
  t.end()
})

const EXAMPLES = "Write for instance 'shop.example' or '*.shop.example', in ASCII (xn--...)"
const WITHOUT = 'Leave allowedHosts out to allow every host'
const ALONE = 'Write the host alone, without scheme and path'

/** An entry, how it is shown, and what to write instead. */
const mistakes = [
  ['shop.example:8443', '"shop.example:8443"', "Write it without the port: 'shop.example'"],
  ['[::1]:80', '"[::1]:80"', "Write it without the port: '[::1]'"],
  ['192.0.2.1:80', '"192.0.2.1:80"', "Write it without the port: '192.0.2.1'"],
  ['*.shop.example:443', '"*.shop.example:443"', "Write it without the port: '*.shop.example'"],
  ['::1', '"::1"', "Write it in brackets: '[::1]'"],
  ['2001:DB8::1', '"2001:DB8::1"', "Write it in brackets: '[2001:db8::1]'"],
  ['*', '"*"', WITHOUT],
  ['*.*', '"*.*"', WITHOUT],
  ['https://shop.example', '"https://shop.example"', ALONE],
  ['https://shop.example/cart', '"https://shop.example/cart"', ALONE],
  ['bücher.example', '"bücher.example"', EXAMPLES],
  ['', '""', EXAMPLES],
  ['*.', '"*."', EXAMPLES],
  ['.shop.example', '".shop.example"', EXAMPLES],
  ['shop..example', '"shop..example"', EXAMPLES],
  ['shop.example..', '"shop.example.."', EXAMPLES],
  ['*shop.example', '"*shop.example"', EXAMPLES],
  ['www.*.example', '"www.*.example"', EXAMPLES],
  ['shop.example/', '"shop.example/"', EXAMPLES],
  ['user@shop.example', '"user@shop.example"', EXAMPLES],
  ['0x7f.1', '"0x7f.1"', EXAMPLES],
  ['1.2.3', '"1.2.3"', EXAMPLES],
  [null, 'null', EXAMPLES],
  [undefined, 'undefined', EXAMPLES],
  [5, '5', EXAMPLES],
  [/shop/, '{}', EXAMPLES],
  [['shop.example'], '["shop.example"]', EXAMPLES],
] as const

for (const [entry, shown, remedy] of mistakes) {
  t.test(`${shown} is no pattern, and the message says: ${remedy}`, (t) => {
    const error = startUpError(() => compileHosts(['shop.example', entry]))
    t.equal(error.code, 'bad-host-pattern')
    t.equal(error.option, 'allowedHosts')
    t.equal(error.input, entry)
    t.equal(error.message, `allowedHosts: ${shown} is no host name, address or *.name. ${remedy}`)
    t.end()
  })
}

t.test('what is no list, and an empty list, are errors that say what to write', (t) => {
  for (const [value, shown] of [
    [[], '[]'],
    ['shop.example', '"shop.example"'],
    [null, 'null'],
    [true, 'true'],
    [{ 0: 'shop.example', length: 1 }, '{"0":"shop.example","length":1}'],
  ] as const) {
    const { code, option, input, message } = startUpError(() => compileHosts(value))
    t.same({ code, option }, { code: 'wrong-type', option: 'allowedHosts' })
    t.equal(input, value)
    t.equal(
      message,
      `allowedHosts: ${shown} is no list of hosts. Write an array, such as ` +
        "['shop.example', '*.shop.example'], or leave it out to allow every host",
    )
  }
  t.end()
})

t.test('there is nothing below an address', (t) => {
  t.throws(() => compileHosts(['*.10.0.0.1']), { code: 'bad-host-pattern' })
  t.throws(() => compileHosts(['*.[::1]']), { code: 'bad-host-pattern' })
  t.end()
})
