// What stands in the place of a secret, and how text is rewritten that may hold one.

import { decodePath } from '../context/target.ts'

/** OpenTelemetry's word for it (attribute `url.full`): no column, no URL and no reader minds it. */
export const REDACTED = 'REDACTED'

/** From what a record holds to what is printed of it. */
export interface Rewrite {
  (text: string): string
  /** False where a text, and each part of it, stays as it is; undefined where that cannot be told. */
  readonly mayChange?: (text: string) => boolean
}

export const asIs: Rewrite = Object.assign((text: string) => text, { mayChange: () => false })

/** What is empty has nothing to hide, and is told from what is not. */
export const redactAll: Rewrite = (text) => (text === '' ? '' : REDACTED)

/** What is not there stays so. */
export function rewritePresent(rewrite: Rewrite, text: string | undefined): string | undefined {
  return text === undefined ? undefined : rewrite(text)
}

/** A URL inside a URL is percent-encoded once more; nobody nests them deeper than this. */
const MAX_LEVELS = 3

/** Rewrites what a percent-encoded text stands for; unless that changes it, the text stays as sent. */
export function rewriteInside(encoded: string, level: number, rewrite: Rewrite): string {
  if (level >= MAX_LEVELS) return REDACTED
  const decoded = decodePath(encoded)
  const rewritten = rewrite(decoded)
  return rewritten === decoded ? encoded : encodeBytes(rewritten)
}

/** The characters that `encodeURIComponent` escapes; each is a byte, as `decodePath` makes them. */
function encodeBytes(text: string): string {
  return text.replace(/[^\w.~!'()*-]/g, (byte) => {
    const code = byte.charCodeAt(0)
    return code > 0xff ? byte : `%${code.toString(16).toUpperCase().padStart(2, '0')}`
  })
}
