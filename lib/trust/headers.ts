// headers and secureSchemeHeaders: what the trusted proxies set, from names to a frozen table.

import type {
  AddressHeader,
  ClientSource,
  ListHeader,
  SchemeHeader,
  TrustPolicy,
} from '../../types/trust.ts'
import { nearest, OptionError, type OptionErrorPlace, show } from '../errors.ts'
import { isPlainObject } from '../options.ts'

const listHeaders: Readonly<Record<ListHeader, string>> = {
  'x-forwarded-for': 'each hop adds the address it was asked by',
  'x-forwarded-proto': 'the scheme',
  'x-forwarded-host': 'the Host the client sent',
  'x-forwarded-port': 'the port the client connected to',
  'x-forwarded-prefix': 'the path the application is mounted under',
  forwarded: 'RFC 7239: all of these in one',
}

/** Headers of one address, and who sets them. */
const addressHeaders: Readonly<Record<AddressHeader, string>> = {
  'x-real-ip': 'nginx, Traefik',
  'x-client-ip': 'Squid, Pound, older load balancers',
  'x-cluster-client-ip': 'Rackspace, Zeus',
  'x-envoy-external-address': 'Envoy',
  'x-azure-clientip': 'Azure Front Door',
  'x-azure-socketip': 'Azure Front Door',
  'x-appengine-user-ip': 'Google App Engine',
  'x-vercel-forwarded-for': 'Vercel',
  'x-nf-client-connection-ip': 'Netlify',
  'cf-connecting-ip': 'Cloudflare',
  'cf-connecting-ipv6': 'Cloudflare with Pseudo IPv4',
  'true-client-ip': 'Akamai, Cloudflare Enterprise',
  'fly-client-ip': 'Fly.io',
  'fastly-client-ip': 'Fastly',
  'do-connecting-ip': 'DigitalOcean App Platform',
  'akamai-client-ip': 'Akamai',
  'x-tinyproxy': 'Tinyproxy',
}

/** The known headers of one address. */
export const addressHeaderNames: readonly string[] = Object.keys(addressHeaders)

const known: readonly string[] = [...Object.keys(listHeaders), ...addressHeaderNames]

const DEFAULT_HEADERS: readonly string[] = ['x-forwarded-for', 'x-forwarded-proto']
const SCHEME_HEADER = 'x-forwarded-proto'

/** Read from every request, whoever the peer is (RFC 9110 7.2, RFC 9113 8.3.1). */
const HOST_HEADERS: readonly string[] = ['host', ':authority']

/** RFC 9110 5.6.2: a field name is a token. */
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** What a policy says about headers. */
export type HeaderPolicy = Pick<
  TrustPolicy,
  'source' | 'schemeHeaders' | 'host' | 'port' | 'prefix' | 'headerNames'
>

/** Compiles both options; throws an `OptionError` for an unknown name or a contradiction. */
export function compileHeaders(headers: unknown, secureSchemeHeaders: unknown): HeaderPolicy {
  const place = { option: 'headers', input: headers }
  const listed = readNames(headers, place)
  const names = new Set(listed.map(({ name }) => name))
  const schemeHeaders = compileSchemeHeaders(secureSchemeHeaders, names)
  const clients = listed.filter(({ name, address }) => address || isClientList(name))
  const sources = [...new Map(clients.map((client) => [client.name, client])).values()]
  const [first, second] = sources
  if (first !== undefined && second !== undefined) {
    throw new OptionError(
      'contradiction',
      `${first.name} and ${second.name} are two sources for the client's address`,
      'Keep the one that every trusted proxy sets',
      place,
    )
  }
  const beside = [...names, ...schemeHeaders.map(({ name }) => name)].find(
    (name) => name !== 'forwarded',
  )
  if (names.has('forwarded') && beside !== undefined) {
    throw new OptionError(
      'contradiction',
      `forwarded and ${beside} would both speak for the same hops`,
      "Keep ['forwarded'] alone, or list the x-forwarded-* headers without it",
      place,
    )
  }
  const headerNames = new Set([...HOST_HEADERS, ...names, ...schemeHeaders.map(({ name }) => name)])
  if (!schemeHeaders.some(({ name }) => name === SCHEME_HEADER)) headerNames.delete(SCHEME_HEADER)
  return {
    source: sourceOf(first),
    schemeHeaders,
    host: names.has('x-forwarded-host'),
    port: names.has('x-forwarded-port'),
    prefix: names.has('x-forwarded-prefix'),
    headerNames: Object.freeze([...headerNames]),
  }
}

interface Listed {
  readonly name: string
  /** It holds one address. */
  readonly address: boolean
}

function isClientList(name: string): boolean {
  return name === 'x-forwarded-for' || name === 'forwarded'
}

function sourceOf(listed: Listed | undefined): ClientSource {
  if (listed === undefined) return Object.freeze({ kind: 'peer', name: '' })
  const { name, address } = listed
  if (address) return Object.freeze({ kind: 'address', name })
  return Object.freeze({
    kind: name === 'forwarded' ? 'forwarded' : 'x-forwarded-for',
    name,
  })
}

function readNames(headers: unknown, place: OptionErrorPlace): readonly Listed[] {
  if (headers === undefined) return DEFAULT_HEADERS.map((name) => ({ name, address: false }))
  if (!Array.isArray(headers)) {
    throw new OptionError(
      'wrong-type',
      `${show(headers)} is no array of header names`,
      "Write an array, such as ['x-forwarded-for', 'x-forwarded-proto']",
      place,
    )
  }
  return headers.map((entry: unknown) => readName(entry, place))
}

function readName(entry: unknown, place: OptionErrorPlace): Listed {
  if (typeof entry === 'string') {
    const name = entry.toLowerCase()
    if (Object.hasOwn(addressHeaders, name)) return { name, address: true }
    if (Object.hasOwn(listHeaders, name)) return { name, address: false }
    const near = nearest(name, known)
    throw new OptionError(
      'unknown-header',
      `${show(entry)} is no header that is known here`,
      near === undefined
        ? `Known are ${known.join(', ')}; a private one that holds one address is written { address: 'x-my-client' }`
        : `Did you mean '${near}'? A private one that holds one address is written { address: 'x-my-client' }`,
      place,
    )
  }
  const address = isPlainObject(entry) && Object.keys(entry).join() === 'address' && entry.address
  if (typeof address !== 'string' || !FIELD_NAME.test(address)) {
    throw new OptionError(
      'wrong-type',
      `${show(entry)} is no header name`,
      "Write a known name, or { address: 'x-my-client' } for a private header that holds one address",
      place,
    )
  }
  const name = address.toLowerCase()
  if (Object.hasOwn(listHeaders, name)) {
    throw new OptionError(
      'contradiction',
      `${name} is a list, not a header that holds one address`,
      `Write '${name}' in its place`,
      place,
    )
  }
  return { name, address: true }
}

function compileSchemeHeaders(
  value: unknown,
  listed: ReadonlySet<string>,
): readonly SchemeHeader[] {
  const place = { option: 'secureSchemeHeaders', input: value }
  if (value === undefined) {
    const read = listed.has(SCHEME_HEADER)
    return Object.freeze(read ? [Object.freeze({ name: SCHEME_HEADER, secure: 'https' })] : [])
  }
  if (!isPlainObject(value)) {
    throw new OptionError(
      'wrong-type',
      `${show(value)} is no object of header names and values`,
      "Write an object, such as { 'x-forwarded-proto': 'https', 'x-forwarded-ssl': 'on' }",
      place,
    )
  }
  const table = Object.entries(value).map(([key, secure]) => {
    const name = key.toLowerCase()
    if (
      !FIELD_NAME.test(key) ||
      typeof secure !== 'string' ||
      secure === '' ||
      secure.trim() !== secure
    ) {
      throw new OptionError(
        'wrong-type',
        `${show(key)}: ${show(secure)} is no header name with the value that means https`,
        "Write for instance { 'x-forwarded-ssl': 'on' }",
        place,
      )
    }
    const plain = name === SCHEME_HEADER && /^(?:http|ws)$/i.test(secure)
    if (plain || (name !== SCHEME_HEADER && known.includes(name))) {
      throw new OptionError(
        'contradiction',
        plain ? `${secure} does not mean https` : `${name} does not tell the scheme`,
        'Name a header that does, such as x-forwarded-proto or x-forwarded-ssl',
        place,
      )
    }
    return Object.freeze({ name, secure })
  })
  const [twice] = table.filter(
    ({ name }, index) => table.findIndex((row) => row.name === name) < index,
  )
  if (twice !== undefined) {
    throw new OptionError(
      'contradiction',
      `${twice.name} stands there twice, in different case`,
      'Keep the value that means https',
      place,
    )
  }
  return Object.freeze(table)
}
