// Lists of networks, as allow lists and registries have them, and addresses to ask for.

import { createRandom, type Random } from '../measure/random.ts'
import { freshList } from '../measure/strings.ts'

export type Version = 4 | 6

export const sizes: readonly number[] = [10, 100, 1_000, 10_000, 100_000, 1_000_000]

export function networksName(size: number): string {
  return `${size.toLocaleString('en')} networks`
}

export interface NetworkList {
  /** CIDR text, without bits behind the prefix. */
  readonly networks: readonly string[]
  /** Canonical text; each second one is inside a network. */
  readonly addresses: readonly string[]
}

const ADDRESSES = 2048
const SEED = 20_260_801

export function createList(version: Version, size: number): NetworkList {
  const random = createRandom(SEED + size + version)
  const create = version === 4 ? createNetwork4 : createNetwork6
  const format = version === 4 ? formatQuad : formatWords
  const pairs = Array.from({ length: size }, () => create(random))
  const addresses = Array.from({ length: ADDRESSES }, (_, index) => {
    const [base, length] = pairs[random(size)] ?? create(random)
    return index % 2 === 0 ? format(fill(base, length, random)) : format(create(random)[0])
  })
  return {
    networks: freshList(pairs.map(([base, length]) => `${format(base)}/${length}`)),
    addresses,
  }
}

/** 32-bit words, the high one first, and a prefix length. */
type Network = readonly [words: readonly number[], length: number]

const WORD = 2 ** 32

/** Single hosts and small networks, as allow lists have them: a million cover an eighth of all addresses. */
const lengths4: readonly number[] = [20, 22, 24, 24, 24, 24, 26, 28, 29, 30, 32, 32, 32, 32]

function createNetwork4(random: Random): Network {
  const length = lengths4[random(lengths4.length)] ?? 32
  // 1.0.0.0 to 223.255.255.255
  return [cut([(1 + random(223)) * 2 ** 24 + random(2 ** 24)], length), length]
}

const lengths6: readonly number[] = [32, 36, 40, 44, 48, 48, 48, 56, 64, 64, 64, 128]

/** Registries hand out few of the many /16. */
function createNetwork6(random: Random): Network {
  const length = lengths6[random(lengths6.length)] ?? 64
  const first = (0x2001 + random(45) * 0x11) * 2 ** 16 + random(2 ** 16)
  return [cut([first, random(WORD), random(WORD), random(WORD)], length), length]
}

/** Clears the bits behind the prefix. */
function cut(words: readonly number[], length: number): readonly number[] {
  return words.map((word, index) => word - (word % 2 ** spare(length, index)))
}

/** An address inside a network. */
function fill(words: readonly number[], length: number, random: Random): readonly number[] {
  return words.map((word, index) => word + random(2 ** spare(length, index)))
}

/** How many bits of a word stand behind the prefix. */
function spare(length: number, index: number): number {
  return 32 - Math.min(32, Math.max(0, length - index * 32))
}

function formatQuad([word = 0]: readonly number[]): string {
  return [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.')
}

/** RFC 5952, for the one case that is made here: zeros at the end. */
function formatWords(words: readonly number[]): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff])
  while (groups.at(-1) === 0) groups.pop()
  const text = groups.map((group) => group.toString(16)).join(':')
  return groups.length === 8 ? text : groups.length === 7 ? `${text}:0` : `${text}::`
}
