// A TLS certificate made on the spot, good for a day and for this machine.

import { generate } from 'selfsigned'
import { LISTENER, SITE } from './cast.ts'

/** PEM texts, by the names that node:tls gives them. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

const DAY_MS = 86_400_000

export async function makeCertificate(): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: SITE }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + DAY_MS),
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: SITE },
          { type: 2, value: 'localhost' },
          { type: 7, ip: LISTENER },
        ],
      },
    ],
  })
  return { key: made.private, cert: made.cert }
}
