// The budget: what the package and each door may weigh, in bytes. test/package.ts holds them to it.

export const PACKAGE = 'package, unpacked'

export const budget: Readonly<Record<string, number>> = {
  [PACKAGE]: 0,
  '.': 0,
  './fastify': 0,
  './express': 0,
  './destinations': 0,
}
