// The nouns of a result, as they stand in the JSON files.

import type { Estimate } from '../measure/statistics.ts'

/** What is asked of one contender. */
export type Target =
  /** Its time, or what else is measured, as a share of another's. */
  | { readonly of: string; readonly against: string; readonly atMost: number }
  /** What it allocates for each operation. */
  | { readonly of: string; readonly bytesAtMost: number }
  /** What is measured itself. */
  | { readonly of: string; readonly valueAtMost: number }

export interface Verdict {
  readonly target: Target
  /** What it is; the interval where there is one. */
  readonly actual: Estimate
  readonly met: boolean
}

/** What was measured of one contender. */
export interface Row {
  readonly name: string
  /** In the unit of the table. */
  readonly value: Estimate
  /** As a share of the reference. */
  readonly ratio?: Estimate
  readonly bytes?: number
  readonly remark?: string
}

export type Unit = 'ns' | 'bytes'

/** One contest, judged. */
export interface Outcome {
  readonly name: string
  readonly unit: Unit
  readonly reference: string
  readonly rows: readonly Row[]
  readonly verdicts: readonly Verdict[]
}

/** What was measured of one group. */
export interface GroupResults {
  readonly date: string
  readonly machine: string
  /** In few rounds. */
  readonly quick: boolean
  readonly outcomes: readonly Outcome[]
}

/** Everything that one version of Node.js was measured with. */
export interface Results {
  readonly node: string
  readonly v8: string
  readonly packages: Readonly<Record<string, string>>
  readonly groups: Readonly<Record<string, GroupResults>>
}
