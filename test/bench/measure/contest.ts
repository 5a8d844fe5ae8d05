// A contest: one shape of input, and who competes on it.

import type { Target } from '../report/result.ts'

/** One contest, by the shape of its input. It runs in processes of its own. */
export interface Contest {
  readonly name: string
  /** The contender that the others are compared with. */
  readonly reference: string
  readonly targets?: readonly Target[]
  begin(): Promise<Field>
}

/** A contest that is set up. */
export interface Field {
  readonly runners: readonly Runner[]
  end(): Promise<void> | void
}

/** A contender and its inputs. */
export interface Runner {
  readonly name: string
  /** Operations of one batch. */
  readonly size: number
  /** Makes the inputs as a parser would make them; not timed. */
  prepare(): void
  /** Runs one batch. */
  batch(): void
}

export interface Contender<Input> {
  readonly name: string
  run(input: Input): unknown
}

/** Who is entered twice, to show the noise. */
const OURS = 'hopwise'
/** The same code under a second name. */
export const AGAIN = 'hopwise again (A/A)'

/** What a contest is set up from. */
export interface Entries<Input> {
  /** The inputs of one batch, made anew, always as many. */
  fresh(): readonly Input[]
  readonly contenders: readonly Contender<Input>[]
  end?(): Promise<void> | void
}

export async function openField<Input>(entries: Entries<Input>): Promise<Field> {
  const { contenders, end = () => {} } = entries
  const again = contenders
    .filter(({ name }) => name === OURS)
    .map((contender) => ({ ...contender, name: AGAIN }))
  const runners = [...contenders, ...again].map((contender) => createRunner(contender, entries))
  return { runners: await Promise.all(runners), end }
}

/** Contenders that have inputs of their own. */
export async function joinFields(fields: readonly Promise<Field>[]): Promise<Field> {
  const all = await Promise.all(fields)
  return {
    runners: all.flatMap(({ runners }) => runners),
    async end() {
      for (const field of all) await field.end()
    },
  }
}

let copies = 0

async function createRunner<Input>(
  { name, run }: Contender<Input>,
  { fresh }: Entries<Input>,
): Promise<Runner> {
  const { loop }: typeof import('./loop.ts') = await import(`./loop.js?copy=${copies++}`)
  const { inputs: count, passes } = sizeBatch((inputs) => loop(run, inputs), fresh())
  let inputs: readonly Input[] = []
  return {
    name,
    size: count * passes,
    prepare() {
      inputs = fresh().slice(0, count)
    },
    batch() {
      for (let pass = 0; pass < passes; pass++) loop(run, inputs)
    },
  }
}

/** Long enough for the clock, and short enough for many rounds. */
const BATCH_MILLIS = 2
/** The slowest answer some of each kind. */
const LEAST_INPUTS = 4
const MOST_PASSES = 64
const TRIALS = 5
/** What has not been optimised yet would get too small a batch. */
const WARM_UP_MILLIS = 30

/** How many inputs, how often: all inputs if time allows, and then again. */
function sizeBatch<Input>(
  runAll: (inputs: readonly Input[]) => void,
  inputs: readonly Input[],
): { readonly inputs: number; readonly passes: number } {
  let count = Math.min(LEAST_INPUTS, inputs.length)
  const start = performance.now()
  while (performance.now() - start < WARM_UP_MILLIS) timeOf(runAll, inputs, count)
  for (;;) {
    const millis = Math.min(...Array.from({ length: TRIALS }, () => timeOf(runAll, inputs, count)))
    if (count === inputs.length || millis > BATCH_MILLIS / 2) {
      return { inputs: count, passes: clamp(Math.floor(BATCH_MILLIS / millis), 1, MOST_PASSES) }
    }
    count = Math.min(inputs.length, count * 2)
  }
}

function timeOf<Input>(
  runAll: (inputs: readonly Input[]) => void,
  inputs: readonly Input[],
  count: number,
): number {
  const some = inputs.slice(0, count)
  const start = performance.now()
  runAll(some)
  return performance.now() - start
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
