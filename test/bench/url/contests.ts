// Absolute URLs, against `new URL` of the same path: by the length of the path.

import assert from 'node:assert/strict'
import { compileTrust, resolveContext } from 'hopwise'
import { type Contest, type Field, openField } from '../measure/contest.ts'
import { freshList } from '../measure/strings.ts'

const BASE = 'https://shop.example'
const NATIVE = 'new URL(path, base)'
const PATHS = 512

const lengths: readonly number[] = [40, 400, 8000]

async function open(length: number, prefix: string): Promise<Field> {
  const trust = compileTrust({
    headers: ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-prefix'],
  })
  const headers = {
    host: 'shop.example',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-proto': 'https',
  }
  const context = resolveContext(
    {
      remoteAddress: '127.0.0.1',
      headers: { ...headers, ...(prefix === '' ? {} : { 'x-forwarded-prefix': prefix }) },
    },
    trust,
  )
  const paths = Array.from({ length: PATHS }, (_, index) =>
    `/cart/${index}?item=`.padEnd(length, 'item/of-the-shop/'),
  )
  for (const path of paths) assert.equal(context.url(path).href, `${BASE}${prefix}${path}`)
  return openField({
    fresh: () => freshList(paths),
    contenders: [
      { name: 'hopwise', run: (path) => context.url(path).href },
      { name: NATIVE, run: (path) => new URL(prefix === '' ? path : prefix + path, BASE).href },
    ],
  })
}

export function urlContests(): readonly Contest[] {
  return ['', '/app'].flatMap((prefix) =>
    lengths.map((length) => ({
      name: `path of ${length} bytes${prefix === '' ? '' : ' below a prefix'}`,
      reference: NATIVE,
      targets: [{ of: 'hopwise', against: NATIVE, atMost: 1.05 }],
      begin: () => open(length, prefix),
    })),
  )
}
