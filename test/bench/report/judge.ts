// From what was measured to rows and verdicts.

import { type Estimate, estimate, ratio } from '../measure/statistics.ts'
import type { Outcome, Row, Target, Unit, Verdict } from './result.ts'

/** What was measured, by contender. */
export interface Measured {
  readonly name: string
  readonly unit: Unit
  readonly reference: string
  readonly targets: readonly Target[]
  /** One value a round. */
  readonly values: Readonly<Record<string, readonly number[]>>
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
      ratio: ratio(own, values[reference] ?? []),
      ...(allocated === undefined ? {} : { bytes: allocated }),
      ...(remark === undefined ? {} : { remark }),
    }
  })
  const verdicts = targets.map((target) => verdictOf(target, measured))
  return { name, unit, reference, rows, verdicts }
}

function verdictOf(target: Target, { values, bytes }: Measured): Verdict {
  const own = values[target.of] ?? []
  if ('against' in target) {
    return verdict(target, ratio(own, values[target.against] ?? []), target.atMost)
  }
  if ('bytesAtMost' in target) {
    return verdict(target, exactly(bytes?.[target.of] ?? Number.NaN), target.bytesAtMost)
  }
  return verdict(target, estimate(own), target.valueAtMost)
}

function verdict(target: Target, actual: Estimate, limit: number): Verdict {
  return { target, actual, met: actual.value <= limit }
}

function exactly(value: number): Estimate {
  return { value, low: value, high: value }
}
