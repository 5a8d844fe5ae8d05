// Rounds of processes: in each, every contender has one process of its own, in a random order.

import { shuffled } from './rounds.ts'

/** What each contender said, one answer a round. */
export type Answers<Answer> = Readonly<Record<string, readonly Answer[]>>

export async function processRounds<Answer>(
  rounds: number,
  names: readonly string[],
  ask: (name: string) => Promise<Answer>,
): Promise<Answers<Answer>> {
  const answers: Record<string, Answer[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(names)) answers[name]?.push(await ask(name))
  }
  return answers
}

/** One number of each answer. */
export function pick<Answer>(
  answers: Answers<Answer>,
  read: (answer: Answer) => number,
): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(Object.entries(answers).map(([name, all]) => [name, all.map(read)]))
}
