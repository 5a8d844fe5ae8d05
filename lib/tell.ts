// Functions of the application that are only told something: what they throw, or reject, breaks nothing.

/** Calls a listener; `failed` is called once if it throws, or returns a promise that is rejected. */
export function tellSafely<Told>(
  listener: (told: Told) => unknown,
  told: Told,
  failed: (error: unknown) => void,
): void {
  try {
    Promise.resolve(listener(told)).catch(failed)
  } catch (error) {
    failed(error)
  }
}
