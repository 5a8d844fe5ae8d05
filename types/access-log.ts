// One request as the access log sees it, and how a line is asked for.

import type { RequestContext } from './context.ts'

/** Node's flat list (name, value, name, value), or an object; a list of values is repeated lines. */
export type HeaderFields =
  | readonly string[]
  | Readonly<Record<string, string | number | readonly string[] | undefined>>

/** The value of a `%({name}e)s` variable; null prints Python's `None`. */
export type Variable = string | number | boolean | null

/** How a request ended. */
export type Outcome =
  /** The response was handed to the operating system whole. */
  | 'complete'
  /** The connection closed first. */
  | 'aborted'
  /** The response failed in this process. */
  | 'error'

/** Everything a line can be made of, as plain data: the formatter needs no server. */
export interface AccessRecord {
  /** RFC 3875 REMOTE_ADDR: the peer, and '' on a UNIX socket. */
  readonly remoteAddr: string
  readonly method: string
  /** The request target as received. */
  readonly target: string
  /** 'HTTP/1.1' */
  readonly protocol: string
  readonly requestHeaders: HeaderFields
  /** What the application set. */
  readonly responseHeaders?: HeaderFields | undefined
  /** The status code, or the text to print. */
  readonly status: number | string
  /** Bytes of the response body. */
  readonly bytes: number
  /** When the line is written; out of JSON as ISO 8601 text, or milliseconds since 1970. */
  readonly time: Date | string | number
  /** From the start of the request to the end of the response, in microseconds. */
  readonly durationMicros: number
  /** From the start of the request to the first byte of the response, but for headers that went alone before. */
  readonly firstByteMicros?: number | undefined
  /** Default: this process. */
  readonly pid?: number | undefined
  /** More `%({name}e)s` variables; they win over those of the request. */
  readonly environ?: Readonly<Record<string, Variable>> | undefined
  /** The decoded path; default: from `target`. */
  readonly path?: string | undefined
  /** The query without `?`; default: from `target`. */
  readonly query?: string | undefined
  /** The user; default: from the Authorization header. */
  readonly user?: string | undefined
  /** Wins over the `timezone` of the format. */
  readonly timezone?: string | undefined
  /** For the `%({field}x)s` atoms. */
  readonly context?: RequestContext | undefined
  readonly outcome?: Outcome | undefined
}

/** What is printed as `REDACTED`: besides user and password in every URL, headers and parameters. */
export interface RedactOptions {
  /** More headers, of requests and responses; Authorization, Proxy-Authorization, Cookie and Set-Cookie are. */
  readonly headers?: readonly string[] | undefined
  /** The parameters of URLs, by name in any case. */
  readonly query?: readonly string[] | undefined
  /** Which of those four headers are printed after all. */
  readonly keep?: readonly string[] | undefined
}

/** How much of an address is printed. */
export interface MaskOptions {
  /** Leading bits that stay of an IPv4 address. Default: 24. */
  readonly ipv4?: number | undefined
  /** The same of IPv6. Default: 48. */
  readonly ipv6?: number | undefined
  /** Headers that hold addresses besides X-Forwarded-For, Forwarded and those that `compileTrust` knows. */
  readonly headers?: readonly string[] | undefined
}

/** How lines are made. */
export interface FormatOptions {
  /**
   * `safe` (default): what a client sent stays inside its column. `exact`: byte for byte what gunicorn
   * writes, so that a client can forge lines and columns; only for comparing two servers.
   */
  readonly escape?: 'safe' | 'exact' | undefined
  /** `local` (default), `UTC`, or an IANA zone such as `Europe/Zurich`. */
  readonly timezone?: string | undefined
  /** Request headers that `json` and `logfmt` print besides: they may hold credentials. */
  readonly requestHeaders?: readonly string[] | undefined
  /** Response headers that `json` and `logfmt` print besides their fields. */
  readonly responseHeaders?: readonly string[] | undefined
  /** What is not printed besides the default; `false` prints all. With `escape: 'exact'` default is `false`. */
  readonly redact?: RedactOptions | false | undefined
  /** Whether every address is cut short: `true` is /24 of IPv4 and /48 of IPv6. Default: false. */
  readonly maskAddress?: MaskOptions | boolean | undefined
}

/** A compiled format: a record in, one line out, without a newline at its end. It never throws. */
export type AccessLogFormat = (record: AccessRecord) => string

/** What a line printed: each atom of its format by key, such as `h` or `{x-forwarded-for}i`. */
export type AccessLogLine = Readonly<Record<string, string>>

/** Reads a line without its newline; undefined for a line of another format. It never throws. */
export type AccessLogParser = (line: string) => AccessLogLine | undefined

/** Where lines go. */
export interface LineStream {
  write(text: string): unknown
}

/** Which requests have a line when not all have. */
export interface SampleOptions {
  /** The share of requests without an error and not slow, from 0 to 1: 0.1 is every tenth. */
  readonly ratio: number
  /** From here on a request is slow, and has its line. Default: 1000. */
  readonly slowMillis?: number | undefined
}

/** The access log of a door. */
export interface AccessLogOptions extends FormatOptions {
  /** A named format or a gunicorn `access_log_format`. Default: `gunicorn`. */
  readonly format?: string | undefined
  /**
   * Default: stdout, as `toStream(process.stdout)` of `hopwise/destinations` writes to it: a reader that
   * leaves does not end the process, and one that sleeps does not fill its memory.
   */
  readonly stream?: LineStream | undefined
  /** Leaves out the line where it returns `true`; if it throws the line is written. */
  readonly skip?: ((record: AccessRecord) => boolean) | undefined
  /** Default: every request. Errors (a status from 400 on, an outcome but `complete`) always have their line. */
  readonly sample?: SampleOptions | undefined
}
