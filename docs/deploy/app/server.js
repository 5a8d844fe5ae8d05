// Starts the application. Every recipe in this folder runs this file; what it needs is in its environment:
//
//     BIND=unix:/run/shop/shop.sock SOCKET_GROUP=www-data ACCESS_LOG=/var/log/shop/access.log \
//     FORWARDED_ALLOW_IPS= node server.js

import { openFile, toStream } from 'hopwise/destinations'
import { listen } from 'hopwise/listen'
import { createShop } from './shop.js'

const { BIND = '127.0.0.1:8000', SOCKET_GROUP, ACCESS_LOG } = process.env

// Without a handler SIGUSR1 opens the inspector of Node.js.
process.on('SIGUSR1', () => {})

try {
  // A file that SIGUSR1 opens anew, or stdout for whoever starts us.
  const log =
    ACCESS_LOG === undefined
      ? toStream(process.stdout)
      : openFile(ACCESS_LOG, { reopenOn: 'SIGUSR1' })
  const { app, farewell } = await createShop(log)
  // SIGTERM lets requests end, tells the guests of the chat to go, and writes the last lines.
  const options = { group: SOCKET_GROUP, onStop: farewell, closeAfter: [app, log] }
  await listen(app.server, BIND, options)
} catch (error) {
  // 2 is a mistake that starting again does not mend: shop.service and cluster.js look at it.
  console.error(error.message)
  process.exit(error.code === 'address-in-use' ? 1 : 2)
}
