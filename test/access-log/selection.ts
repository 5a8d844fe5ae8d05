// Which requests have a line: those that are not skipped, every error, every slow one, and a sample.

import fc from 'fast-check'
import t from 'tap'
import { compileSelection, selectionOptionNames } from '../../lib/access-log/selection.ts'
import type { AccessRecord } from '../../types/access-log.ts'
import { assertProperty } from '../fixtures/assert-property.ts'
import { record } from '../fixtures/record.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

/** A request that went well, in 5 ms. */
function fine(parts: Partial<AccessRecord> = {}): AccessRecord {
  return record({ outcome: 'complete', durationMicros: 5000, ...parts })
}

t.test('without options every request has its line', (t) => {
  const isLogged = compileSelection({})
  t.ok(isLogged(fine()))
  t.ok(isLogged(fine({ status: 500 })))
  t.same(selectionOptionNames, ['skip', 'sample'])
  t.end()
})

t.test('what skip returns true for has none', (t) => {
  const isLogged = compileSelection({ skip: ({ target }) => target === '/healthz' })
  t.notOk(isLogged(fine({ target: '/healthz' })))
  t.ok(isLogged(fine({ target: '/' })))
  t.end()
})

t.test('nothing but true skips a line, so that no promise skips all', (t) => {
  for (const answer of [1, 'yes', {}, Promise.resolve(true), undefined]) {
    const skip: unknown = () => answer
    t.ok(Reflect.apply(compileSelection, undefined, [{ skip }])(fine()))
  }
  t.end()
})

t.test('a skip that throws leaves the line in, and is heard of once', (t) => {
  const warnings = t.capture(process, 'emitWarning')
  for (const thrown of [new Error('on purpose'), 'on purpose']) {
    const isLogged = compileSelection({
      skip() {
        throw thrown
      },
    })
    for (let count = 0; count < 3; count++) t.ok(isLogged(fine()))
  }
  t.match(
    warnings().map(({ args }) => args),
    [
      [/accessLog\.skip threw.*: on purpose/, 'HopwiseWarning'],
      [/"on purpose"/, 'HopwiseWarning'],
    ],
  )
  t.end()
})

t.test('a sample takes every n-th', (t) => {
  const isLogged = compileSelection({ sample: { ratio: 0.25 } })
  const taken = Array.from({ length: 12 }, () => isLogged(fine()))
  t.same(
    taken.flatMap((logged, index) => (logged ? [index] : [])),
    [3, 7, 11],
  )
  t.end()
})

t.test('of any run of requests a sample takes its share, to within one', (t) => {
  const ratios = fc.double({ min: 0, max: 1, noNaN: true })
  const property = fc.property(ratios, fc.integer({ min: 1, max: 500 }), (ratio, length) => {
    const isLogged = compileSelection({ sample: { ratio } })
    const taken = Array.from({ length }, () => isLogged(fine())).filter(Boolean).length
    return Math.abs(taken - ratio * length) <= 1
  })
  t.doesNotThrow(() => assertProperty(property, 200))
  t.end()
})

t.test('errors and slow requests have their line whatever the sample, and do not count', (t) => {
  const isLogged = compileSelection({ sample: { ratio: 0.5, slowMillis: 200 } })
  t.notOk(isLogged(fine()))
  const always: readonly Partial<AccessRecord>[] = [
    ...[{ status: 400 }, { status: 503 }, { status: '-' }, { status: Number.NaN }],
    ...([{ outcome: 'aborted' }, { outcome: 'error' }, { outcome: undefined }] as const),
    ...[{ durationMicros: 200_000 }, { durationMicros: Number.NaN }],
  ]
  for (const parts of always) t.ok(isLogged(fine(parts)), JSON.stringify(parts))
  t.ok(isLogged(fine({ durationMicros: 199_999, status: 399 })), 'the second of the others')
  t.end()
})

t.test('a second is slow unless told otherwise', (t) => {
  const isLogged = compileSelection({ sample: { ratio: 0 } })
  t.ok(isLogged(fine({ durationMicros: 1_000_000 })))
  t.notOk(isLogged(fine({ durationMicros: 999_999 })))
  t.end()
})

t.test('what is skipped does not count for the sample', (t) => {
  const isLogged = compileSelection({
    skip: ({ target }) => target === '/healthz',
    sample: { ratio: 0.5 },
  })
  const targets = ['/', '/healthz', '/healthz', '/']
  t.same(
    targets.map((target) => isLogged(fine({ target }))),
    [false, false, false, true],
  )
  t.end()
})

t.test('a mistake is an error at start-up that names the option', (t) => {
  const mistakes = [
    [{ skip: '/healthz' }, 'wrong-type', 'accessLog.skip'],
    [{ skip: null }, 'wrong-type', 'accessLog.skip'],
    [{ sample: 0.1 }, 'wrong-type', 'accessLog.sample'],
    [{ sample: null }, 'wrong-type', 'accessLog.sample'],
    [{ sample: {} }, 'wrong-type', 'accessLog.sample.ratio'],
    [{ sample: { ratio: 10 } }, 'wrong-type', 'accessLog.sample.ratio'],
    [{ sample: { ratio: -0.1 } }, 'wrong-type', 'accessLog.sample.ratio'],
    [{ sample: { ratio: '0.1' } }, 'wrong-type', 'accessLog.sample.ratio'],
    [{ sample: { ratio: Number.NaN } }, 'wrong-type', 'accessLog.sample.ratio'],
    [{ sample: { ratio: 1, slowMillis: null } }, 'wrong-type', 'accessLog.sample.slowMillis'],
    [{ sample: { ratio: 1, slowMillis: -1 } }, 'wrong-type', 'accessLog.sample.slowMillis'],
    [{ sample: { ratio: 1, slow: 1 } }, 'unknown-option', 'slow'],
  ] as const
  for (const [options, code, option] of mistakes) {
    const error = startUpError(() => Reflect.apply(compileSelection, undefined, [options]))
    t.match(error, { code, option }, JSON.stringify(options))
  }
  t.end()
})
