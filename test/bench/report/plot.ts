// A plot with two logarithmic axes, as SVG. Each line has its name at its right end.

export interface Series {
  readonly name: string
  /** Sorted by x. */
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface Plot {
  readonly title: string
  readonly xLabel: string
  readonly formatX: (value: number) => string
  readonly formatY: (value: number) => string
  readonly series: readonly Series[]
}

const WIDTH = 760
const HEIGHT = 420
const LEFT = 70
const RIGHT = 150
const TOP = 40
const BOTTOM = 50
/** Between two names that would stand on one another. */
const LINE_HEIGHT = 15

/** Told apart by those who see colours differently too (Okabe and Ito). */
const colours = ['#d55e00', '#0072b2', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#555555']

export function plotSvg({ title, xLabel, formatX, formatY, series }: Plot): string {
  const points = series.flatMap(({ points }) => points)
  const x = scale(
    points.map(([value]) => value),
    LEFT,
    WIDTH - RIGHT,
  )
  const y = scale(
    points.map(([, value]) => value),
    HEIGHT - BOTTOM,
    TOP,
  )
  const parts = [
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(LEFT, 22, title, 'font-weight="bold"'),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, xLabel, 'text-anchor="middle"'),
    ...x.ticks.flatMap((tick) => [
      line(x.at(tick), TOP, x.at(tick), HEIGHT - BOTTOM),
      text(x.at(tick), HEIGHT - BOTTOM + 18, formatX(tick), 'text-anchor="middle"'),
    ]),
    ...y.ticks.flatMap((tick) => [
      line(LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick)),
      text(LEFT - 8, y.at(tick) + 4, formatY(tick), 'text-anchor="end"'),
    ]),
    ...series.map(({ points }, index) => {
      const path = points.map(([a, b]) => `${round(x.at(a))},${round(y.at(b))}`).join(' ')
      return `<polyline points="${path}" fill="none" stroke="${colourOf(index)}" stroke-width="${index === 0 ? 3 : 1.5}"/>`
    }),
    ...nameLines(series, y.at).map(({ index, name, height }) =>
      text(WIDTH - RIGHT + 8, height + 4, name, `fill="${colourOf(index)}"`),
    ),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">\n${parts.join('\n')}\n</svg>\n`
}

interface Scale {
  readonly ticks: readonly number[]
  at(value: number): number
}

/** From the power of ten below all values to the one above them. */
function scale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))))
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
    at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
  }
}

/** Where the names stand: beside the last point, and not on one another. */
function nameLines(series: readonly Series[], at: (value: number) => number) {
  const lines = series
    .map(({ name, points }, index) => ({ index, name, height: at(points.at(-1)?.[1] ?? 1) }))
    .sort((upper, lower) => upper.height - lower.height)
  let above = Number.NEGATIVE_INFINITY
  return lines.map((line) => {
    above = Math.max(line.height, above + LINE_HEIGHT)
    return { ...line, height: above }
  })
}

function colourOf(index: number): string {
  return colours[index % colours.length] ?? '#000'
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="#ddd"/>`
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${content}</text>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
