// The lists of networks that providers publish: how one is named, and what following them tells.

/** A list of a provider who publishes nothing but proxies. */
export interface ProxyList {
  /** The file: `ips-v4` or `ips-v6` of Cloudflare, or its JSON; `public-ip-list` of Fastly. */
  readonly path: string
  readonly provider: 'cloudflare' | 'fastly'
}

/** `ip-ranges.json` of AWS. */
export interface AwsList {
  readonly path: string
  readonly provider: 'aws'
  /** `CLOUDFRONT_ORIGIN_FACING` is what connects to an application, `CLOUDFRONT` also what browsers connect to. */
  readonly service: 'CLOUDFRONT_ORIGIN_FACING' | 'CLOUDFRONT'
  /** Such as `eu-west-1` or `GLOBAL`. Default: all. */
  readonly region?: string | undefined
}

/** The service tags of Azure, as JSON. */
export interface AzureList {
  readonly path: string
  readonly provider: 'azure'
  readonly service: 'AzureFrontDoor.Backend'
}

/** One network or address a line, `#` begins a comment. */
export interface TextList {
  readonly path: string
  readonly provider: 'text'
  /** Whether private networks may stand in it (RFC 1918, RFC 4193, RFC 6598). Default: false. */
  readonly private?: boolean | undefined
}

/** A list in a file, and whose it is. */
export type NetworkList = ProxyList | AwsList | AzureList | TextList

/** Whoever believes a list that can change: what `compileTrust` returns. */
export interface UpdatableTrust {
  /** Believes these and nobody else; a mistake throws and changes nothing. */
  update(forwardedAllowIps: readonly string[]): void
}

/** Why a list was not taken: `code` is one of docs/errors.md, the message names the file. */
export interface NetworksError extends Error {
  readonly code: string
}

/** What is believed from now on, as text; `extra` is not counted. */
export interface NetworksChange {
  readonly networks: readonly string[]
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

export interface FollowOptions {
  /** Believed beside the lists, as in `forwardedAllowIps`: your own proxies. Default: nobody. */
  readonly extra?: string | readonly string[] | undefined
  /** How often the files are looked at, 10 to 3,600,000. Default: 5000. */
  readonly checkEveryMillis?: number | undefined
  /** Hears of each change that has come into force. */
  readonly onChange?: ((change: NetworksChange) => void) | undefined
  /** Hears of each kind of trouble with a list at most once a minute. Default: `process.emitWarning`. */
  readonly onError?: ((error: NetworksError) => void) | undefined
}

/** How a list stands. */
export interface ListStatus {
  readonly path: string
  /** How many networks of it are believed. */
  readonly networks: number
  /** When it was last read and found good. */
  readonly readAt: Date
  /** How long ago the file that is believed was written. */
  readonly ageSeconds: number
  /** Why the file that lies there now is not believed, if so. */
  readonly error?: NetworksError | undefined
}

/** Lists that are followed. */
export interface FollowedNetworks {
  /** In the order of the lists. */
  status(): readonly ListStatus[]
  /** Looks no more; what is believed stays believed. */
  close(): void
}
