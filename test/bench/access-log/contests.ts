// One line of the access log, made and encoded: on live requests, harmless and hostile.

import assert from 'node:assert/strict'
import { pinoHttp } from 'pino-http'
import { type Captured, captureRequests } from '../context/requests.ts'
import { type Contest, type Field, openField } from '../measure/contest.ts'
import { byHand, type Exchange, type Formatter, morganCombined, ours } from './formatters.ts'

const MORGAN = 'morgan combined'
const BY_HAND = 'lower bound: template literal by hand, UTC'

/** A rope of pieces costs nothing until it is encoded: so each line is. */
const encoded = Buffer.alloc(128 * 1024)
const encoding =
  (format: Formatter) =>
  (exchange: Exchange): number =>
    encoded.write(format(exchange))

const clean =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'

async function captureExchanges(agent: string): Promise<Captured<Exchange>> {
  return captureRequests<Exchange>(
    {
      listen: '127.0.0.1',
      headers: () => ({
        Host: 'shop.example',
        'X-Forwarded-For': '203.0.113.7',
        'X-Forwarded-Proto': 'https',
        Accept: 'text/html,application/xhtml+xml',
        Referer: 'https://shop.example/',
        'User-Agent': agent,
      }),
    },
    (capture) => (request, response) => {
      capture({ request, response })
      response.setHeader('content-length', 5)
      response.end('hello')
    },
    ({ request }) => request,
  )
}

/** The time of two lines may differ. */
const timeless = (line: string): string => line.replace(/\[[^\]]*\]/, '[]')

async function openClean(): Promise<Field> {
  const captured = await captureExchanges(clean)
  const utc = ours('combined', { timezone: 'UTC' })
  for (const exchange of captured.requests) {
    const line = timeless(morganCombined(exchange))
    assert.match(line, /"GET \/cart/)
    for (const format of [utc, byHand]) assert.equal(timeless(format(exchange)), line)
  }
  assert.match(
    byHand(captured.requests[0] ?? assert.fail()),
    /\[\d\d\/\w{3}\/\d{4}:[\d:]{8} \+0000\]/,
  )
  return openField({
    fresh: captured.fresh,
    contenders: [
      { name: MORGAN, run: encoding(morganCombined) },
      { name: 'hopwise', run: encoding(ours('gunicorn')) },
      { name: 'hopwise combined, UTC', run: encoding(utc) },
      { name: 'hopwise json', run: encoding(ours('json')) },
      { name: BY_HAND, run: encoding(byHand) },
      { name: 'pino-http', run: pinoLine() },
    ],
    end: captured.end,
  })
}

/** The line that it writes when a response is over. */
function pinoLine(): (exchange: Exchange) => unknown {
  const { logger } = pinoHttp({}, { write: (line: string) => encoded.write(line) })
  return ({ request, response }) =>
    logger.info({ req: request, res: response, responseTime: 1 }, 'request completed')
}

const HOSTILE_LENGTH = 8192

async function openHostile(piece: string): Promise<Field> {
  const captured = await captureExchanges(piece.repeat(Math.floor(HOSTILE_LENGTH / piece.length)))
  return openField({
    fresh: captured.fresh,
    contenders: [
      { name: MORGAN, run: encoding(morganCombined) },
      { name: 'hopwise', run: encoding(ours('gunicorn')) },
      { name: 'hopwise json', run: encoding(ours('json')) },
      { name: 'pino-http', run: pinoLine() },
    ],
    end: captured.end,
  })
}

const hostile: Readonly<Record<string, string>> = {
  quotes: '"',
  backslashes: '\\',
  'letters and quotes': 'a"',
  tabs: 'a\t',
  'C1 controls': '\x80',
  'all of these': 'a"\\\t\x80',
}

export function accessLogContests(): readonly Contest[] {
  return [
    {
      name: 'a harmless request',
      reference: MORGAN,
      targets: [
        { of: 'hopwise', against: MORGAN, atMost: 0.42 },
        { of: 'hopwise combined, UTC', against: MORGAN, atMost: 0.42 },
        { of: 'hopwise', against: BY_HAND, atMost: 1.25 },
        { of: 'hopwise combined, UTC', against: BY_HAND, atMost: 1.25 },
      ],
      begin: openClean,
    },
    ...Object.entries(hostile).map(([name, piece]) => ({
      name: `a user agent of 8 KiB of ${name}`,
      reference: MORGAN,
      targets: [{ of: 'hopwise', against: MORGAN, atMost: 1 / 4 }],
      begin: () => openHostile(piece),
    })),
  ]
}
