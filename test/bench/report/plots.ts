// The plots of the page: what is drawn, and from which outcomes.

import { drawn, hostileName, lengths } from '../hostile/headers.ts'
import { networksName, sizes } from '../trust-list/networks.ts'
import { type Plot, plotSvg, type Series } from './plot.ts'
import type { Results } from './result.ts'
import { formatValue } from './units.ts'

export interface PlotFile {
  /** In docs/performance. */
  readonly file: string
  readonly group: string
  readonly title: string
  readonly svg: string
}

/** What is drawn of one group: a line for each contender, a point for each outcome. */
interface Drawing {
  readonly file: string
  readonly group: string
  readonly title: string
  readonly xLabel: string
  readonly xs: readonly number[]
  readonly outcomeName: (x: number) => string
  readonly contenders: readonly string[]
  readonly formatX: (x: number) => string
}

const members = ['hopwise', 'net.BlockList', 'proxy-addr', 'is-in-subnet', 'ip-set', 'netparser']

const drawings: readonly Drawing[] = [
  ...([4, 6] as const).map((version) => ({
    file: `trust-list-ipv${version}.svg`,
    group: 'trust list',
    title: `Is this IPv${version} address in the list?`,
    xLabel: 'networks in the list',
    xs: sizes,
    outcomeName: (size: number) => `IPv${version}, ${networksName(size)}`,
    contenders: members,
    formatX: (size: number) => size.toLocaleString('en'),
  })),
  {
    file: 'header-length.svg',
    group: 'hostile header',
    title: `Who is the client? X-Forwarded-For of ${drawn}`,
    xLabel: 'length of the header, bytes',
    xs: lengths,
    outcomeName: (length) => hostileName('X-Forwarded-For', drawn, length),
    contenders: ['hopwise', 'proxy-addr'],
    formatX: (length) => length.toLocaleString('en'),
  },
]

/** The plots of one Node.js: those of which there are two points at least. */
export function plotsOf({ groups }: Results): readonly PlotFile[] {
  return drawings.flatMap((drawing) => {
    const { file, group, title } = drawing
    const series = seriesOf(drawing, groups[group]?.outcomes ?? [])
    return series.length === 0 ? [] : [{ file, group, title, svg: draw(drawing, series) }]
  })
}

type Outcomes = Results['groups'][string]['outcomes']

function seriesOf({ contenders, xs, outcomeName }: Drawing, outcomes: Outcomes): readonly Series[] {
  const valueAt = (x: number, contender: string) =>
    outcomes
      .find(({ name }) => name === outcomeName(x))
      ?.rows.find(({ name }) => name === contender)?.value.value
  return contenders.flatMap((name) => {
    const points = xs.flatMap((x) => {
      const value = valueAt(x, name)
      return value === undefined ? [] : [[x, value] as const]
    })
    return points.length < 2 ? [] : [{ name, points }]
  })
}

function draw({ title, xLabel, formatX }: Drawing, series: readonly Series[]): string {
  const plot: Plot = {
    title,
    xLabel,
    formatX,
    formatY: (nanos) => formatValue(nanos, 'ns').replace('.00', '').replace('.0', ''),
    series,
  }
  return plotSvg(plot)
}
