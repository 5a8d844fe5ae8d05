// The same reverse proxy as in proxy.ts, played by the real nginx.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { LISTENER, PROXY } from './cast.ts'
import type { ProxyPlan, ReverseProxy } from './proxy.ts'
import { listen, portOf } from './server.ts'

/**
 * The header lines are those of docs/deploy, where each is explained. nginx appends to
 * X-Forwarded-For, overwrites X-Forwarded-Proto, and passes on what else a client sends unless told
 * not to: list in `headers` only what your proxy sets.
 */
function nginxConfiguration({ applicationPort, socketPath }: ProxyPlan, port: number): string {
  return `
    daemon off;
    master_process off;
    pid nginx.pid;
    error_log stderr;
    events {}
    http {
      access_log off;
      client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
      uwsgi_temp_path uwsgi; scgi_temp_path scgi;

      server {
        listen ${LISTENER}:${port} ssl;
        ssl_certificate cert.pem;
        ssl_certificate_key key.pem;

        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host '';
        proxy_set_header Host $http_host;

        location / { proxy_pass http://${LISTENER}:${applicationPort}; proxy_bind ${PROXY}; }
        location /admin { proxy_pass http://unix:${socketPath}:; }
      }
    }
  `
}

/** The program, if it is installed. Debian keeps it where ordinary users have no PATH to. */
export function findNginx(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  return folders.map((folder) => join(folder, 'nginx')).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Starts nginx in the foreground; its files lie beside the UNIX socket. */
export async function startNginx(program: string, plan: ProxyPlan): Promise<ReverseProxy> {
  const folder = dirname(plan.socketPath)
  const port = await freePort()
  writeFileSync(join(folder, 'cert.pem'), plan.certificate.cert)
  writeFileSync(join(folder, 'key.pem'), plan.certificate.key, { mode: 0o600 })
  writeFileSync(join(folder, 'nginx.conf'), nginxConfiguration(plan, port))
  const child = spawn(program, ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit')
  await ready(child, port)
  return {
    name: 'nginx',
    port,
    async close() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** nginx cannot choose a port itself. */
async function freePort(): Promise<number> {
  const server = createServer()
  await listen(server, { host: LISTENER, port: 0 })
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until nginx accepts connections, for 5 seconds at most. */
async function ready(child: ChildProcess, port: number): Promise<void> {
  let complaints = ''
  child.stderr?.on('data', (chunk) => {
    complaints += chunk
  })
  for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt++) {
    if (await answers(port)) return
    await pause(50)
  }
  child.kill('SIGKILL')
  throw new Error(`nginx did not start:\n${complaints}`)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LISTENER, () => socket.end(() => resolve(true)))
    socket.once('error', () => resolve(false))
  })
}
