// The door `hopwise/listen`.

import { createServer } from 'node:http'
import t from 'tap'
import { ListenError, listen } from '../lib/listen.ts'

t.test('the door listens, stops, and has the error that it rejects with', async (t) => {
  const server = createServer((_, response) => response.end('hello'))
  const { addresses, stop } = await listen(server, '127.0.0.1:0', { signals: false })
  t.equal(await (await fetch(addresses[0] ?? '')).text(), 'hello')
  await stop()
  const refused = await listen(server, '8000', { signals: false }).catch((error) => error)
  t.type(refused, ListenError)
})
