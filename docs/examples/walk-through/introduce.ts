// What is printed first: who plays, where they are, and how to read what follows.

import { LOG_FORMAT } from './applications.ts'
import { ATTACKER, LISTENER, PROXY, VISITOR } from './cast.ts'
import { paragraph, printPart, printTitle, table } from './print.ts'
import type { Site } from './site.ts'

/** The format is wider than the page: it is shown in two lines. */
const LOG_BREAK = / (?="%\(m\))/

export function introduce({ proxyName, proxyPort, applicationPort, socketPath }: Site): void {
  printTitle('hopwise: who asked, under which scheme and host, behind a reverse proxy')
  printPart(
    'cast',
    table([
      ['visitor', VISITOR, 'honest'],
      ['attacker', ATTACKER, 'sends forged headers'],
      ['proxy', `${LISTENER}:${proxyPort}`, `${proxyName}, with TLS; connects from ${PROXY}`],
      ['Fastify', `${LISTENER}:${applicationPort}`, `forwardedAllowIps: ['${PROXY}']`],
    ]),
  )
  // The folder for temporary files may have a long name.
  printPart('', [`Express, for /admin, on the UNIX socket ${socketPath}`])
  printPart('log', LOG_FORMAT.split(LOG_BREAK))
  printPart(
    'how',
    paragraph(`
      Each request is shown as it was sent, as it arrived at the application, and as hopwise
      understands it. The hops are the chain as far as it is believed, nearest first; the last is
      the client.`),
  )
}
