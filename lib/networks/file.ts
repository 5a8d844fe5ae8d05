// The file a list lies in: read whole or not at all, within a bound, and only if it is text.

import { isUtf8 } from 'node:buffer'
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { OptionError, show } from '../errors.ts'
import { badList } from './entry.ts'

/** Four times the longest list that is known: the service tags of Azure have 4 MB. */
const MAX_LIST_BYTES = 16 * 1024 * 1024

/** What was read. */
export interface ListFile {
  readonly text: string
  /** Differs as soon as another file lies there, or this one was written to. */
  readonly mark: string
  readonly modifiedAt: Date
}

/** The mark of a path at which no file can be seen. */
export const NOTHING = ''

/**
 * Reads a list at one go. Throws an `OptionError` for what is no file, has more than 16 MiB (that is
 * asked first), is empty, no UTF-8 text, a page instead of a list, or is written to meanwhile.
 */
export function readListFile(path: string): ListFile {
  try {
    return readAtOnce(path)
  } catch (error) {
    throw error instanceof OptionError ? error : unreadableList(path, String(error))
  }
}

/** The mark of what lies at the path now. It never rejects. */
export async function lookAt(path: string): Promise<string> {
  try {
    return markOf(await stat(path, { bigint: true }))
  } catch {
    return NOTHING
  }
}

function readAtOnce(path: string): ListFile {
  // O_NONBLOCK changes nothing for a file; a pipe without a writer would keep the process waiting.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = fstatSync(descriptor, { bigint: true })
    if (!stats.isFile()) throw unreadableList(path, 'it is no file')
    if (stats.size > MAX_LIST_BYTES) {
      throw badList(path, `has ${stats.size} bytes; a list has at most ${MAX_LIST_BYTES}`)
    }
    const bytes = Buffer.alloc(Number(stats.size))
    const length = readSync(descriptor, bytes, 0, bytes.length, 0)
    const mark = markOf(fstatSync(descriptor, { bigint: true }))
    if (length !== bytes.length || mark !== markOf(stats)) {
      throw badList(path, 'is being written to', 'Move a finished file there')
    }
    return { text: textOf(bytes, path), mark, modifiedAt: stats.mtime }
  } finally {
    closeSync(descriptor)
  }
}

/** The inode and its last change tell of a file that was replaced with its old size and times. */
function markOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':')
}

function textOf(bytes: Buffer, path: string): string {
  if (!isUtf8(bytes) || bytes.includes(0)) throw badList(path, 'is no text')
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  if (text.trim() === '') throw badList(path, 'is empty')
  if (text.trimStart().startsWith('<')) {
    throw badList(path, 'holds a page (HTML or XML) and no list')
  }
  return text
}

function unreadableList(path: string, reason: string): OptionError {
  return new OptionError(
    'unreadable-list',
    `${show(path)} cannot be read: ${reason}`,
    'Give a file that exists, and that this process may read',
    { option: 'path', input: path },
  )
}
