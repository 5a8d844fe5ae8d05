// The chains of the contests: how a request came here, and whom everybody is told to trust.

/** A chain of proxies, the nearest on this machine. */
export interface Chain {
  readonly name: string
  /** The loopback address that the application listens on. */
  readonly listen: string
  /** What the nearest proxy sends. */
  headers(index: number): Record<string, string>
}

/** In the words that all contenders know. */
export const trusted: readonly string[] = ['loopback', 'uniquelocal']

const CLIENT_HEADERS = {
  'User-Agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Encoding': 'gzip, deflate, br',
  'Accept-Language': 'en-GB,en;q=0.7',
  Referer: 'https://shop.example/',
  Cookie: 'session=8f14e45fceea167a5a36dedd4bea2543',
}

function chain(
  name: string,
  listen: string,
  client: (index: number) => string,
  proxies: readonly string[],
): Chain {
  return {
    name,
    listen,
    headers: (index) => ({
      Host: 'shop.example',
      'X-Forwarded-For': [client(index), ...proxies].join(', '),
      'X-Forwarded-Proto': 'https',
      ...CLIENT_HEADERS,
    }),
  }
}

const client4 = (index: number) => `203.0.${index >> 8}.${index & 255}`
const client6 = (index: number) => `2001:db8:${(index + 1).toString(16)}::cafe:1`

/** One entry in the header, and three. */
export const chains: readonly Chain[] = [
  chain('IPv4, 1 hop', '127.0.0.1', client4, []),
  chain('IPv4, 3 hops', '127.0.0.1', client4, ['10.20.0.7', '10.1.0.12']),
  chain('IPv6, 1 hop', '::1', client6, []),
  chain('IPv6, 3 hops', '::1', client6, ['fd12:3456:789a::7', 'fd00:0:0:1::c']),
]
