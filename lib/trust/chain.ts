// The proxy option: from the names of a chain to the headers and the hops that can be believed there.

import type { TrustPolicy } from '../../types/trust.ts'
import { nearest, OptionError, type OptionErrorPlace, show } from '../errors.ts'
import { isPlainObject } from '../options.ts'
import type { AllowList } from './allow-list.ts'
import { type HeaderAct, type KnownProxy, proxies, unsafeProxies } from './proxies.ts'

/** Options as they were written: not yet checked one by one. */
type Given = Readonly<Record<string, unknown>>

/** One proxy of the chain. */
interface Link extends KnownProxy {
  readonly name: string
}

/** Nearest first; the last is the outermost. */
type Links = readonly [Link, ...Link[]]

/** Headers that tell anything but the client's address. */
const reports: ReadonlySet<string> = new Set([
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
])

/** Read only if `headers` asks for it: behind a mapping of ports it is the inner one, and Host is right. */
const PORT = 'x-forwarded-port'

/** Lists, in which each proxy leaves room for the one before it. */
const lists: ReadonlySet<string> = new Set(['x-forwarded-for', 'forwarded'])

/**
 * The options with `headers` and `hops` answered by `proxy`; without `proxy` they come back as they
 * are. Throws an `OptionError` for an unknown or unsafe name, for a chain in which the client is lost,
 * and where `headers`, `hops` or `secureSchemeHeaders` say otherwise.
 */
export function expandProxy(given: Given): Given {
  if (given.proxy === undefined) return given
  const place = { option: 'proxy', input: given.proxy }
  const links = readLinks(given.proxy, place)
  const clients = clientHeaders(links)
  const told = reportHeaders(links)
  const [client] = clients
  if (client === undefined) throw lostClient(links, place)
  const headers = given.headers ?? [client, ...told.filter((name) => name !== PORT)]
  const names = namesOf(headers)
  checkNames('headers', given.headers, names, [...clients, ...told], links)
  const { secureSchemeHeaders } = given
  const schemes = isPlainObject(secureSchemeHeaders) ? Object.keys(secureSchemeHeaders) : []
  checkNames('secureSchemeHeaders', secureSchemeHeaders, namesOf(schemes), names, links)
  const hops = countHops(given.hops, names, links)
  return Object.assign(Object.create(null), given, { headers, hops })
}

function readLinks(proxy: unknown, place: OptionErrorPlace): Links {
  const names: readonly unknown[] = Array.isArray(proxy) ? proxy : [proxy]
  const [first, ...others] = names.map((name) => readLink(name, place))
  if (first !== undefined) return [first, ...others]
  throw new OptionError(
    'wrong-type',
    'the chain is empty',
    'Name the proxies, nearest first; nobody in front is `forwardedAllowIps: []`',
    place,
  )
}

function readLink(name: unknown, place: OptionErrorPlace): Link {
  if (typeof name !== 'string') {
    throw new OptionError(
      'wrong-type',
      `${show(name)} is no name of a proxy`,
      "Write a name such as 'nginx', or an array of names, nearest first",
      place,
    )
  }
  const known = Object.entries(proxies).find(([key]) => key === name.toLowerCase())
  if (known !== undefined) return { name: known[0], ...known[1] }
  const unsafe = Object.entries(unsafeProxies).find(([key]) => key === name.toLowerCase())
  if (unsafe !== undefined) {
    const [, { reason, remedy }] = unsafe
    throw new OptionError('unsafe-proxy', reason, remedy, place)
  }
  const names = Object.keys(proxies)
  const near = nearest(name, names)
  throw new OptionError(
    'unknown-proxy',
    `${show(name)} is no proxy that is known here`,
    `${near === undefined ? '' : `Did you mean '${near}'? `}Known are ${names.join(', ')}. For any other, see what it sets and list \`headers\``,
    place,
  )
}

/** What a proxy does to a header; undefined: it hands it on as it came. */
function actOf({ sets }: KnownProxy, header: string): HeaderAct | undefined {
  return Object.entries(sets).find(([name]) => name === header)?.[1]
}

function outermost(links: Links): Link {
  return links.reduce((_, link) => link)
}

/** The headers that every one of them sets, in the order of the outermost. */
function setByAll(links: Links): readonly string[] {
  return Object.keys(outermost(links).sets).filter((header) =>
    links.every((link) => actOf(link, header) !== undefined),
  )
}

/** Where the client's address outlives the whole chain, best first. */
function clientHeaders(links: Links): readonly string[] {
  return setByAll(links).filter(
    (header) =>
      !reports.has(header) &&
      (links.length === 1 || (lists.has(header) && replacer(links, header) === undefined)),
  )
}

/** The proxy that throws away what another one wrote before it. */
function replacer(links: Links, header: string): Link | undefined {
  return links
    .slice(0, -1)
    .find((link) => actOf(link, header) === 'replaces' && link.behind === undefined)
}

/**
 * What else is told. A value that the outermost appends has a known place only if all others append
 * theirs, too: behind one that hands the list on, the count from the right would reach the client's own.
 */
function reportHeaders(links: Links): readonly string[] {
  return setByAll(links).filter(
    (header) =>
      reports.has(header) &&
      (actOf(outermost(links), header) === 'replaces' ||
        links.every((link) => actOf(link, header) === 'appends')),
  )
}

function lostClient(links: Links, place: OptionErrorPlace): OptionError {
  const header = setByAll(links).find((name) => lists.has(name))
  const link = header === undefined ? undefined : replacer(links, header)
  if (header !== undefined && link !== undefined) {
    return new OptionError(
      'contradiction',
      `${link.name} replaces ${header}, so that the proxies before it are lost`,
      `Let ${link.name} stand outermost (the chain is written nearest first), or list in \`headers\` what it sets without \`proxy\``,
      place,
    )
  }
  const told = links.map(
    ({ name, sets }) =>
      `${name} in ${Object.keys(sets)
        .filter((key) => !reports.has(key))
        .join(' or ')}`,
  )
  return new OptionError(
    'contradiction',
    `no list of clients is kept by all of them: ${told.join(', ')} tells the client`,
    'Let each of them append to the same header: X-Forwarded-For, or Forwarded as the names with -forwarded do',
    place,
  )
}

/** The names in a list of headers, lower case; what is no name is refused where it is compiled. */
function namesOf(headers: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(headers) ? headers : []
  return list
    .map((entry) => (isPlainObject(entry) ? entry.address : entry))
    .filter((name) => typeof name === 'string')
    .map((name) => name.toLowerCase())
}

function checkNames(
  option: string,
  input: unknown,
  names: readonly string[],
  believed: readonly string[],
  links: Links,
): void {
  const other = names.find((name) => !believed.includes(name))
  if (other !== undefined) throw passedOn(other, links, { option, input })
}

function passedOn(header: string, links: Links, place: OptionErrorPlace): OptionError {
  const link = links.find((one) => actOf(one, header) === undefined)
  return new OptionError(
    'contradiction',
    link === undefined
      ? `${header} does not outlive this chain of proxies`
      : `${link.name} does not set ${header}: it hands on what the client sent`,
    'Leave it out; or, if your configuration does set it, leave `proxy` out and list all `headers`',
    place,
  )
}

/** How many entries the chain adds, where that is more than one for each proxy. */
function countHops(hops: unknown, names: readonly string[], links: Links): unknown {
  const listed = names.includes('x-forwarded-for')
  const added = links.reduce((sum, { entries = 1 }) => sum + (listed ? entries : 1), 0)
  if (hops === undefined) return added > links.length ? added : undefined
  if (hops === added || typeof hops !== 'number') return hops
  throw new OptionError(
    'contradiction',
    `${links.map(({ name }) => name).join(' and ')} make ${added}, not ${hops}`,
    'Leave `hops` out, or name every proxy of the chain in `proxy`',
    { option: 'hops', input: hops },
  )
}

/**
 * Throws an `OptionError` for a chain behind `*` alone: nobody behind the peer is believed, so that every
 * client would have the address of the second proxy. A network beside `*`, or `hops`, leads further out.
 */
export function checkReach(
  proxy: unknown,
  { hops, source }: Pick<TrustPolicy, 'hops' | 'source'>,
  { anyPeer, hasNetworks }: Pick<AllowList, 'anyPeer' | 'hasNetworks'>,
): void {
  const names: readonly unknown[] = Array.isArray(proxy) ? proxy : []
  if (names.length < 2 || hops !== undefined) return
  if (!anyPeer || hasNetworks || !lists.has(source.name)) return
  const [inner, second] = names
  throw new OptionError(
    'contradiction',
    `behind '*' nobody but ${inner} is believed, so that every client would have the address of ${second}`,
    `Write \`hops: ${names.length}\` if nobody can come around the outermost of them, or list the addresses of all`,
    { option: 'proxy', input: proxy },
  )
}
