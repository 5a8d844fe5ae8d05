// The load, in this process: for each message `{ url, seconds }` it tells how many requests were answered.

import { createRequire } from 'node:module'

interface Load {
  readonly url: string
  readonly duration: number
  readonly connections: number
  readonly headers: Readonly<Record<string, string>>
}
interface Answered {
  readonly requests: { readonly total: number }
  readonly non2xx: number
  readonly errors: number
}
/** It has no types of its own. */
const autocannon: (load: Load) => Promise<Answered> = createRequire(import.meta.url)('autocannon')

const CONNECTIONS = 16

process.on('message', async ({ url, seconds }: { url: string; seconds: number }) => {
  const { requests, non2xx, errors } = await autocannon({
    url,
    duration: seconds,
    connections: CONNECTIONS,
    headers: {
      'X-Forwarded-For': '203.0.113.7',
      'X-Forwarded-Proto': 'https',
      Referer: 'https://shop.example/',
      'User-Agent':
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36',
    },
  })
  process.send?.(non2xx + errors === 0 ? requests.total : 0)
})
process.on('disconnect', () => process.exit())
