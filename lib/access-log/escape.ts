// Safe escaping: whatever a client sent stays inside its column, and a record stays one line.

/** What a column ends with, and so what a value in it must not hold. */
export type Column = 'quoted' | 'bracketed' | 'bare'

// C0, DEL and C1 controls; U+2028 and U+2029, which some readers take for line ends; with the `u` flag
// the surrogate range matches lone surrogates only; quote and backslash.
const DIRTY = String.raw`["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]`
const BEYOND: Readonly<Record<Column, string>> = {
  quoted: '',
  bracketed: '|\\]',
  bare: '|\x20',
}

const NAMED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/**
 * How a value is escaped in a column: `\"` `\\` `\n` `\r` `\t`, else `\xhh` or `\uhhhh`; in a bare
 * column a blank too, in a bracketed one the closing bracket. All other characters stay.
 */
export function compileEscape(column: Column): (text: string) => string {
  const dirty = new RegExp(DIRTY + BEYOND[column], 'u')
  const all = new RegExp(dirty.source, 'gu')
  return (text) => (dirty.test(text) ? text.replace(all, escapeCharacter) : text)
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0)
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
