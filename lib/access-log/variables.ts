// The variables of `%({name}e)s`: what gunicorn's environ would hold for this record.

import type { AccessRecord } from '../../types/access-log.ts'
import { environ } from '../context/environ.ts'
import { decodePath, splitTarget } from '../context/target.ts'
import { fieldValues } from './fields.ts'

/** A variable by its lower-case name; undefined if there is none. Null is Python's None. */
export function variable(record: AccessRecord, name: string): string | number | null | undefined {
  const own = Object.entries(record.environ ?? {}).find(([key]) => key.toLowerCase() === name)
  if (own !== undefined) return own[1]
  const request = record.context === undefined ? {} : environ(record.context)
  const resolved = Object.entries(request).find(([key]) => key.toLowerCase() === name)
  return resolved?.[1] ?? fromRecord(record, name)
}

/** The variables that need no context. */
function fromRecord(record: AccessRecord, name: string): string | undefined {
  switch (name) {
    case 'remote_addr':
      return record.remoteAddr
    case 'request_method':
      return record.method
    case 'server_protocol':
      return record.protocol
    case 'raw_uri':
      return record.target
    case 'script_name':
      return ''
    case 'path_info':
      return recordPath(record)
    case 'query_string':
      return recordQuery(record)
    case 'content_type':
    case 'content_length':
      return joined(record, name)
    default:
      return name.startsWith('http_') ? joined(record, name.slice('http_'.length)) : undefined
  }
}

function joined({ requestHeaders }: AccessRecord, name: string): string | undefined {
  const values = fieldValues(requestHeaders, name.replaceAll('_', '-'))
  return values.length === 0 ? undefined : values.join(',')
}

/** The path, percent-decoded. */
export function recordPath({ path, target }: AccessRecord): string {
  return path ?? decodePath(splitTarget(target).path)
}

/** The query without its `?`, not decoded. */
export function recordQuery({ query, target }: AccessRecord): string {
  return query ?? splitTarget(target).query
}
