// What is read the fast way is read as the plain way reads it.

import fc from 'fast-check'
import t from 'tap'
import { formatIp } from '../../lib/address/ip-text.ts'
import { pickHeaders } from '../../lib/context/headers.ts'
import { buildUrl } from '../../lib/context/url.ts'
import { parseNode } from '../../lib/forwarded/node.ts'
import { xForwardedForChain } from '../../lib/forwarded/x-forwarded.ts'
import type { ForwardedNode } from '../../types/forwarded.ts'
import { assertProperty } from '../fixtures/assert-property.ts'

function holds<Values>(title: string, numRuns: number, property: fc.IProperty<Values>): void {
  t.test(title, (t) => {
    t.doesNotThrow(() => assertProperty(property, numRuns))
    t.end()
  })
}

function show(node: ForwardedNode): string {
  return node.kind === 'ip' ? `${formatIp(node.ip)} ${node.port}` : JSON.stringify(node)
}

const blanks = fc.constantFrom('', '', ' ', '\t', ' \t ')
const words = '1 0 00 255 256 1e4 2001 db8 DB8 ffff f : :: . , [ ] % eth0 _x unknown unix: "'.split(
  ' ',
)
const seeds =
  '10.0.0.2 203.0.113.7 ::1 1:: :: 2001:db8::7 2001:DB8:0::7 1:2:3:4:5:6:7:8 ::ffff:10.0.0.2 64:ff9b::1.2.3.4'.split(
    ' ',
  )
const element = fc
  .array(fc.oneof(fc.constantFrom(...seeds), fc.constantFrom(...words), blanks), { maxLength: 4 })
  .map((parts) => parts.join(''))

holds(
  'X-Forwarded-For, read from its end, is the list that is split at its commas',
  20_000,
  fc.property(fc.array(element, { maxLength: 6 }), (elements) => {
    const list = elements.join(',')
    const chain = xForwardedForChain(list)
    const texts = list.split(',').map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''))
    const plain = texts.filter((text) => text !== '').reverse()
    return (
      plain.every((text) => {
        const node = chain.next()?.node
        if (node === undefined || show(node) !== show(parseNode(text))) return false
        return node.kind !== 'ip' || node.text === undefined || node.text === formatIp(node.ip)
      }) && chain.next() === undefined
    )
  }),
)

const names = ['host', ':authority', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip']
const header = fc.tuple(
  fc.constantFrom(...names, 'Host', 'X-Forwarded-For', 'X-FORWARDED-FOR', 'accept-encoding', 'a'),
  fc.string({ maxLength: 3 }),
)

holds(
  'headers picked by the length of their names are those of the name in any case, in order',
  5_000,
  fc.property(fc.array(header, { maxLength: 8 }), (headers) => {
    const picked = pickHeaders(headers.flat(), names)
    return names.every((name) => {
      const values = headers
        .filter((line) => line[0].toLowerCase() === name)
        .map(([, text]) => text)
      return picked.get(name) === (values.length === 0 ? undefined : values.join(','))
    })
  }),
)

const tricky = fc.constantFrom(
  ...'/ . .. %2e %2E% 2e \\ \t \r \n ? # // @ : a %00 %ff é 😀 http://evil.example'.split(' '),
  ' ',
)

holds(
  'a URL below a prefix is the URL without, with the prefix before its path',
  10_000,
  fc.property(fc.array(tricky, { maxLength: 8 }), (parts) => {
    const target = `/${parts.join('')}`
    const plain = buildUrl('https://shop.example', '', target)
    plain.pathname = `/app${plain.pathname}`
    return buildUrl('https://shop.example', '/app', target).href === plain.href
  }),
)

holds(
  'a URL of a long path is that of a short one, with the rest of the path behind it',
  5_000,
  fc.property(fc.array(tricky, { maxLength: 8 }), (parts) => {
    const target = `/${parts.join('')}/`
    const rest = 'a'.repeat(5000)
    const short = buildUrl('https://shop.example', '', target)
    return buildUrl('https://shop.example', '', target + rest).href === short.href + rest
  }),
)
