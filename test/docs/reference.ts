// The reference pages name every code and every atom, and none that does not exist.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { contextFields, letterKeys } from '../../lib/access-log/atoms.ts'
import { namedFormats } from '../../lib/access-log/formats.ts'
import { optionCodes, problemCodes, warningCodes } from '../../lib/errors.ts'
import { listenCodes } from '../../lib/listen/error.ts'
import { compileTrust } from '../../lib/trust/policy.ts'
import { proxies, unsafeProxies } from '../../lib/trust/proxies.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

function sectionOf(page: string, heading: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(heading)) ?? ''
}

/** The first cells of the table rows below a heading, code marks taken off, split at commas. */
function firstCells(page: string, heading: string): readonly string[] {
  const section = sectionOf(page, heading)
  return [...section.matchAll(/^\| (`.*?`) \|/gm)].flatMap((match) =>
    [...(match[1] ?? '').matchAll(/`([^`]+)`/g)].map((cell) => cell[1] ?? ''),
  )
}

t.test('docs/errors.md has a section for every code', (t) => {
  const headings = [...read('docs/errors.md').matchAll(/^## `(.+)`$/gm)].map((match) => match[1])
  const codes = [problemCodes, optionCodes, listenCodes].flatMap((table) => Object.keys(table))
  t.same(headings, codes)
  t.end()
})

t.test('docs/diagnosis.md has a section for every warning', (t) => {
  const headings = [...read('docs/diagnosis.md').matchAll(/^## `(.+)`$/gm)].map((match) => match[1])
  t.same(headings, Object.keys(warningCodes))
  t.end()
})

t.test('docs/access-log.md has a row for every atom, field and named format', (t) => {
  const page = read('docs/access-log.md')
  const rows = firstCells(page, 'Atoms')
  const families = ['{name}i', '{name}o', '{name}e', '{field}x']
  t.same([...rows].sort(), [...letterKeys, ...families, ...contextFields].sort())
  t.same([...firstCells(page, 'Named formats')].sort(), Object.keys(namedFormats).sort())
  for (const [name, format] of Object.entries(namedFormats)) {
    t.ok(page.includes(`\`${format}\``), `the format of ${name}`)
  }
  t.end()
})

t.test('links between the pages lead somewhere', (t) => {
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path))
  for (const page of ['README.md', 'CHANGELOG.md', ...pages]) {
    for (const [, target = ''] of read(page).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)) {
      const path = relative(root, join(root, dirname(page), target))
      t.doesNotThrow(() => readdirOrFile(path), `${page} links to ${target}`)
    }
  }
  t.end()
})

function readdirOrFile(path: string): void {
  try {
    read(path)
  } catch {
    readdirSync(join(root, path))
  }
}

t.test(
  'the nginx lines of docs/choose.md are those of the configurations that the tests run',
  (t) => {
    const [, block = ''] = /^```nginx\n(.*?)^```$/ms.exec(read('docs/choose.md')) ?? []
    const lines = block.split('\n').filter(Boolean)
    t.equal(lines.length, 4)
    for (const configuration of ['docs/deploy/nginx-tcp.conf', 'docs/deploy/nginx-unix.conf']) {
      for (const line of lines)
        t.ok(read(configuration).includes(line), `${configuration}: ${line}`)
    }
    t.end()
  },
)

t.test('docs/choose.md has a row for every proxy, with the headers that are read', (t) => {
  const section = sectionOf(read('docs/choose.md'), 'Your proxy')
  const rows = [...section.matchAll(/^\| `([\w-]+)` \| .+? \| ((?:`[\w-]+` ?)+)\| /gm)]
  t.same(rows.map(([, name]) => name).sort(), Object.keys(proxies).sort())
  for (const [, proxy = '', cell = ''] of rows) {
    const { policy } = Reflect.apply(compileTrust, undefined, [{ proxy }])
    const headers = [...cell.matchAll(/`([^`]+)`/g)].map(([, header]) => header)
    const names = policy.headerNames.filter((name: string) => !/^(?:host|:authority)$/.test(name))
    t.same(headers, names, proxy)
  }
  for (const name of Object.keys(unsafeProxies)) t.ok(section.includes(`\`${name}\``), name)
  t.end()
})

t.test('a row links the configuration that the tests run, which says the name of the row', (t) => {
  const section = sectionOf(read('docs/choose.md'), 'Your proxy')
  const linked = [...section.matchAll(/^\| `([\w-]+)` \| ((?:.*?\]\(deploy\/\S+\))+)(.*?) \|/gm)]
    // `with` and `without` name what is changed in the file.
    .filter(([, , , rest = '']) => !rest.startsWith(' with'))
    .flatMap(([, name = '', cell = '']) =>
      [...cell.matchAll(/\]\((\S+?)\)/g)].map(([, path = '']) => ({ name, path })),
    )
  for (const { name, path } of linked) {
    t.ok(read(`docs/${path}`).includes(`#     proxy: '${name}', `), `${name}: ${path}`)
  }
  const configurations = readdirSync(join(root, 'docs/deploy'), { recursive: true })
    .map((path) => `deploy/${path}`)
    .filter((path) => /^(?:[^.].*)\.(?:conf|cfg|config|vcl)$|Caddyfile$/.test(path))
    .filter((path) => read(`docs/${path}`).includes('#     proxy: '))
  t.same(linked.map(({ path }) => path).sort(), configurations.sort())
  t.equal(linked.length, 10)
  t.end()
})
