// Where a server listens, and how it stops.

/** Anything that is closed in the end: a destination of the log, a pool of connections, a framework. */
export interface Closable {
  close(): unknown
}

export interface ListenOptions {
  /** Of the file of a UNIX socket: who may write to it may connect. Default: 0o600, with `group` 0o660. */
  readonly mode?: number | undefined
  /** The group of that file, by its name or its number. Default: the group of the process. */
  readonly group?: string | number | undefined
  /** How long requests have to end before their connections are cut. Default: 8,000. */
  readonly stopWithinMillis?: number | undefined
  /** Whether SIGTERM and SIGINT stop the server, and then the process. Default: true. */
  readonly signals?: boolean | undefined
  /** Called when the stop begins: here WebSockets and endless responses are told to end. */
  readonly onStop?: (() => unknown) | undefined
  /** Closed one after the other when the last request has ended. */
  readonly closeAfter?: readonly Closable[] | undefined
}

/** A server that listens. */
export interface Listening {
  /** Where, in the order of the binds: `http://127.0.0.1:8000`, `unix:/run/shop/shop.sock`, `fd://3`. */
  readonly addresses: readonly string[]
  /** Ends what a signal would end, but not the process. It never rejects; a second call waits for the first. */
  stop(): Promise<void>
}

/** One place to listen on, as it was asked for. */
export type Bind =
  | { readonly kind: 'tcp'; readonly text: string; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly text: string; readonly path: string }
  | { readonly kind: 'fd'; readonly text: string; readonly fd: number }
  /** Sockets that systemd passed: all, or those of one name. */
  | { readonly kind: 'systemd'; readonly text: string; readonly name: string | undefined }
