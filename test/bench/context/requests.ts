// Live requests, captured: of node:http or of a framework, with the sockets they came over.

import { once } from 'node:events'
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http'
import { freshList } from '../measure/strings.ts'
import type { Chain } from './chains.ts'

/** Few enough to stay in the caches of the processor, as a request does that has just been read. */
const COUNT = 256
const CONNECTIONS = 16

export type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** What answers requests, and captures what the framework calls a request. */
export type Listen<Request> = (capture: (request: Request) => void) => Listener

export interface Captured<Request> {
  readonly requests: readonly Request[]
  /** The requests, with their header strings made anew. */
  fresh(): readonly Request[]
  end(): Promise<void>
}

/** `messageOf` finds Node's own request in the framework's. */
export async function captureRequests<Request>(
  chain: Pick<Chain, 'listen' | 'headers'>,
  listen: Listen<Request>,
  messageOf: (request: Request) => IncomingMessage,
): Promise<Captured<Request>> {
  const requests: Request[] = []
  const listener = listen((request) => requests.push(request))
  const server = createServer({ keepAliveTimeout: 0 }, listener)
  server.listen(0, chain.listen)
  await once(server, 'listening')
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const sending = Array.from({ length: COUNT }, (_, index) => send(server, agent, chain, index))
  await Promise.all(sending)
  return {
    requests,
    fresh() {
      for (const request of requests) refresh(messageOf(request))
      return requests
    },
    async end() {
      agent.destroy()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function send(
  server: Server,
  agent: Agent,
  chain: Pick<Chain, 'listen' | 'headers'>,
  index: number,
): Promise<void> {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const headers = chain.headers(index)
  const sent = request({ agent, host: chain.listen, port, path: `/cart?item=${index}`, headers })
  sent.end()
  const [response] = await once(sent, 'response')
  response.resume()
  await once(response, 'end')
}

/** Node makes `headers` of `rawHeaders` when it is first asked. */
function refresh(message: IncomingMessage): void {
  message.rawHeaders = freshList(message.rawHeaders)
  Reflect.set(message, 'headers', undefined)
  if (message.headers.host === undefined) throw new Error('the headers were not made anew')
}
