// How large each door of the package is, with all that it imports.

import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** `from "./x.js"` and `import "./x.js"`. */
const IMPORT = /(?:from|import) ["'](\.[^"']+)["']/g

/** Bytes of the files that each door loads, by its name. `home` is the package, built. */
export function doorSizes(home: string): Readonly<Record<string, number>> {
  const { exports } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  const doors = Object.entries<unknown>(exports).flatMap(([name, target]) => {
    if (typeof target !== 'object' || target === null || !('default' in target)) return []
    const files = new Set<string>()
    collect(join(home, String(target.default)), files)
    return [[name, [...files].reduce((sum, file) => sum + statSync(file).size, 0)]]
  })
  return Object.fromEntries(doors)
}

/** Adds a file and what it imports from this package. */
function collect(file: string, files: Set<string>): void {
  if (files.has(file)) return
  files.add(file)
  for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    collect(join(dirname(file), specifier), files)
  }
}
