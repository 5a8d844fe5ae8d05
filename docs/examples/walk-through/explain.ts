// One request, told from end to end: what was sent, what arrived, what it means, and why.

import type { Hop, RequestContext } from 'hopwise'
import { trust } from './applications.ts'
import { PROXY } from './cast.ts'
import type { Entry } from './journal.ts'
import { paint, paragraph, printPart, printTitle, table } from './print.ts'
import type { Answer } from './requests.ts'
import type { Scene } from './scenes.ts'

/** Prints everything about one request. */
export function explain(number: number, scene: Scene, entry: Entry, answer: Answer): void {
  const { at, context, request, line } = entry
  printTitle(`${number}. ${scene.title}`)
  printPart('sent', sent(scene))
  printPart('arrived', [`at ${at}, ${connection(context)}`, ...headers(request.rawHeaders)])
  printPart('hops', hops(context))
  printPart('context', facts(context))
  printPart('url', [context.url().href])
  printPart('problems', problems(context))
  printPart('answer', [answered(answer)])
  printPart('log', [line])
  printPart('so', paragraph(scene.lesson))
}

function sent({ path, from, to, headers }: Scene): readonly string[] {
  const way = to === 'proxy' ? 'over TLS to the proxy' : 'over plain HTTP to the application'
  return [
    `GET ${path}`,
    `from ${from}, ${way}`,
    ...table(Object.entries(headers).map(([name, value]) => [`  ${name}`, value])),
  ]
}

function connection({ peer }: RequestContext): string {
  if (peer.address === '') return 'over the UNIX socket'
  return `over TCP from ${peer.address}, ${peer.address === PROXY ? 'the proxy' : 'not the proxy'}`
}

/** What is said about client, scheme and host; headers that hopwise may not read are marked. */
function headers(rawHeaders: readonly string[]): readonly string[] {
  const rows: string[][] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2)
    const key = name.toLowerCase()
    if (key !== 'host' && !key.startsWith('x-forwarded-')) continue
    const read = trust.policy.headerNames.includes(key)
    rows.push([`  ${name}`, value, read ? '' : paint('dim', '(not in `headers`: not read)')])
  }
  return table(rows)
}

/** The chain as far as it is believed, nearest hop first, and why it goes on or ends. */
function hops(context: RequestContext): readonly string[] {
  return table(
    context.hops.map((hop, index) => [
      hop.node === 'unix:' ? 'UNIX socket' : hop.node,
      hop.trusted ? paint('green', 'trusted') : paint('yellow', 'not trusted'),
      reason(hop, index),
    ]),
  )
}

function reason({ node, trusted }: Hop, index: number): string {
  if (trusted)
    return node === 'unix:' ? 'the rights of the file say who is there' : 'in forwardedAllowIps'
  if (index === 0) return 'not in forwardedAllowIps: it is the client, and not believed'
  return 'not in forwardedAllowIps: it is the client'
}

function facts(context: RequestContext): readonly string[] {
  const { client, scheme, host, origin, trusted } = context
  const hostRefused = context.problems.some(({ code }) => code === 'bad-host')
  return table([
    ['client', paint('bold', client.address)],
    ['scheme', scheme, trusted > 0 ? 'from X-Forwarded-Proto' : 'of the connection itself'],
    ['host', host, hostRefused ? 'the listener, since Host is malformed' : 'from Host'],
    ['origin', origin],
  ])
}

/** The value of a problem is raw, as the client sent it: it is quoted before it is shown. */
function problems({ problems: found }: RequestContext): readonly string[] {
  if (found.length === 0) return ['none']
  return found.map(
    ({ code, header, value }) => `${paint('red', code)}  in ${header}: ${JSON.stringify(value)}`,
  )
}

function answered({ status, body }: Answer): string {
  return status.startsWith('200') ? status : `${paint('red', status)}, with the body "${body}"`
}
