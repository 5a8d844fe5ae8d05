// The blocks of docs/*.md that name a file are what stands in that file.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import t from 'tap'

const docs = new URL('../../docs/', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, docs), 'utf8')
const page = read('deploy.md')

const trimmed = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

t.test('each line of a block stands in the file that the block names, in this order', (t) => {
  const pages = page + read('destinations.md')
  const blocks = [...pages.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)]
  t.ok(blocks.length > 5)
  for (const [, path = '', block = ''] of blocks) {
    const lines = trimmed(read(path))
    let from = 0
    for (const line of trimmed(block)) {
      const at = lines.indexOf(line, from)
      t.ok(at >= from, `${path}: ${line}`)
      from = at + 1
    }
  }
  t.end()
})

t.test('a page names every recipe, or its folder', (t) => {
  const pages = page + read('choose.md')
  const isLinked = (path: string): boolean => pages.includes(`](deploy/${path})`)
  const recipes = readdirSync(new URL('deploy/', docs), { recursive: true, encoding: 'utf8' })
  for (const path of recipes.filter((name) => !/^(?:app|runit\/log|runit|systemd)$/.test(name))) {
    t.ok(isLinked(path) || isLinked(dirname(path)), path)
  }
  t.end()
})
