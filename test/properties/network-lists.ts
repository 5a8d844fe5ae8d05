// Long lists of networks against node:net: the answers must not depend on how a list is searched.

import { BlockList } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { compileTrust } from '../../lib/trust/policy.ts'
import { assertProperty } from '../fixtures/assert-property.ts'

interface Family {
  readonly name: 'ipv4' | 'ipv6'
  readonly size: number
  readonly format: (bits: bigint) => string
}

const families: readonly Family[] = [
  {
    name: 'ipv4',
    size: 32,
    format: (bits) => [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.'),
  },
  {
    name: 'ipv6',
    size: 128,
    format: (bits) =>
      [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n]
        .map((shift) => ((bits >> shift) & 0xffffn).toString(16))
        .join(':'),
  },
]

/** A family of lists: where the networks lie, and what lies beside one of them. */
interface Shape {
  /** Addresses that share the first bits with one of so many. */
  readonly clusters: number
  readonly sharedBits: number
  readonly shortest: number
  readonly neighbours: boolean
}

interface Range {
  readonly first: bigint
  readonly prefixLength: number
}

/** xorshift32: the same list for the same seed, so that fast-check can report it. */
function random(seed: number): (below: number) => number {
  let state = seed | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

function randomBits(next: (below: number) => number, size: number): bigint {
  let bits = 0n
  for (let word = 0; word < size; word += 32) bits = (bits << 32n) | BigInt(next(2 ** 32))
  return bits
}

function createList({ size }: Family, shape: Shape, count: number, seed: number): readonly Range[] {
  const next = random(seed)
  const spare = BigInt(size - shape.sharedBits)
  const places = Array.from(
    { length: shape.clusters },
    () => (randomBits(next, size) >> spare) << spare,
  )
  const list: Range[] = []
  while (list.length < count) {
    const place = places[next(places.length)] ?? 0n
    const bits = place | (randomBits(next, size) & ((1n << spare) - 1n))
    const prefixLength = shape.shortest + next(size - shape.shortest + 1)
    const width = BigInt(size - prefixLength)
    const first = (bits >> width) << width
    list.push({ first, prefixLength })
    if (!shape.neighbours) continue
    // The other half of the next wider network, a network inside, and the same once more.
    list.push({ first: first ^ (1n << width), prefixLength })
    const inner = prefixLength + next(size - prefixLength + 1)
    list.push({ first, prefixLength: inner }, { first, prefixLength })
  }
  return list
}

/** Both ends of networks, what lies next to them, and anything. */
function probesOf(list: readonly Range[], size: number, seed: number): readonly bigint[] {
  const next = random(seed ^ 0x5bd1e995)
  return Array.from({ length: 40 }, () => list[next(list.length)])
    .flatMap((range) => {
      if (range === undefined) return []
      const last = range.first + (1n << BigInt(size - range.prefixLength)) - 1n
      return [range.first - 1n, range.first, last, last + 1n, randomBits(next, size)]
    })
    .filter((bits) => bits >= 0n && bits >> BigInt(size) === 0n)
}

/** ::ffff:0:0/96 is IPv4 to us. */
function isMapped(bits: bigint, size: number): boolean {
  return size === 128 && bits >> 32n === 0xffffn
}

for (const family of families) {
  const { name, size, format } = family
  const shape = fc.record({
    clusters: fc.constantFrom(1, 3, 40, 2000),
    sharedBits: fc.integer({ min: 0, max: size - 10 }),
    // Wide ones swallow the others.
    shortest: fc.integer({ min: size / 4, max: size }),
    neighbours: fc.boolean(),
  })
  const counts = fc.constantFrom(60, 70, 500, 600, 2500)
  t.test(`a long list of ${name} networks answers as BlockList does`, (t) => {
    const property = fc.property(shape, counts, fc.integer(), (shape, count, seed) => {
      const list = createList(family, shape, count, seed).filter(
        ({ first }) => !isMapped(first, size),
      )
      const judge = new BlockList()
      for (const { first, prefixLength } of list) judge.addSubnet(format(first), prefixLength, name)
      const { trusts } = compileTrust({
        forwardedAllowIps: list.map(
          ({ first, prefixLength }) => `${format(first)}/${prefixLength}`,
        ),
      })
      return probesOf(list, size, seed)
        .filter((bits) => !isMapped(bits, size))
        .map(format)
        .every((address) => trusts(address) === judge.check(address, name))
    })
    t.doesNotThrow(() => assertProperty(property, 30))
    t.end()
  })
}
