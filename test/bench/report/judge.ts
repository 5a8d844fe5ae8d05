// From what was measured to rows and verdicts.

import { type Estimate, estimate, ratio, ratioOfMedians } from '../measure/statistics.ts'
import type { Outcome, Row, Target, Unit, Verdict } from './result.ts'

/** What was measured, by contender. */
export interface Measured {
  readonly name: string
  readonly unit: Unit
  readonly reference: string
  readonly targets: readonly Target[]
  /** One value a round. */
  readonly values: Readonly<Record<string, readonly number[]>>
  /** The values are differences, and may be near nothing or below it. */
  readonly differences?: boolean
  readonly bytes?: Readonly<Record<string, number>>
  readonly remarks?: Readonly<Record<string, string>>
}

export function judge(measured: Measured): Outcome {
  const { name, unit, reference, targets, values, bytes, remarks } = measured
  const rows = Object.keys(values).map((contender): Row => {
    const own = values[contender] ?? []
    const allocated = bytes?.[contender]
    const remark = remarks?.[contender]
    return {
      name: contender,
      value: estimate(own),
      ratio: compare(measured, contender, reference),
      ...(allocated === undefined ? {} : { bytes: allocated }),
      ...(remark === undefined ? {} : { remark }),
    }
  })
  const verdicts = targets.map((target) => verdictOf(target, measured))
  return { name, unit, reference, rows, verdicts }
}

function verdictOf(target: Target, measured: Measured): Verdict {
  const { values, bytes } = measured
  if ('against' in target) {
    return verdict(target, compare(measured, target.of, target.against), target.atMost)
  }
  if ('bytesAtMost' in target) {
    return verdict(target, exactly(bytes?.[target.of] ?? Number.NaN), target.bytesAtMost)
  }
  return verdict(target, estimate(values[target.of] ?? []), target.valueAtMost)
}

function compare({ values, differences }: Measured, of: string, against: string): Estimate {
  const compareRounds = differences === true ? ratioOfMedians : ratio
  return compareRounds(values[of] ?? [], values[against] ?? [])
}

function verdict(target: Target, actual: Estimate, limit: number): Verdict {
  return { target, actual, met: actual.value <= limit }
}

function exactly(value: number): Estimate {
  return { value, low: value, high: value }
}
