// Who plays in the walk-through: every party has an IP address of its own, all on this machine.

import { createServer } from 'node:net'

/** Where the reverse proxy and the Fastify application listen. */
export const LISTENER = '127.0.0.1'
/** From here the reverse proxy opens its connections to the Fastify application. */
export const PROXY = '127.0.0.11'
/** An honest visitor. */
export const VISITOR = '127.0.0.2'
/** Somebody who sends forged headers. */
export const ATTACKER = '127.0.0.3'
/** The site, as visitors type it. */
export const SITE = 'shop.example'

/** The addresses that this machine does not have: Linux has all of 127.0.0.0/8, others only one. */
export async function missingAddresses(): Promise<readonly string[]> {
  const missing: string[] = []
  for (const address of [LISTENER, PROXY, VISITOR, ATTACKER]) {
    if (!(await canListen(address))) missing.push(address)
  }
  return missing
}

function canListen(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host: address, port: 0 }, () => server.close(() => resolve(true)))
  })
}
