// How the requests of the walk-through are sent.

import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { LISTENER, SITE } from './cast.ts'
import type { Scene } from './scenes.ts'
import type { Site } from './site.ts'

/** What came back. */
export interface Answer {
  readonly status: string
  readonly body: string
}

const PATIENCE_MS = 5000

/** Sends a request from the address of its sender. */
export async function send({ from, to, path, headers }: Scene, site: Site): Promise<Answer> {
  const options: RequestOptions = {
    host: LISTENER,
    localAddress: from,
    path,
    headers,
    agent: false,
    signal: AbortSignal.timeout(PATIENCE_MS),
  }
  const tls = { port: site.proxyPort, ca: site.certificate, servername: SITE }
  const request =
    to === 'proxy'
      ? httpsRequest({ ...options, ...tls })
      : httpRequest({ ...options, port: site.applicationPort })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject).end()
  })
  return {
    status: `${response.statusCode} ${response.statusMessage}`,
    body: (await text(response)).trim(),
  }
}
