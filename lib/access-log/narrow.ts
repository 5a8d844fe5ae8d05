// Text of one byte a character, as HTTP headers are, escaped through a table of bytes.

/** Characters below this have one byte in Latin-1. */
export const NARROW = 0x100

/** `\xhh` is the longest that stands for such a character. */
const LONGEST = 4

/** Filled and emptied again within one call: to allocate as much for each text takes half as long again. */
const written = Buffer.alloc(4096)

/**
 * Compiles the sequences, of two to four characters, that stand for the characters below U+0100; undefined
 * for one that stays. What is compiled is undefined for text with any other character.
 */
export function compileNarrow(
  sequences: readonly (string | undefined)[],
): (text: string) => string | undefined {
  const lengths = new Uint8Array(NARROW)
  const bytes = Buffer.alloc(NARROW * LONGEST)
  for (let code = 0; code < NARROW; code++) {
    const sequence = sequences[code] ?? String.fromCharCode(code)
    lengths[code] = bytes.write(sequence, code * LONGEST, 'latin1')
  }
  return (text) => {
    let done = ''
    let end = 0
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      if (code >= NARROW) return undefined
      if (end > written.length - LONGEST) {
        done += written.toString('latin1', 0, end)
        end = 0
      }
      const length = Number(lengths[code])
      if (length === 1) {
        written[end++] = code
        continue
      }
      // All four bytes, if fewer count: a loop over so few takes twice as long.
      const start = code * LONGEST
      written[end] = Number(bytes[start])
      written[end + 1] = Number(bytes[start + 1])
      written[end + 2] = Number(bytes[start + 2])
      written[end + 3] = Number(bytes[start + 3])
      end += length
    }
    return done + written.toString('latin1', 0, end)
  }
}
