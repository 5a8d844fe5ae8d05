// Every JavaScript snippet of the README and the docs is run as it stands.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { publicSample } from '../fixtures/list-file.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** In dist, so that `hopwise` is the package itself, as built. */
const place = join(root, 'dist', 'docs', 'snippets')

const PORT = /3000/
/** Where the pages keep lists of networks; here samples lie beside the snippets. */
const LISTS = '/var/lib/networks/'
const lists = ['cloudflare-v4.txt', 'cloudflare-v6.txt', 'aws.json']
const GIVE_UP_MS = 20_000

interface Snippet {
  readonly name: string
  readonly source: string
}

/** The blocks of a page, named by their line. */
function snippetsOf(path: string): readonly Snippet[] {
  const text = readFileSync(path, 'utf8')
  return [...text.matchAll(/^```js\n(.*?)^```$/gms)].map((match) => ({
    name: `${relative(root, path)}:${text.slice(0, match.index).split('\n').length + 1}`,
    source: match[1] ?? '',
  }))
}

const pages = [
  join(root, 'README.md'),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(root, 'docs', path)),
]
const snippets = pages.flatMap(snippetsOf)

/** What each `console.log(...) // text` promises to print. */
function promises(source: string): readonly string[] {
  return [...source.matchAll(/^console\.log\(.*\) \/\/ (.*)$/gm)].map((match) => match[1] ?? '')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Asks until the server of the snippet answers. */
async function firstAnswer(url: string, child: ChildProcess): Promise<number> {
  const end = Date.now() + GIVE_UP_MS
  while (Date.now() < end && child.exitCode === null) {
    try {
      return (await fetch(url)).status
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  throw new Error('the snippet does not serve')
}

rmSync(place, { recursive: true, force: true })
mkdirSync(place, { recursive: true })
for (const name of lists) writeFileSync(join(place, name), publicSample(name))

t.test('there are snippets to run', (t) => {
  t.ok(snippets.length >= 6)
  t.end()
})

for (const [index, { name, source }] of snippets.entries()) {
  t.test(`${name} runs`, { timeout: GIVE_UP_MS + 10_000 }, async (t) => {
    const serves = PORT.test(source)
    const port = await freePort()
    const file = join(place, `${index}.mjs`)
    writeFileSync(file, source.replaceAll('3000', String(port)).replaceAll(LISTS, join(place, '/')))
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] })
    const exit = once(child, 'exit')
    let printed = ''
    let complained = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      complained += text
    })
    if (serves) {
      const path = /'(\/whoami)'/.exec(source)?.[1] ?? '/'
      t.equal(await firstAnswer(`http://127.0.0.1:${port}${path}`, child), 200)
      child.kill()
      await exit
    } else {
      const [code] = await exit
      t.equal(code, 0, complained)
      t.same(printed.split('\n').slice(0, -1), promises(source))
    }
  })
}
