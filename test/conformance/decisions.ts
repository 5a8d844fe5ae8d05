// What the design decides, case by case: options and facts in, a part of the context or an error out.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { compileTrust, OptionError, type RequestContext, resolveContext } from '../../lib/index.ts'

interface Case {
  readonly id: string
  readonly title: string
  readonly options: object
  readonly env?: Readonly<Record<string, string>>
  readonly facts: object
  readonly expect: Readonly<Record<string, unknown>>
}

const file = new URL('../fixtures/decisions.json', import.meta.url)
const { cases }: { cases: readonly Case[] } = JSON.parse(readFileSync(file, 'utf8'))

/** How a key of `expect` is read from a context, to be compared whole; any other is part of a field. */
const readers: Readonly<Record<string, (context: RequestContext, wanted: unknown) => unknown>> = {
  hopsAddresses: ({ hops }) => hops.map(({ address }) => address),
  problems: ({ problems }) => problems.map(({ code }) => code),
  url: (context) => context.url().href,
  urlOf: (context, wanted) =>
    Object.fromEntries(
      Object.keys(wanted as object).map((target) => [target, context.url(target).href]),
    ),
}

for (const { id, title, options, env, facts, expect } of cases) {
  t.test(`${id}: ${title}`, (t) => {
    const before = process.env.FORWARDED_ALLOW_IPS
    t.teardown(() => {
      if (before === undefined) delete process.env.FORWARDED_ALLOW_IPS
      else process.env.FORWARDED_ALLOW_IPS = before
    })
    delete process.env.FORWARDED_ALLOW_IPS
    Object.assign(process.env, env)

    if (expect.configError === true) {
      try {
        compileTrust(options)
        t.fail('the options were accepted')
      } catch (error) {
        t.type(error, OptionError)
        for (const text of (expect.mentions ?? []) as string[]) {
          t.ok(String(error).includes(text), `${error} names ${text}`)
        }
      }
      return t.end()
    }
    const context = resolveContext(facts, compileTrust(options))
    for (const [key, wanted] of Object.entries(expect)) {
      const read = readers[key]
      if (read === undefined) t.hasStrict({ [key]: Reflect.get(context, key) }, { [key]: wanted })
      else t.strictSame(read(context, wanted), wanted, key)
    }
    return t.end()
  })
}
