// Text as Python source: its `repr` and `ascii`, what `%r` and `%a` print.

/** In single quotes, or in double ones if it holds single ones only. */
export function pythonRepr(text: string): string {
  return quote(text, new RegExp(UNPRINTABLE, 'gu'))
}

/** The same with every character beyond ASCII escaped. */
export function pythonAscii(text: string): string {
  return quote(text, /[\\'"]|[^ -~]/gu)
}

/**
 * What `str.isprintable` denies: control, format, surrogate, private and unassigned characters, and
 * separators other than the blank. A character that is younger than the Python in question, but not
 * younger than this Node.js, prints as itself here and as an escape there. As text, since V8 takes
 * 0.25 ms for the expression already when it parses a literal, which an import need not wait for.
 */
const UNPRINTABLE = String.raw`(?! )[\\'"\p{C}\p{Z}]`

function quote(text: string, special: RegExp): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  return `${mark}${text.replace(special, (char) => escapeIn(mark, char))}${mark}`
}

function escapeIn(mark: string, char: string): string {
  switch (char) {
    case "'":
    case '"':
      return char === mark ? `\\${char}` : char
    case '\\':
      return '\\\\'
    case '\n':
      return '\\n'
    case '\r':
      return '\\r'
    case '\t':
      return '\\t'
  }
  const code = Number(char.codePointAt(0))
  const digits = code.toString(16)
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`
  if (code <= 0xffff) return `\\u${digits.padStart(4, '0')}`
  return `\\U${digits.padStart(8, '0')}`
}
