// Safe escaping, read back: where a value ends, and what it was.

const NAMED: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

/** How many hexadecimal digits follow. */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
])

/** Whether the character at `index` cannot be part of a value as it is. */
export type Stops = (line: string, index: number) => boolean

/** The index of the first character from `start` on that stops a value; an escape never does. */
export function scanValue(line: string, start: number, stops: Stops): number {
  let index = start
  while (index < line.length) {
    if (line.charAt(index) === '\\') index += 2
    else if (stops(line, index)) return index
    else index++
  }
  return line.length
}

/** The value that a column shows; undefined if there is an escape in it that is none. */
export function unescapeValue(text: string): string | undefined {
  let value = ''
  let start = 0
  for (;;) {
    const backslash = text.indexOf('\\', start)
    if (backslash === -1) return value + text.slice(start)
    const letter = text.charAt(backslash + 1)
    const end = backslash + 2 + (DIGITS.get(letter) ?? 0)
    const character =
      NAMED.get(letter) ?? fromHex(text.slice(backslash + 2, end), DIGITS.get(letter))
    if (character === undefined) return undefined
    value += text.slice(start, backslash) + character
    start = end
  }
}

function fromHex(text: string, digits: number | undefined): string | undefined {
  if (text.length !== digits || !/^[\da-f]+$/i.test(text)) return undefined
  return String.fromCharCode(Number.parseInt(text, 16))
}

/** Python source escapes no printable character of ASCII by its number, and no double quote: we do. */
const OURS = /\\(?:"|x([2-7][\da-f])|.)/g

/** The same for a value that is Python source (`%(a)r`): all other escapes are its own. */
export function unescapeSource(text: string): string {
  return text.replace(OURS, (sequence, digits: string | undefined) => {
    if (sequence === '\\"') return '"'
    if (digits === undefined || digits === '7f') return sequence
    return String.fromCharCode(Number.parseInt(digits, 16))
  })
}
