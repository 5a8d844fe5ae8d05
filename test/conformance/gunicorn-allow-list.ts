// Which lists gunicorn 26.1 starts with, and whom it then believes: the same here, but for a table.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { compileTrust, OptionError, resolveContext } from '../../lib/index.ts'

interface Case {
  readonly forwarded_allow_ips: string
  readonly starts: boolean
  /** What X-Forwarded-Proto: https from 127.0.0.1 comes to, where gunicorn starts. */
  readonly scheme?: string
}

const file = new URL('../fixtures/gunicorn-allow-list.json', import.meta.url)
const { cases }: { cases: readonly Case[] } = JSON.parse(readFileSync(file, 'utf8'))

/** Where we differ on purpose. Each must differ, and nothing else may. */
const differences: Readonly<Record<string, readonly string[]>> = {
  'a zone means something to its own host only, and is dropped from peers (RFC 4007 11)': [
    '::1%lo',
  ],
  'a netmask is written in two ways that are easily confused; a prefix length is not': [
    '10.0.0.0/255.0.0.0',
    '10.0.0.0/0.255.255.255',
  ],
  'a mapped address is its IPv4 address, as a dual-stack socket means it (RFC 4291 2.5.5.2)': [
    '::ffff:127.0.0.1',
  ],
}

/** 'no start', or the scheme that is reported. */
function verdict(forwardedAllowIps: string): string {
  try {
    const trust = compileTrust({ forwardedAllowIps })
    const headers = { host: 'example.test', 'x-forwarded-proto': 'https' }
    return resolveContext({ remoteAddress: '127.0.0.1', headers }, trust).scheme
  } catch (error) {
    if (error instanceof OptionError) return 'no start'
    throw error
  }
}

const listed = new Set(Object.values(differences).flat())

for (const { forwarded_allow_ips: list, starts, scheme } of cases) {
  if (listed.has(list)) continue
  t.test(`forwarded_allow_ips = '${list}' means what it means to gunicorn`, (t) => {
    t.equal(verdict(list), starts ? scheme : 'no start')
    t.end()
  })
}

for (const [reason, lists] of Object.entries(differences)) {
  t.test(`we differ: ${reason}`, (t) => {
    for (const list of lists) {
      const found = cases.filter((entry) => entry.forwarded_allow_ips === list)
      t.equal(found.length, 1, `${list} is recorded once`)
      for (const { starts, scheme } of found) t.not(verdict(list), starts ? scheme : 'no start')
    }
    t.end()
  })
}
