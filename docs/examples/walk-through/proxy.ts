// The reverse proxy, in this process: TLS outside, plain HTTP inside. nginx.ts has a real one.

import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import { createProxyServer } from 'http-proxy-3'
import { LISTENER, PROXY } from './cast.ts'
import type { Certificate } from './certificate.ts'
import { close, listen, portOf } from './server.ts'

/** What stands behind the proxy, and the certificate it shows. */
export interface ProxyPlan {
  /** Where everything goes but /admin. */
  readonly applicationPort: number
  /** Where /admin goes. */
  readonly socketPath: string
  readonly certificate: Certificate
}

/** A reverse proxy that runs. */
export interface ReverseProxy {
  readonly name: string
  readonly port: number
  readonly close: () => Promise<void>
}

/**
 * Removes what a client must not say about itself. With `xfwd`, http-proxy-3 treats headers thus:
 *
 *   X-Forwarded-For    appends the address it saw. Right: hopwise reads from the right.
 *   X-Forwarded-Proto  appends the scheme it saw.
 *   X-Forwarded-Port   appends the port, which it takes from the client's Host.
 *   X-Forwarded-Host   keeps what the client sent, and sets it only where there is none.
 *   all others         passes them on: Forwarded, X-Real-IP, X-Forwarded-Prefix, ...
 *
 * So all but X-Forwarded-For are removed first, and `xfwd` writes them afresh. List only what your
 * proxy sets: had we forgotten X-Forwarded-Host here, an application with that header in `headers`
 * would send its password-reset links wherever an attacker likes.
 */
function removeForged(headers: IncomingHttpHeaders): void {
  for (const name of Object.keys(headers)) {
    const forwarding = /^(x-forwarded-.*|forwarded|x-real-ip)$/.test(name)
    if (forwarding && name !== 'x-forwarded-for') delete headers[name]
  }
}

/** Starts the proxy on a free port. */
export async function startProxy(plan: ProxyPlan): Promise<ReverseProxy> {
  const { applicationPort: port, socketPath, certificate } = plan
  const overTcp = { target: { host: LISTENER, port }, localAddress: PROXY }
  const overUnix = { target: { host: 'localhost', port: 0, socketPath } }

  const proxy = createProxyServer({ xfwd: true })
  proxy.on('error', (_error, _request, response) => {
    if ('writeHead' in response && !response.headersSent) response.writeHead(502)
    response.end()
  })

  const server = createServer(certificate, (request, response) => {
    removeForged(request.headers)
    proxy.web(request, response, request.url?.startsWith('/admin') ? overUnix : overTcp)
  })
  await listen(server, { host: LISTENER, port: 0 })
  return { name: 'http-proxy-3', port: portOf(server), close: () => close(server) }
}
