// Lines wait in pieces of whole lines, within a bound.

import { deepEqual } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { createLineQueue, type LineQueue } from '../../lib/destination/line-queue.ts'
import { assertProperty } from '../fixtures/assert-property.ts'

function takeAll(queue: LineQueue): readonly string[] {
  const pieces: string[] = []
  for (let piece = queue.take(); piece !== undefined; piece = queue.take()) {
    pieces.push(piece.bytes.toString())
    queue.giveBack(piece)
  }
  return pieces
}

t.test('lines come out in order, as many in a piece as fit whole', (t) => {
  const queue = createLineQueue(1000, 20)
  t.equal(queue.take(), undefined)
  for (const line of ['one\n', 'two\n', 'three\n', 'four\n', 'five\n']) t.ok(queue.push(line))
  t.equal(queue.lines, 5)
  t.equal(queue.ready, true)
  t.same(takeAll(queue), ['one\ntwo\nthree\nfour\n', 'five\n'])
  t.equal(queue.lines, 0)
  t.equal(queue.ready, false)
  t.end()
})

t.test('a piece tells how many lines it has', (t) => {
  const queue = createLineQueue(1000, 9)
  for (const line of ['one\n', 'two\n', 'three\n']) queue.push(line)
  t.equal(queue.take()?.lines, 2)
  t.equal(queue.lines, 1)
  t.equal(queue.take()?.lines, 1)
  t.end()
})

t.test('a line longer than a piece is a piece of its own', (t) => {
  const queue = createLineQueue(1000, 8)
  const long = `${'x'.repeat(50)}\n`
  for (const line of ['a\n', long, 'b\n']) queue.push(line)
  t.same(takeAll(queue), ['a\n', long, 'b\n'])
  t.end()
})

t.test('a piece that was handed out takes no more lines', (t) => {
  const queue = createLineQueue(1000, 100)
  queue.push('one\n')
  const piece = queue.take()
  queue.push('two\n')
  t.equal(piece?.bytes.toString(), 'one\n')
  t.same(takeAll(queue), ['two\n'])
  t.end()
})

t.test('the bound is in bytes of UTF-8, and what is handed out makes room', (t) => {
  const queue = createLineQueue(10, 100)
  // Three characters, seven bytes.
  t.equal(queue.push('é€\n'), true)
  t.equal(queue.push('1234\n'), false)
  t.equal(queue.push('12\n'), true)
  t.equal(queue.push('\n'), true, 'the tenth byte')
  t.equal(queue.push('\n'), false)
  t.equal(queue.lines, 3)
  t.same(takeAll(queue), ['é€\n12\n\n'])
  t.equal(queue.push('123456789\n'), true)
  t.end()
})

t.test('a line that is longer than the bound never fits', (t) => {
  const queue = createLineQueue(10, 100)
  t.equal(queue.push('1234567890\n'), false)
  t.equal(queue.lines, 0)
  t.end()
})

t.test('memory that was given back is used again, that of a long line is not', (t) => {
  const queue = createLineQueue(1000, 9)
  const next = (line: string) => {
    queue.push(line)
    const piece = queue.take()
    if (piece === undefined) throw new Error('nothing waits')
    return piece
  }
  const first = next('one\n')
  const second = next('two\n')
  queue.giveBack(first)
  const third = next('three\n')
  t.equal(third.bytes.buffer, first.bytes.buffer)
  t.equal(second.bytes.toString(), 'two\n')
  const long = next('a longer line\n')
  queue.giveBack(long)
  t.not(next('four\n').bytes.buffer, long.bytes.buffer)
  t.end()
})

/** What a queue does, said without care for time. */
function plainQueue(maxBytes: number, pieceBytes: number) {
  let pieces: string[] = []
  return {
    push(line: string): boolean {
      if (Buffer.byteLength(pieces.join('') + line) > maxBytes) return false
      const last = pieces.at(-1)
      if (last !== undefined && Buffer.byteLength(last + line) <= pieceBytes) {
        pieces[pieces.length - 1] = last + line
      } else pieces.push(line)
      return true
    },
    takeAll(): readonly string[] {
      const taken = pieces
      pieces = []
      return taken.map((text) => Buffer.from(text).toString())
    },
  }
}

t.test('however lines come, the pieces are those of a plain queue', (t) => {
  const words = fc.oneof(fc.string(), fc.constantFrom('x', 'é', '€', '😀', '\ud83d'))
  const lines = fc
    .tuple(words, fc.oneof(fc.constant(1), fc.nat(9000)))
    .map(([word, times]) => `${word.repeat(times).slice(0, 9000)}\n`)
  const takes = fc.constant(undefined)
  const steps = fc.array(fc.oneof({ weight: 9, arbitrary: lines }, takes), { maxLength: 60 })
  const sizes = fc.constantFrom(1, 500, 4096, 65_536)
  const bounds = fc.constantFrom(1000, 20_000, 1_000_000)
  assertProperty(
    fc.property(steps, sizes, bounds, (given, pieceBytes, maxBytes) => {
      const queue = createLineQueue(maxBytes, pieceBytes)
      const plain = plainQueue(maxBytes, pieceBytes)
      let waiting = 0
      for (const line of [...given, undefined]) {
        if (line === undefined) {
          deepEqual(takeAll(queue), plain.takeAll())
          waiting = 0
        } else {
          const isTaken = queue.push(line)
          deepEqual(isTaken, plain.push(line))
          if (isTaken) waiting++
        }
        deepEqual(queue.lines, waiting)
      }
    }),
    300,
  )
  t.end()
})
