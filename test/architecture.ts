// The house: which room may import from which, and no circles. Read from the imports themselves.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What each place may import, beside itself. A new arrow is a decision: draw it in docs too. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  types: [],
  'lib/errors': ['types'],
  'lib/options': ['types', 'lib/errors'],
  'lib/tell': [],
  'lib/address': ['types', 'lib/errors', 'lib/options'],
  'lib/forwarded': ['types', 'lib/errors', 'lib/options', 'lib/address'],
  'lib/diagnosis': ['types', 'lib/errors', 'lib/options', 'lib/tell', 'lib/address'],
  'lib/trust': ['types', 'lib/errors', 'lib/options', 'lib/address', 'lib/diagnosis'],
  'lib/context': [
    'types',
    'lib/errors',
    'lib/options',
    'lib/address',
    'lib/forwarded',
    'lib/trust',
  ],
  'lib/access-log': [
    'types',
    'lib/errors',
    'lib/options',
    'lib/address',
    'lib/forwarded',
    'lib/trust',
    'lib/context',
    'lib/destination',
  ],
  'lib/door': ['types', 'lib/errors', 'lib/options', 'lib/trust', 'lib/context', 'lib/access-log'],
  'lib/index': ['types', 'lib/errors', 'lib/trust', 'lib/context', 'lib/access-log', 'lib/door'],
  'lib/express': ['types', 'lib/errors', 'lib/door'],
  'lib/networks': ['types', 'lib/errors', 'lib/options', 'lib/tell', 'lib/address'],
  'lib/destination': ['types', 'lib/errors', 'lib/options', 'lib/tell'],
  'lib/destinations': ['types', 'lib/destination'],
  'lib/listen': ['types', 'lib/errors', 'lib/options', 'lib/context'],
  'lib/fastify': ['types', 'lib/errors', 'lib/door'],
}

/** Packages, and the only files that may import them. */
const packages: Readonly<Record<string, readonly string[]>> = {
  fastify: ['lib/fastify.ts'],
  'fastify-plugin': ['lib/fastify.ts'],
}

/** The place a file belongs to: its room, or for a file at the top of lib itself. */
function placeOf(file: string): string {
  const [top = '', room = ''] = file.split('/')
  return top === 'types' ? top : `${top}/${room.replace(/\.ts$/, '')}`
}

/** The specifiers of all imports and re-exports of a file, types included. */
function importsOf(source: string): readonly string[] {
  return ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => fileName)
}

/** What is wrong with one import; undefined if it is allowed. */
function fault(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('node:')) return undefined
  if (!specifier.startsWith('.')) {
    const allowed = packages[specifier]?.includes(file) ?? false
    return allowed ? undefined : `${file} imports the package ${specifier}`
  }
  const target = join(dirname(file), specifier)
  const [from, to] = [placeOf(file), placeOf(target)]
  if (from === to || arrows[from]?.includes(to)) return undefined
  return `${file} imports ${target}: no arrow leads from ${to} to ${from}`
}

/** A circle of imports, as the files it runs through; undefined if there is none. */
function findCircle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const next of graph.get(file) ?? []) {
      const circle = visit(next, [...path, file])
      if (circle !== undefined) return circle
    }
    done.add(file)
    return undefined
  }
  for (const file of graph.keys()) {
    const circle = visit(file, [])
    if (circle !== undefined) return circle
  }
  return undefined
}

/** The TypeScript files below a folder, as paths from the root. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path))
}

const files = ['lib', 'types'].flatMap(filesBelow)
const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))

t.test('every file belongs to a place that has its arrows', (t) => {
  t.ok(files.length > 0)
  for (const file of files) t.ok(arrows[placeOf(file)], file)
  t.end()
})

t.test('imports follow the arrows', (t) => {
  for (const [file, source] of sources) {
    const faults = importsOf(source).map((specifier) => fault(file, specifier))
    t.same(faults.filter(Boolean), [], file)
  }
  t.end()
})

t.test('there is no circle of imports, not even of types', (t) => {
  const graph = new Map(
    [...sources].map(([file, source]) => [
      file,
      importsOf(source)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => join(dirname(file), specifier)),
    ]),
  )
  t.equal(findCircle(graph), undefined)
  t.end()
})

t.test('a planted arrow and a planted circle are found', (t) => {
  t.match(fault('lib/forwarded/node.ts', '../trust/walk.ts'), 'no arrow leads from lib/trust')
  t.match(fault('lib/trust/walk.ts', '../forwarded/node.ts'), 'no arrow leads from lib/forwarded')
  t.match(fault('lib/address/ip.ts', '../context/url.ts'), 'no arrow')
  t.match(fault('types/context.ts', '../lib/errors.ts'), 'no arrow')
  t.match(fault('lib/access-log/record.ts', '../fastify.ts'), 'no arrow')
  t.match(fault('lib/context/resolve.ts', 'fastify'), 'imports the package fastify')
  t.match(fault('lib/trust/policy.ts', 'proxy-addr'), 'imports the package proxy-addr')
  t.match(importsOf("import type { A } from './a.ts'\nexport { b } from './b.ts'"), [
    './a.ts',
    './b.ts',
  ])
  const planted = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ])
  t.same(findCircle(planted), ['b', 'c', 'b'])
  t.end()
})

t.test('files are short: none over 300 lines, the median under 110', (t) => {
  const lengths = [...sources].map(([file, source]) => ({ file, lines: source.split('\n').length }))
  t.same(
    lengths.filter(({ lines }) => lines > 300).map(({ file }) => file),
    [],
  )
  const sorted = lengths.map(({ lines }) => lines).sort((left, right) => left - right)
  t.ok((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN) < 110)
  t.end()
})

t.test('each test in a mirrored folder has the source it is named after', (t) => {
  for (const path of filesBelow('test')) {
    const twin = `lib/${relative('test', path)}`
    if (arrows[placeOf(twin)] !== undefined) t.ok(sources.has(twin), `${path} mirrors ${twin}`)
  }
  t.end()
})
