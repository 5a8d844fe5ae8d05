// Fresh strings, as Node's parser makes them: flat, one byte a character, and never hashed before.

export function fresh(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

export function freshList(texts: readonly string[]): string[] {
  return texts.map(fresh)
}
