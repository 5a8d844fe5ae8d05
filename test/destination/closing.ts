// A destination closes once, and within a bounded time.

import t from 'tap'
import { createClosing } from '../../lib/destination/closing.ts'

t.test('it begins once, and is over when the destination says so', async (t) => {
  const steps: string[] = []
  const closing = createClosing({
    begin: () => steps.push('begin'),
    finish: () => steps.push('finish'),
  })
  closing.end()
  t.same([closing.begun, closing.ended, steps], [false, false, []], 'nobody has asked yet')
  const closed = closing.close()
  t.equal(closing.close(), closed)
  t.same([closing.begun, closing.ended, steps], [true, false, ['begin']])
  closing.end()
  closing.end()
  t.equal(closing.ended, true)
  await closed
  t.same(steps, ['begin', 'finish'])
})

t.test('it may be over at once', async (t) => {
  const closing = createClosing({ begin: () => closing.end(), finish: () => {} })
  await closing.close()
  t.equal(closing.ended, true)
})

t.test('the process does not wait any longer for what is over', async (t) => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  const closing = createClosing({ begin: () => {}, finish: () => {} })
  const closed = closing.close()
  t.equal(timers(), before + 1)
  closing.end()
  await closed
  t.equal(timers(), before)
})

t.test('what does not come to an end is given up', async (t) => {
  const steps: string[] = []
  const closing = createClosing({ begin: () => {}, finish: () => steps.push('finish') }, 50)
  const before = performance.now()
  await closing.close()
  t.ok(performance.now() - before >= 45)
  closing.end()
  t.same(steps, ['finish'])
})
