// environ(): the request as CGI meta-variables (RFC 3875 4.1), as gunicorn hands them to WSGI.

import type { RequestContext } from '../../types/context.ts'
import { parseZonedIp } from '../address/ip.ts'
import { factsOf } from './context.ts'
import type { Facts } from './peer.ts'
import { pathBelow, splitTarget } from './target.ts'

/** Names without HTTP_ in front (RFC 3875 4.1.2, 4.1.3). */
const bare: ReadonlySet<string> = new Set(['CONTENT_TYPE', 'CONTENT_LENGTH'])

/** A field name (RFC 9110 5.1), but for `_`. Not `:path` of HTTP/2 either. */
const FIELD_NAME = /^[A-Za-z\d!#$%&'*+.^`|~-]+$/

/** A client's `Proxy` header would become the HTTP_PROXY of a child process (CVE-2016-5385). */
const FORBIDDEN = 'HTTP_PROXY'

/**
 * The meta-variables of a request. REMOTE_ADDR is the peer, never a header, and '' on a UNIX socket.
 * SERVER_NAME and SERVER_PORT are the address that was connected to; on a UNIX socket the host.
 * Repeated headers are joined with a comma. Left out: headers with `_` in their name, which could pass
 * for another with `-` (as in gunicorn), and `Proxy`.
 */
export function environ(context: RequestContext): Record<string, string> {
  const facts = factsOf(context)
  return {
    ...requestVariables(context, facts),
    ...headerVariables(facts?.rawHeaders ?? []),
  }
}

function requestVariables(
  context: RequestContext,
  facts: Facts | undefined,
): Record<string, string> {
  const target = facts?.target ?? ''
  const { query } = splitTarget(target)
  const { peer } = context
  return {
    ...serverVariables(context, facts),
    REMOTE_ADDR: peer.address,
    ...(peer.port === undefined ? {} : { REMOTE_PORT: String(peer.port) }),
    SERVER_PROTOCOL: `HTTP/${facts?.httpVersion ?? '1.1'}`,
    REQUEST_METHOD: facts?.method ?? '',
    RAW_URI: target,
    SCRIPT_NAME: context.prefix,
    PATH_INFO: pathBelow(facts?.prefixInTarget ? context.prefix : '', target),
    QUERY_STRING: query,
    'wsgi.url_scheme': context.scheme,
  }
}

/** Where the request came in. */
export function serverVariables(
  context: RequestContext,
  facts: Facts | undefined,
): Record<'SERVER_NAME' | 'SERVER_PORT', string> {
  const { localAddress: local, localPort } = facts?.connection ?? {}
  const name = local === undefined ? undefined : parseZonedIp(local)?.text
  return name === undefined
    ? { SERVER_NAME: context.hostname, SERVER_PORT: String(context.port) }
    : { SERVER_NAME: name, SERVER_PORT: String(localPort ?? '') }
}

function headerVariables(rawHeaders: readonly string[]): Record<string, string> {
  const variables: Record<string, string> = {}
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const header = String(rawHeaders[index])
    if (!FIELD_NAME.test(header)) continue
    const cgi = header.toUpperCase().replaceAll('-', '_')
    const name = bare.has(cgi) ? cgi : `HTTP_${cgi}`
    if (name === FORBIDDEN) continue
    const value = String(rawHeaders[index + 1])
    const before = variables[name]
    variables[name] = before === undefined ? value : `${before},${value}`
  }
  return variables
}
