// What many measurements say together: the median, and between which values it lies.

import { createRandom } from './random.ts'

/** A value with its 95 % interval. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The normal quantile of a two-sided 95 % interval. */
const Z = 1.96

export function median(values: readonly number[]): number {
  const sorted = ascending(values)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The median with its order-statistic interval: it assumes nothing about how the values scatter. */
export function estimate(values: readonly number[]): Estimate {
  const sorted = ascending(values)
  const last = sorted.length - 1
  const rank = Math.max(0, Math.floor((sorted.length - Z * Math.sqrt(sorted.length)) / 2))
  return {
    value: median(values),
    low: sorted[Math.min(rank, last)] ?? Number.NaN,
    high: sorted[Math.max(0, last - rank)] ?? Number.NaN,
  }
}

/** How many times `of` is `against`, round by round: what slows a whole round down falls out. */
export function ratio(of: readonly number[], against: readonly number[]): Estimate {
  return estimate(of.map((value, round) => value / (against[round] ?? Number.NaN)))
}

const RESAMPLES = 2000

/**
 * The same of two medians, for values so near to nothing that the quotient of one round says little:
 * the interval comes from rounds that are drawn again and again (bootstrap).
 */
export function ratioOfMedians(of: readonly number[], against: readonly number[]): Estimate {
  const random = createRandom(of.length)
  const resampled = Array.from({ length: RESAMPLES }, () => {
    const rounds = of.map(() => random(of.length))
    const draw = (values: readonly number[]) => rounds.map((round) => values[round] ?? Number.NaN)
    return median(draw(of)) / median(draw(against))
  })
  const sorted = ascending(resampled)
  return {
    value: median(of) / median(against),
    low: sorted[Math.floor(RESAMPLES * 0.025)] ?? Number.NaN,
    high: sorted[Math.floor(RESAMPLES * 0.975)] ?? Number.NaN,
  }
}

function ascending(values: readonly number[]): readonly number[] {
  return [...values].sort((left, right) => left - right)
}
