// What to try by hand while the site stays up.

import { ATTACKER, LISTENER, VISITOR } from './cast.ts'
import { print, printPart, printTitle } from './print.ts'
import type { Site } from './site.ts'

/** Prints where everything is, and commands to copy. */
export function printCommands({ proxyPort, applicationPort, socketPath }: Site): void {
  const proxy = `https://${LISTENER}:${proxyPort}`
  const application = `http://${LISTENER}:${applicationPort}`
  printTitle('The site stays up. Try it: each answer is the context of your request')
  printPart('proxy', [`${proxy}/  to Fastify`, `${proxy}/admin/  to Express`])
  printPart('Fastify', [`${application}/`])
  printPart('Express', [socketPath])
  print('')
  command('through the proxy', `curl -k '${proxy}/cart?item=1'`)
  command('from another address', `curl -k --interface ${VISITOR} ${proxy}/cart`)
  command(
    'with a forged header',
    `curl -k --interface ${ATTACKER} -H 'X-Forwarded-For: 198.51.100.66' ${proxy}/cart`,
  )
  command(
    'around the proxy',
    `curl --interface ${ATTACKER} -H 'X-Forwarded-For: 198.51.100.66' ${application}/cart`,
  )
  command('with a host that is not yours', `curl -k -H 'Host: evil.example' ${proxy}/cart`)
  command('over the UNIX socket, through the proxy', `curl -k ${proxy}/admin/orders`)
  command(
    'over the UNIX socket as a proxy would: who can open it is believed',
    `curl --unix-socket ${socketPath} \\`,
    "     -H 'X-Forwarded-For: 198.51.100.66' http://localhost/admin/orders",
  )
  print('', 'Access log lines appear below. Press Ctrl-C to stop.', '')
}

function command(what: string, ...lines: readonly string[]): void {
  print(`  # ${what}`, ...lines.map((line) => `  ${line}`))
}
