// The door `hopwise/listen`: where a server listens, and how it stops.

export type { Closable, Listening, ListenOptions } from '../types/listen.ts'
export { type ListenCode, ListenError } from './listen/error.ts'
export { listen } from './listen/listen.ts'
