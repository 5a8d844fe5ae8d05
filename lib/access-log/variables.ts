// The variables of `%({name}e)s`: what gunicorn's environ would hold for this record.

import type { AccessRecord, Variable } from '../../types/access-log.ts'
import { environ } from '../context/environ.ts'
import { decodePath, splitTarget } from '../context/target.ts'
import { fieldValues } from './fields.ts'

/** A variable by its lower-case name; undefined if there is none. */
export function variable(record: AccessRecord, name: string): Variable | undefined {
  const own = ownVariable(record, name)
  if (own !== undefined) return own
  const request = record.context === undefined ? {} : environ(record.context)
  const resolved = Object.entries(request).find(([key]) => key.toLowerCase() === name)
  return resolved?.[1] ?? fromRecord(record, name)
}

function ownVariable({ environ: own }: AccessRecord, name: string): Variable | undefined {
  return own && Object.entries(own).find(([key]) => key.toLowerCase() === name)?.[1]
}

/** All lines of a request header as its HTTP_ variable has them, joined without a blank. */
export function headerVariable(record: AccessRecord, name: string): string | undefined {
  if (record.environ !== undefined) {
    const own = ownVariable(record, `http_${name.replaceAll('-', '_')}`)
    if (typeof own === 'string') return own
  }
  return joined(record, name)
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
  return values.length > 1 ? values.join(',') : values[0]
}

/** The path, percent-decoded. */
export function recordPath({ path, target }: AccessRecord): string {
  return path ?? decodePath(splitTarget(target).path)
}

/** The query without its `?`, not decoded. */
export function recordQuery({ query, target }: AccessRecord): string {
  return query ?? splitTarget(target).query
}
