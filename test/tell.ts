// Who is only told something breaks nothing.

import t from 'tap'
import { tellSafely } from '../lib/tell.ts'

t.test('what is told arrives, and what fails is heard of once', async (t) => {
  const failures: unknown[] = []
  const failed = (error: unknown) => failures.push(error)
  const heard: string[] = []
  const fault = new Error('on purpose')
  for (const listener of [
    (told: string) => heard.push(told),
    async (told: string) => void heard.push(told),
    () => {
      throw fault
    },
    async () => {
      throw fault
    },
    () => Promise.reject(fault),
  ]) {
    tellSafely(listener, 'news', failed)
  }
  await new Promise(setImmediate)
  t.same(heard, ['news', 'news'])
  t.same(failures, [fault, fault, fault])
})
