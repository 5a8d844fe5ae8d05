// Fresh strings, as Node's parser makes them: flat, one byte a character, and never hashed before.

export function fresh(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** One behind the other in memory, as the headers of one request are. */
export function freshList(texts: readonly string[]): string[] {
  const bytes = Buffer.from(texts.join(''), 'latin1')
  let end = 0
  return texts.map((text) => {
    const start = end
    end += text.length
    return bytes.toString('latin1', start, end)
  })
}
