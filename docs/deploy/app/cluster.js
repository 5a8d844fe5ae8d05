// server.js in several processes, which share a TCP port and append to one log: WORKERS=4 node cluster.js

import cluster from 'node:cluster'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const { WORKERS = availableParallelism() } = process.env
/** Of a mistake that starting again does not mend. */
const MISTAKE = 2
let stopping = false

cluster.setupPrimary({ exec: fileURLToPath(new URL('server.js', import.meta.url)) })
for (let count = 0; count < Number(WORKERS); count++) cluster.fork()

// One that crashed is replaced, but not in a loop that burns the machine.
cluster.on('exit', (_worker, code) => {
  if (code === MISTAKE) {
    process.exitCode = MISTAKE
    stop('SIGTERM')
  } else if (!stopping) {
    setTimeout(() => stopping || cluster.fork(), 1000)
  }
})

// A signal reaches the primary alone. SIGUSR1 has every worker open its log anew.
function pass(signal) {
  for (const worker of Object.values(cluster.workers)) worker.process.kill(signal)
}
function stop(signal) {
  stopping = true
  pass(signal)
}
process.on('SIGUSR1', pass)
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
