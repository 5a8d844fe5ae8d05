// The loop around what is timed. Each contender imports a copy of its own, so that the optimiser sees
// one function at this call, as it would in an application.

/** Where results go, so that none is optimised away. */
const kept: unknown[] = new Array(16).fill(undefined)

export function loop<Input>(run: (input: Input) => unknown, inputs: readonly Input[]): unknown {
  for (let index = 0; index < inputs.length; index++) {
    const input = inputs[index]
    if (input !== undefined) kept[index & 15] = run(input)
  }
  return kept
}
