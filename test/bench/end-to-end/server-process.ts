// One server in this process: `<name> <path of its log>`. Tells its port, and its CPU time so far
// whenever it is asked.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { listeners } from './servers.ts'

const [, , name = '', logPath = ''] = process.argv
const server = createServer()
const listener = await listeners[name]?.(logPath, server)
if (listener !== undefined) server.on('request', listener)
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.((user + system) * 1000)
})
process.on('disconnect', () => process.exit())
const address = server.address()
process.send?.(typeof address === 'object' ? address?.port : undefined)
