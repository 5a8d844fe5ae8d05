// The words of a warning: what was seen, and what to do. Nothing that a client wrote is in them.

import type { ConfigurationProblem, WarningCode } from '../../types/warning.ts'
import { problemCodes } from '../errors.ts'

/** What a message may speak of. */
export interface About {
  /** How the peer is called: its address, `unix:` or `unknown`. */
  readonly peer?: string | undefined
  readonly header?: string | undefined
  readonly instead?: string | undefined
  readonly address?: string | undefined
  readonly hops?: number
  readonly networks?: readonly string[]
}

/** The message of a warning. */
export function formatMessage(code: WarningCode, about: About): string {
  const peer = about.peer === 'unix:' ? UNIX_PEER : about.peer
  if (!isProblem(code)) return messages[code]({ ...about, peer })
  const { header } = about
  return `${field(header)} from ${peer}: ${problemCodes[code].means}. ${remedies[code]}`
}

const UNIX_PEER = 'the peer on the UNIX socket'

/** X-Forwarded-For, X-Real-IP */
function field(header = ''): string {
  return header.replace(/(?:^|-)(?:ip$|[a-z])/g, (letters) => letters.toUpperCase())
}

type OwnCode = Exclude<WarningCode, ConfigurationProblem>

const messages: Readonly<Record<OwnCode, (about: About) => string>> = {
  'unlisted-peer': ({ peer, header }) =>
    peer === UNIX_PEER
      ? `${peer} sent ${field(header)}, and \`unix\` is false: if it is your proxy, take that out; if ` +
        'not, this is a forgery and was ignored'
      : `${peer} sent ${field(header)} and is not listed in forwardedAllowIps: if it is your proxy, list ` +
        'it; if not, this is a forgery and was ignored',
  'unknown-peer': ({ header }) =>
    `a peer without an address sent ${field(header)}, which was ignored: if this server listens on an ` +
    "inherited UNIX socket (systemd), write listener: 'unix'; a client that had left looks the same",
  'unlisted-hop': ({ peer, header, address }) =>
    `in most requests from ${peer}, ${field(header)} goes on behind whoever is taken for the client, the ` +
    `last being ${address}: if that is a proxy of yours or of your CDN, list it in forwardedAllowIps or ` +
    'count it in `hops`; if not, clients forge the header and nothing is wrong',
  'missing-header': ({ peer, header, instead }) =>
    `${peer} is trusted and does not send ${field(header)}, which \`headers\` lists: let the proxy set it` +
    `${instead === undefined ? '' : `, or list ${field(instead)} in its place if the proxy sets that`}; ` +
    'until then a client can write it. If this is no proxy, do not list it',
  'unlisted-header': ({ peer, header }) =>
    `${peer} sends ${field(header)}, which is not listed in \`headers\` and not read, and says something ` +
    'else than what is: if the proxy sets it, list it; if clients write it, let the proxy remove it',
  'extra-values': ({ peer, header }) =>
    `${field(header)} from ${peer} has more values than there are trusted hops: a client, or a proxy that ` +
    'is not listed, wrote the others. Let the outermost proxy replace the header',
  'wide-network': ({ networks = [] }) =>
    `forwardedAllowIps lists ${networks.slice(0, 3).join(', ')}` +
    `${networks.length > 3 ? ` and ${networks.length - 3} like it` : ''}: so wide a network holds ` +
    'clients, too, who can then write any address. List the proxies',
  'shared-network': ({ peer, address }) =>
    `${peer} reports clients that are listed in forwardedAllowIps themselves, the last being ${address}: ` +
    'they can write any address. List the proxies, not the network they share with clients',
  'longer-chain': ({ hops = 0, peer }) =>
    `${hops} hops in a row are trusted in a request from ${peer}, more than ever before: if you added no ` +
    'proxy, a client is in forwardedAllowIps',
}

/** What to do where a trusted hop is to blame for a problem. */
const remedies: Readonly<Record<ConfigurationProblem, string>> = {
  'unknown-client': 'Let the proxy tell the address',
  'bad-client': 'Let the proxy append to the header or replace it, not pass it on',
  'bad-forwarded': 'Let the proxy replace the header, not pass it on',
  'too-many-hops': 'List the proxies alone, or raise `maxHops`',
  'short-chain': 'There are fewer proxies than `hops`, or somebody comes around one',
  'bad-scheme': 'Let the proxy replace the header with its own scheme',
  'scheme-conflict': 'List in `secureSchemeHeaders` only what every proxy sets',
  'bad-port': 'Let the proxy replace the header, or take it out of `headers`',
  'bad-prefix': 'Let the proxy replace the header, or take it out of `headers`',
}

function isProblem(code: WarningCode): code is ConfigurationProblem {
  return Object.hasOwn(remedies, code)
}
