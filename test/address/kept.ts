// What is kept of a text: not the text.

import t from 'tap'
import { copied, kept, MAX_KEPT } from '../../lib/address/kept.ts'
import { heapUsed } from '../fixtures/heap-used.ts'

const BYTES = 100 * 1024

/** How much memory a hundred pieces keep, each of a text of 100 KiB. */
function memoryOf(take: (piece: string, whole: string) => string): number {
  const before = heapUsed('major')
  const pieces = Array.from({ length: 100 }, (_, index) => {
    const whole = Buffer.alloc(BYTES, `${index}-`).toString('latin1')
    return take(whole.slice(3, 40), whole)
  })
  const used = heapUsed('major') - before
  if (new Set(pieces).size !== 100) throw new Error('the pieces are not alive')
  return used
}

t.test('a piece of a long text is kept without the rest', (t) => {
  t.ok(memoryOf((piece) => piece) > 50 * BYTES, 'it would keep all, or nothing is shown here')
  t.ok(memoryOf(kept) < 2 * BYTES)
  t.ok(memoryOf((piece) => copied(piece)) < 2 * BYTES)
  t.end()
})

t.test('a piece is the same text, whatever it is made of', (t) => {
  for (const piece of [
    '',
    'shop.example',
    'caf\xe9 \x80',
    '\u20ac',
    '\ud83d\ude00',
    '\ud83d',
    '\0',
  ]) {
    for (const whole of [piece, `${piece}${'x'.repeat(MAX_KEPT)}`])
      t.equal(kept(piece, whole), piece)
    t.equal(copied(piece), piece)
  }
  t.end()
})
