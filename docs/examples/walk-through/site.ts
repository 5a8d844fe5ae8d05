// The whole site: two applications and the reverse proxy in front of them.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startExpress, startFastify } from './applications.ts'
import { makeCertificate } from './certificate.ts'
import type { Journal } from './journal.ts'
import { startNginx } from './nginx.ts'
import { startProxy } from './proxy.ts'
import { close, portOf } from './server.ts'

/** Where everything can be reached. */
export interface Site {
  readonly proxyName: string
  readonly proxyPort: number
  readonly applicationPort: number
  readonly socketPath: string
  /** The certificate of the proxy, PEM. */
  readonly certificate: string
}

/** Something to be done at the end; the last opened is closed first. */
export type Closer = () => Promise<void> | void

/** Opens the site. Each part that is open has its closer in the list, should the next one fail. */
export async function openSite(
  journal: Journal,
  nginx: string | undefined,
  closers: Closer[],
): Promise<Site> {
  // Only its owner may enter this folder, so only its owner can reach the socket in it.
  const folder = mkdtempSync(join(tmpdir(), 'hopwise-'))
  closers.unshift(() => rmSync(folder, { recursive: true }))
  const socketPath = join(folder, 'express.sock')

  const fastify = await startFastify(journal)
  closers.unshift(() => close(fastify))
  const express = await startExpress(journal, socketPath)
  closers.unshift(() => close(express))

  const certificate = await makeCertificate()
  const applicationPort = portOf(fastify)
  const plan = { applicationPort, socketPath, certificate }
  const proxy = await (nginx === undefined ? startProxy(plan) : startNginx(nginx, plan))
  closers.unshift(proxy.close)

  return {
    proxyName: proxy.name,
    proxyPort: proxy.port,
    applicationPort,
    socketPath,
    certificate: certificate.cert,
  }
}
