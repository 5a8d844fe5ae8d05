// environ() against what gunicorn 26.1 handed its application: the same variables, but for a table.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { refusalOf } from '../../lib/door/refuse.ts'
import { compileTrust, environ, OptionError, resolveContext } from '../../lib/index.ts'

interface Case {
  readonly name: string
  readonly setup: string
  readonly config: {
    readonly forwarded_allow_ips: string
    readonly secure_scheme_headers?: Readonly<Record<string, string>>
  }
  readonly bind: string
  readonly peer: string
  readonly request: readonly string[]
  readonly status: number
  readonly environ: Readonly<Record<string, string>> | null
}

const file = new URL('../fixtures/gunicorn-environ.json', import.meta.url)
const { cases }: { cases: readonly Case[] } = JSON.parse(readFileSync(file, 'utf8'))

/** Where we differ on purpose: in which variables, and in which cases. Nothing else may differ. */
interface Difference {
  readonly reason: string
  readonly in: (entry: Case) => boolean
  /** Variables; `refused`: with which status, if at all; `starts`: whether the list is taken. */
  readonly keys: readonly string[]
}

const differences: readonly Difference[] = [
  {
    reason: 'the name of a scheme header is read in any case (RFC 9110 5.1)',
    in: ({ setup }) => setup === 'ssh-lowercase-name',
    keys: ['wsgi.url_scheme'],
  },
  {
    reason: 'a name with _ is no variable: it could pass for another with - (SCRIPT_NAME tells it)',
    in: ({ name }) => /^(?:script-name|path-info)/.test(name),
    keys: ['HTTP_SCRIPT_NAME', 'HTTP_PATH_INFO'],
  },
  {
    reason: 'a prefix ends with a segment, and without a slash (PEP 3333)',
    in: ({ name }) => /^script-name-(?:prefix-of-segment|trailing|root|dup)$/.test(name),
    keys: ['SCRIPT_NAME', 'PATH_INFO'],
  },
  {
    reason: 'a SCRIPT_NAME that is no prefix of the path is a problem, not a 500',
    in: ({ name }) => /^script-name-(?:mismatch|middle|noslash|pct-decoded)$/.test(name),
    keys: ['refused'],
  },
  {
    reason: 'a Proxy header would become the HTTP_PROXY of a child process (CVE-2016-5385)',
    in: ({ name }) => name === 'httpoxy',
    keys: ['HTTP_PROXY'],
  },
  {
    reason: 'without a Host a UNIX listener is localhost, not its path',
    in: ({ name, peer }) => name === 'no-host' && peer === '',
    keys: ['SERVER_NAME', 'SERVER_PORT'],
  },
  {
    reason: 'an IPv6 host is not cut at its first colon',
    in: ({ name, peer }) => name === 'host-v6' && peer === '',
    keys: ['SERVER_NAME', 'SERVER_PORT'],
  },
  {
    reason: 'the authority of an absolute-form target replaces Host (RFC 9112 3.2.2)',
    in: ({ name, peer }) => name === 'absolute' && peer === '',
    keys: ['SERVER_NAME'],
  },
  {
    reason: 'an IPv4-mapped peer is its IPv4 address, and trusted as such (RFC 4291 2.5.5.2)',
    in: ({ peer }) => peer.startsWith('::ffff:'),
    keys: ['REMOTE_ADDR', 'SERVER_NAME', 'wsgi.url_scheme', 'refused'],
  },
  {
    reason: 'a list of every address would trust every hop: we say to write *',
    in: ({ config }) => ['0.0.0.0/0', '::/0', '::ffff:0:0/96'].includes(config.forwarded_allow_ips),
    keys: ['starts'],
  },
]

/** The facts of a recorded request, as Node.js would hand them over. */
function factsOf({ request, bind, peer, environ }: Case) {
  const [line = '', ...lines] = request
  const [method = '', url = '', protocol = ''] = line.split(' ')
  const rawHeaders = lines.flatMap((text) => {
    const colon = text.indexOf(':')
    return [text.slice(0, colon), text.slice(colon + 1).trim()]
  })
  const [, localAddress, localPort] = /^\[?(.+?)\]?:(\d+)$/.exec(bind) ?? []
  const both = { method, url, httpVersion: protocol.slice('HTTP/'.length), rawHeaders }
  if (peer === '') return { ...both, unix: true }
  const remotePort = environ === null ? undefined : Number(environ.REMOTE_PORT)
  return { ...both, remoteAddress: peer, remotePort, localAddress, localPort: Number(localPort) }
}

/** Our variables; or what stands in their place where there are none. */
function answer(entry: Case): Readonly<Record<string, string>> {
  const { forwarded_allow_ips, secure_scheme_headers } = entry.config
  const options = { preset: 'gunicorn', secureSchemeHeaders: secure_scheme_headers } as const
  try {
    const trust = compileTrust({ ...options, forwardedAllowIps: forwarded_allow_ips })
    const context = resolveContext(factsOf(entry), trust)
    const refusal = refusalOf(context)
    return refusal === undefined ? environ(context) : { refused: String(refusal.status) }
  } catch (error) {
    if (error instanceof OptionError) return { starts: 'no' }
    throw error
  }
}

/** The variables in which gunicorn and we differ. */
function differing(entry: Case): readonly string[] {
  const ours = answer(entry)
  const theirs: typeof ours = entry.environ ?? { refused: String(entry.status) }
  for (const key of ['starts', 'refused']) if (ours[key] !== theirs[key]) return [key]
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  return [...keys].filter((key) => ours[key] !== theirs[key])
}

const proved = new Map(differences.map((difference) => [difference, new Set<string>()]))

for (const setup of new Set(cases.map((entry) => entry.setup))) {
  t.test(`${setup}: the same variables, or a difference that is listed`, (t) => {
    for (const entry of cases.filter((entry) => entry.setup === setup)) {
      const listed = differences.filter((difference) => difference.in(entry))
      const unlisted = differing(entry).filter((key) => {
        const rows = listed.filter(({ keys }) => keys.includes(key))
        for (const row of rows) proved.get(row)?.add(key)
        return rows.length === 0
      })
      t.same(unlisted, [], `${entry.name}: ${JSON.stringify(answer(entry))}`)
    }
    t.end()
  })
}

for (const [{ reason, keys }, seen] of proved) {
  t.test(`we differ: ${reason}`, (t) => {
    t.same([...seen].sort(), [...keys].sort(), 'in all that is listed')
    t.end()
  })
}
