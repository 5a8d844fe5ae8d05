// The variables of `%({name}e)s`: what gunicorn's environ would hold for this record.

import type { AccessRecord, Variable } from '../../types/access-log.ts'
import type { RequestContext } from '../../types/context.ts'
import { factsOf } from '../context/context.ts'
import { serverVariables } from '../context/environ.ts'
import { decodePath, splitTarget } from '../context/target.ts'
import { compileJoined } from './fields.ts'
import { openPrivacy, type Privacy } from './privacy.ts'
import { rewritePresent } from './redacted.ts'

type Read = (record: AccessRecord, privacy: Privacy) => Variable | undefined

/** The variables that are no header. Each is read alone: an environ for every line costs too much. */
const known: Readonly<Record<string, Read>> = {
  remote_addr: ({ remoteAddr }, { address }) => address(remoteAddr),
  remote_port: ofContext(({ peer }) => peer.port),
  server_name: ofContext((context) => serverVariables(context, factsOf(context)).SERVER_NAME),
  server_port: ofContext((context) => serverVariables(context, factsOf(context)).SERVER_PORT),
  server_protocol: ({ protocol }) => protocol,
  request_method: ({ method }) => method,
  raw_uri: ({ target }, { url }) => url(target),
  script_name: ({ context }) => context?.prefix ?? '',
  path_info: recordPath,
  query_string: recordQuery,
  content_type: ofRequest('content-type'),
  content_length: ofRequest('content-length'),
  'wsgi.url_scheme': ofContext(({ scheme }) => scheme),
}

/** Compiles a variable by its lower-case name to its text; undefined where a record has none. */
export function compileVariable(
  name: string,
  privacy: Privacy = openPrivacy,
): (record: AccessRecord) => string | undefined {
  const read =
    (Object.hasOwn(known, name) ? known[name] : undefined) ?? compileHeader(name, privacy)
  const rewrite = privacy.variable(name)
  return (record) => {
    const own = record.environ === undefined ? undefined : ownVariable(record, name)
    if (own !== undefined) return rewrite(printVariable(own))
    const value = read(record, privacy)
    return value === undefined ? undefined : printVariable(value)
  }
}

/** As in Python: None, True and False. */
function printVariable(value: Variable): string {
  if (value === null) return 'None'
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value)
}

/** What `environ` does not have either: Proxy (CVE-2016-5385), and two that go without HTTP_. */
const NO_HEADER = /^http_(?:proxy$|content_type$|content_length$|:)|-/

function compileHeader(name: string, privacy: Privacy): Read {
  if (!name.startsWith('http_') || NO_HEADER.test(name)) return () => undefined
  const header = name.slice('http_'.length).replaceAll('_', '-')
  const rewrite = privacy.header(header)
  const readHeader = ofRequest(header)
  return (record) => rewritePresent(rewrite, readHeader(record))
}

function ofContext(read: (context: RequestContext) => Variable | undefined): Read {
  return ({ context }) => (context === undefined ? undefined : read(context))
}

function ownVariable({ environ: own }: AccessRecord, name: string): Variable | undefined {
  return own && Object.entries(own).find(([key]) => key.toLowerCase() === name)?.[1]
}

/** Reads the text of a request header. */
type ReadText = (record: AccessRecord) => string | undefined

/** All lines of a request header as its HTTP_ variable has them, joined without a blank. */
export function compileHeaderVariable(name: string): ReadText {
  const variable = `http_${name.replaceAll('-', '_')}`
  const read = compileJoined(name)
  return (record) => {
    const own = record.environ === undefined ? undefined : ownVariable(record, variable)
    return typeof own === 'string' ? own : read(record.requestHeaders)
  }
}

function ofRequest(name: string): ReadText {
  const read = compileJoined(name)
  return ({ requestHeaders }) => read(requestHeaders)
}

// What is to be hidden is looked for in the whole target: a part of it, or what was decoded, may not
// show any more what it was.

/** The path, percent-decoded. */
export function recordPath({ path, target }: AccessRecord, privacy: Privacy): string {
  return path === undefined ? decodePath(splitTarget(privacy.url(target)).path) : privacy.path(path)
}

/** The query without its `?`, not decoded. */
export function recordQuery({ query, target }: AccessRecord, privacy: Privacy): string {
  return query === undefined ? splitTarget(privacy.url(target)).query : privacy.query(query)
}
