// JSON whose form somebody else decides: nothing in it is taken for what it was not seen to be.

import { isPlainObject } from '../options.ts'
import { badList, type Entry } from './entry.ts'

/** A JSON object, its members unknown. */
export type Members = Readonly<Record<string, unknown>>

/** The object that the whole text is. */
export function parseObject(text: string, path: string): Members {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw badList(path, 'is no whole JSON: it may have been cut off')
  }
  if (!isPlainObject(value)) throw badList(path, 'is JSON, and no object')
  return value
}

/** A member that is an object. */
export function objectAt(members: Members, name: string, path: string): Members {
  const value = members[name]
  if (!isPlainObject(value)) throw badList(path, `has no object \`${name}\``)
  return value
}

/** A member that is an array of objects. */
export function objectsAt(members: Members, name: string, path: string): readonly Members[] {
  return arrayAt(members, name, path).map((value, index) => {
    if (!isPlainObject(value)) throw badList(path, `has no object at \`${name}[${index}]\``)
    return value
  })
}

/** A member that is text; `where` says of what. */
export function textAt(members: Members, name: string, where: string, path: string): string {
  const value = members[name]
  if (typeof value !== 'string') throw badList(path, `has no text \`${name}\` at \`${where}\``)
  return value
}

/** A member that is an array of networks. */
export function entriesAt(members: Members, name: string, path: string): readonly Entry[] {
  return arrayAt(members, name, path).map((text, index) => {
    const where = `${name}[${index}]`
    if (typeof text !== 'string') throw badList(path, `has no text at \`${where}\``)
    return { text, where }
  })
}

function arrayAt(members: Members, name: string, path: string): readonly unknown[] {
  const value = members[name]
  if (!Array.isArray(value)) throw badList(path, `has no array \`${name}\``)
  return value
}
