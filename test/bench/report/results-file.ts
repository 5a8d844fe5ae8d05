// The files in test/bench/results: one for each major version of Node.js.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import type { Outcome, Results } from './result.ts'

/** From the root of the project, where its commands run. */
const folder: string = join('test', 'bench', 'results')
/** Where the results of few rounds stand, which are no basis for a page. */
const quickFolder: string = join('dist', 'test', 'bench', 'results')

/** The packages that are measured against. */
const peers: readonly string[] = [
  '@fastify/proxy-addr',
  'autocannon',
  'express',
  'fastify',
  'forwarded-parse',
  'ip-set',
  'ipaddr.js',
  'is-in-subnet',
  'koa',
  'morgan',
  'netparser',
  'pino',
  'pino-http',
  'proxy-addr',
  'sonic-boom',
]

export function describeMachine(): string {
  const [cpu] = cpus()
  const gib = Math.round(totalmem() / 2 ** 30)
  return `Node.js ${process.version}, ${type()} ${release().split('-')[0]}, ${cpus().length} x ${cpu?.model.trim()}, ${gib} GiB`
}

/** Puts the outcomes of a group in the place of those from before. */
export function keepGroup(name: string, outcomes: readonly Outcome[], quick: boolean): void {
  const place = quick ? quickFolder : folder
  const path = join(place, `node-${process.versions.node.split('.')[0]}.json`)
  const before = readResults(path)
  const date = new Date().toISOString().slice(0, 10)
  const machine = describeMachine()
  const groups = { ...before?.groups, [name]: { date, machine, quick, outcomes } }
  const results: Results = {
    node: process.version,
    v8: process.versions.v8,
    packages: Object.fromEntries(peers.map((peer) => [peer, versionOf(peer)])),
    groups,
  }
  mkdirSync(place, { recursive: true })
  writeFileSync(path, `${JSON.stringify(results, undefined, 1)}\n`)
}

/** What was measured, the oldest Node.js first. */
export function readAllResults(): readonly Results[] {
  return readdirSync(folder)
    .sort()
    .flatMap((file) => readResults(join(folder, file)) ?? [])
}

function readResults(path: string): Results | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')).version
}
