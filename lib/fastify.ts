// The door "hopwise/fastify": a plugin for Fastify 5.

import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { RequestContext } from '../types/context.ts'
import { contextOf } from './door/found.ts'
import { compileDoor, type Door, type DoorOptions } from './door/options.ts'
import { REFUSAL_TYPE, refusalOf } from './door/refuse.ts'
import { OptionError } from './errors.ts'

export type { RequestContext } from '../types/context.ts'
export type { DoorOptions } from './door/options.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asked, under which scheme and host. Not in `frameworkErrors`, which comes before all plugins. */
    forwarded: RequestContext
  }
}

/**
 * The plugin. Register it first: hooks of plugins registered before it see no context. It is not
 * encapsulated: every route of the instance it is registered on, and below, has `request.forwarded`.
 * A wrong option rejects `app.register()` with an `OptionError`.
 */
const hopwise: FastifyPluginAsync<DoorOptions> = fastifyPlugin(register, {
  name: 'hopwise',
  fastify: '5.x',
})
export default hopwise

/** Asynchronous, since avvio turns only a rejection into an error of `register()`. */
async function register(app: FastifyInstance, options: DoorOptions): Promise<void> {
  const door = compileDoor(withoutRegisterOptions(options))
  app.decorateRequest('forwarded')
  if (door.getters) replaceGetters(app, door)
  app.addHook('onRequest', function hopwiseOnRequest(request, reply, next) {
    const context = resolveOnce(request, door)
    door.log?.watch(context, reply.raw)
    const refusal = refusalOf(context)
    if (refusal === undefined) next()
    else reply.code(refusal.status).type(REFUSAL_TYPE).send(refusal.body)
  })
}

/** The context of a request: what `observe` found, or resolved on the first question. */
function resolveOnce(request: FastifyRequest, door: Door): RequestContext {
  request.forwarded ??= contextOf(request.raw, door)
  return request.forwarded
}

/** What Fastify's own getters answer; `hostname` it derives from `host`. */
const getters: Readonly<Record<string, (context: RequestContext) => unknown>> = {
  ip: ({ client }) => client.address,
  /** Fastify has the peer first. */
  ips: ({ hops }) => hops.map(({ address }) => address),
  protocol: ({ scheme }) => scheme,
  host: ({ host }) => host,
  port: ({ port }) => port,
}

function replaceGetters(app: FastifyInstance, door: Door): void {
  for (const [name, answer] of Object.entries(getters)) {
    try {
      app.decorateRequest(name, {
        getter(this: FastifyRequest): unknown {
          return answer(resolveOnce(this, door))
        },
      })
    } catch (cause) {
      throw new OptionError(
        'contradiction',
        `request.${name} is already replaced, by \`trustProxy\` or another plugin (${cause})`,
        'Leave `trustProxy` out of the options of fastify(): with `getters` it has nothing to do',
        { option: 'getters', input: true },
      )
    }
  }
}

/** `app.register()` hands over its own options among the plugin's. */
interface RegisterOptions {
  readonly prefix?: unknown
  readonly logLevel?: unknown
  readonly logSerializers?: unknown
}

function withoutRegisterOptions(options: DoorOptions & RegisterOptions): DoorOptions {
  const { prefix, logLevel, logSerializers, ...own } = options
  return own
}

export { hopwise as 'module.exports' }
