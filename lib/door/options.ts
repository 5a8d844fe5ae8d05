// What the doors share: their options, compiled once.

import type { RequestContext } from '../../types/context.ts'
import type { Trust, TrustOptions } from '../../types/trust.ts'
import { type AccessLogger, type AccessLogOption, compileLogger } from '../access-log/logger.ts'
import type { ServerRequest } from '../context/peer.ts'
import { resolveContext } from '../context/resolve.ts'
import { OptionError, show } from '../errors.ts'
import { checkBoolean, checkOptions } from '../options.ts'
import { compileTrust, isTrust, noTrust, trustOptionNames } from '../trust/policy.ts'

/** What a door takes: the trust options, or a compiled `trust`, and its own. */
export interface DoorOptions extends TrustOptions {
  /** What `compileTrust` returned, to share it; then no trust option may stand beside it. */
  readonly trust?: Trust | undefined
  /**
   * `unix`: Node.js does not know the address of this listener (an inherited descriptor, as in systemd
   * socket activation), and it is a UNIX socket.
   */
  readonly listener?: 'unix' | undefined
  /**
   * Default: false. `true`: gunicorn's format on stdout, which names the peer; behind a proxy `'proxied'`
   * names the client. A named format, a gunicorn `access_log_format`, or options.
   */
  readonly accessLog?: AccessLogOption | undefined
  /**
   * Whether the own `req.ip`, `req.protocol` and their kin of Express or Fastify answer from the context, so
   * that every package that reads them agrees with it. Default: false. Others have no such properties.
   */
  readonly getters?: boolean | undefined
}

const ownNames: readonly string[] = ['trust', 'listener', 'accessLog', 'getters']

/** Compiled options of a door. */
export interface Door {
  readonly trust: Trust
  readonly resolve: (request: ServerRequest) => RequestContext
  readonly log: AccessLogger | undefined
  readonly getters: boolean
}

/** Checks and compiles; throws an `OptionError` for the first mistake. */
export function compileDoor(options: DoorOptions | undefined): Door {
  checkOptions(options, [...trustOptionNames, ...ownNames], 'options')
  const { trust, listener, accessLog, getters, ...trustOptions } = options ?? {}
  const compiled = trust === undefined ? compileTrust(trustOptions) : shared(trust, trustOptions)
  const resolveOptions = { listener: checkListener(listener) }
  return {
    trust: compiled,
    resolve: (request) => resolveContext(request, compiled, resolveOptions),
    log: compileLogger(accessLog, clientHeader(compiled)),
    getters: checkBoolean('getters', getters, false),
  }
}

function clientHeader({ policy: { source } }: Trust): string | undefined {
  return source.kind === 'address' ? source.name : undefined
}

function shared(trust: unknown, beside: TrustOptions): Trust {
  if (!isTrust(trust)) {
    throw noTrust(trust, 'Write trust: compileTrust({ ... }), or give the trust options themselves')
  }
  const [other] = Object.entries(beside).find(([, value]) => value !== undefined) ?? []
  if (other !== undefined) {
    throw new OptionError(
      'contradiction',
      `a compiled trust and \`${other}\` were both given`,
      `Give \`${other}\` to compileTrust`,
      { option: other, input: trust },
    )
  }
  return trust
}

function checkListener(listener: unknown): 'unix' | undefined {
  if (listener === undefined || listener === 'unix') return listener
  throw new OptionError(
    'wrong-type',
    `${show(listener)} is no kind of listener`,
    "Write 'unix', or leave it out: TCP listeners are known",
    { option: 'listener', input: listener },
  )
}
