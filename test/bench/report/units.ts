// Numbers as they are read: three digits and a unit.

import type { Estimate } from '../measure/statistics.ts'
import type { Unit } from './result.ts'

const steps: Readonly<Record<Unit, readonly (readonly [number, string])[]>> = {
  ns: [
    [1, 'ns'],
    [1e3, 'µs'],
    [1e6, 'ms'],
    [1e9, 's'],
  ],
  bytes: [
    [1, 'B'],
    [1024, 'KiB'],
    [1024 ** 2, 'MiB'],
  ],
}

/** 1234 ns as '1.23 µs'. */
export function formatValue(value: number, unit: Unit): string {
  // JSON has no word for what is no number.
  if (!Number.isFinite(value)) return '-'
  const known = steps[unit]
  const step = known.findLast(([size]) => Math.abs(value) >= size) ?? known[0] ?? [1, unit]
  return `${formatNumber(value / step[0])} ${step[1]}`
}

/** Three significant digits. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '-'
  const digits = value === 0 ? 1 : Math.floor(Math.log10(Math.abs(value))) + 1
  return value.toFixed(Math.min(4, Math.max(0, 3 - digits)))
}

/** '0.123 [0.120-0.126]' */
export function formatEstimate({ value, low, high }: Estimate): string {
  if (!Number.isFinite(value)) return '-'
  return low === high
    ? formatNumber(value)
    : `${formatNumber(value)} [${formatNumber(low)}-${formatNumber(high)}]`
}
