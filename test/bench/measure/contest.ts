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
  /** For the very slow: how many of the inputs it gets, and how often. Default: as all others. */
  readonly inputs?: number
  readonly passes?: number
}

/** Who is entered twice, to show the noise. */
const OURS = 'hopwise'
/** The same code under a second name. */
export const AGAIN = 'hopwise again (A/A)'

/** What a contest is set up from. */
export interface Entries<Input> {
  /** The inputs of one batch, made anew, always as many. */
  fresh(): readonly Input[]
  /** How often a batch goes through its inputs. Default: once. */
  readonly passes?: number
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
  contender: Contender<Input>,
  { fresh, passes: usual = 1 }: Entries<Input>,
): Promise<Runner> {
  const { name, run, inputs: most, passes = usual } = contender
  const { loop }: typeof import('./loop.ts') = await import(`./loop.js?copy=${copies++}`)
  let inputs = fresh().slice(0, most)
  return {
    name,
    size: inputs.length * passes,
    prepare() {
      inputs = fresh().slice(0, most)
    },
    batch() {
      for (let pass = 0; pass < passes; pass++) loop(run, inputs)
    },
  }
}
