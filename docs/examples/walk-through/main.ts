// `npm start`: hopwise at work behind a reverse proxy, all of it on this machine. Begin to read at
// applications.ts: it is the part that is like your own code.

import { parseArgs } from 'node:util'
import { missingAddresses } from './cast.ts'
import { explain } from './explain.ts'
import { introduce } from './introduce.ts'
import { createJournal, type Journal } from './journal.ts'
import { findNginx } from './nginx.ts'
import { print } from './print.ts'
import { send } from './requests.ts'
import { scenes } from './scenes.ts'
import { printCommands } from './serve.ts'
import { type Closer, openSite, type Site } from './site.ts'

const USAGE = `Usage: npm start -- [--serve] [--nginx]

  --serve  keep the site running afterwards, and say what to try with curl
  --nginx  use the nginx of this machine as the reverse proxy`

/** The exit code for what has to be put right before it can run. */
const UNUSABLE = 2

const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
})
// The reader has gone, as in `npm start | head`: go on quietly, so that everything is removed.
process.stdout.on('error', () => undefined)

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const flags = readFlags(args)
  if (flags === undefined) return refuse(USAGE)
  const nginx = flags.nginx ? findNginx() : undefined
  if (flags.nginx && nginx === undefined) {
    return refuse(
      'There is no nginx on PATH or in /usr/sbin. Debian has it in the package nginx-light.',
    )
  }
  const missing = await missingAddresses()
  if (missing.length > 0) {
    return refuse(
      'This machine lacks loopback addresses. On macOS, add them until the next restart:',
      ...missing.map((address) => `  sudo ifconfig lo0 alias ${address}`),
    )
  }
  const closers: Closer[] = []
  try {
    const journal = createJournal()
    const site = await openSite(journal, nginx, closers)
    await Promise.race([walkThrough(site, journal), stopped])
    if (flags.serve) {
      printCommands(site)
      await stopped
    }
  } finally {
    for (const close of closers) await close()
  }
  print('', 'Read next: README.md, then docs/choose.md: how many proxies stand before you?')
  return 0
}

interface Flags {
  readonly serve: boolean
  readonly nginx: boolean
}

/** Undefined for anything that is no flag of ours. */
function readFlags(args: readonly string[]): Flags | undefined {
  try {
    const flag = { type: 'boolean', default: false } as const
    const { values } = parseArgs({ args: [...args], options: { serve: flag, nginx: flag } })
    return values
  } catch {
    return undefined
  }
}

function refuse(...lines: readonly string[]): number {
  console.error(lines.join('\n'))
  return UNUSABLE
}

async function walkThrough(site: Site, journal: Journal): Promise<void> {
  introduce(site)
  for (const [index, scene] of scenes.entries()) {
    const [entry, answer] = await Promise.all([journal.next(), send(scene, site)])
    explain(index + 1, scene, entry, answer)
  }
}
