// Text of one byte a character, as HTTP headers are, escaped through a table.

/** Characters below this have one byte in Latin-1. */
export const NARROW = 0x100

/** V8 knows at once that text of one byte a character has none. */
const WIDE = /[^\0-\xff]/

const BACKSLASH = 0x5c

/** `\xhh` is the longest that stands for such a character. */
const LONGEST = 4

/** Longer text is escaped piece by piece. */
const PIECE = 4096

// Filled and emptied again within one call: to allocate as much for each text takes half as long again.
const read = Buffer.alloc(PIECE)
const written = Buffer.alloc(PIECE * LONGEST)

/**
 * Compiles the sequences, a backslash and one to three characters, that stand for the characters below
 * U+0100; undefined for one that stays. What is compiled is undefined for text with any other character.
 */
export function compileNarrow(
  sequences: readonly (string | undefined)[],
): (text: string) => string | undefined {
  const packed = Int32Array.from({ length: NARROW }, (_, code) => pack(sequences[code] ?? ''))
  return (text) => {
    if (WIDE.test(text)) return undefined
    let escaped = ''
    for (let start = 0; start < text.length; start += PIECE) {
      escaped += escapePiece(text.slice(start, start + PIECE), packed)
    }
    return escaped
  }
}

/** From the lowest byte on, the characters behind the backslash, then the length; 0 for no sequence. */
function pack(sequence: string): number {
  const [, first, second, third] = Buffer.from(sequence.padEnd(LONGEST, '\0'), 'latin1')
  const bytes = [first, second, third, sequence.length].map(Number)
  return bytes.reduce((number, byte, index) => number | (byte << (8 * index)), 0)
}

/** From bytes to bytes: to ask the text for each character takes twice as long. */
function escapePiece(piece: string, packed: Int32Array): string {
  const length = read.write(piece, 'latin1')
  let end = 0
  for (let index = 0; index < length; index++) {
    const code = Number(read[index])
    const sequence = Number(packed[code])
    if (sequence === 0) {
      written[end++] = code
    } else {
      // All four bytes, also where fewer count: a loop over so few takes twice as long.
      written[end] = BACKSLASH
      written[end + 1] = sequence
      written[end + 2] = sequence >> 8
      written[end + 3] = sequence >> 16
      end += sequence >> 24
    }
  }
  return written.toString('latin1', 0, end)
}
