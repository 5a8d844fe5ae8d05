// One list that is followed: when a change counts, and what a provider's list may not do.

import { utimesSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  beginToFollow,
  isSettledNews,
  judgeAgain,
  readAgain,
  statusOf,
} from '../../lib/networks/followed.ts'
import { checkList } from '../../lib/networks/list.ts'
import { listFile } from '../fixtures/list-file.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

function follow(t: Test, contents: string, provider = 'cloudflare') {
  const path = listFile(t, contents)
  return { path, one: beginToFollow(checkList({ path, provider })) }
}

t.test('the first reading throws for a list that is none', (t) => {
  t.match(
    startUpError(() => follow(t, '<html>')),
    { code: 'bad-list' },
  )
  t.end()
})

t.test('news are settled when they are seen a second time, once', (t) => {
  const { one } = follow(t, '192.0.3.0/24')
  t.notOk(isSettledNews(one, one.good.mark), 'what was read is no news')
  t.notOk(isSettledNews(one, 'being written'))
  t.notOk(isSettledNews(one, 'being written still'))
  t.notOk(isSettledNews(one, 'written'))
  t.ok(isSettledNews(one, 'written'))
  t.notOk(isSettledNews(one, 'written'), 'it has been judged')
  t.end()
})

t.test('a file that could not be read is judged again, one that is gone is not', (t) => {
  const { one } = follow(t, '192.0.3.0/24')
  for (const [mark, again] of [
    ['written', true],
    ['', false],
  ] as const) {
    isSettledNews(one, mark)
    t.ok(isSettledNews(one, mark))
    judgeAgain(one)
    t.equal(isSettledNews(one, mark), again)
  }
  t.end()
})

t.test('a file that is gone for a moment is no news; one that stays away is', (t) => {
  const { one } = follow(t, '192.0.3.0/24')
  t.notOk(isSettledNews(one, ''))
  t.notOk(isSettledNews(one, one.good.mark))
  t.notOk(isSettledNews(one, ''), 'the moment before does not count')
  t.ok(isSettledNews(one, ''))
  t.notOk(isSettledNews(one, one.good.mark))
  t.ok(isSettledNews(one, one.good.mark), 'and that it is back again is news, too')
  t.end()
})

t.test("a provider's list that shrinks to less than half was cut off", (t) => {
  const lines = Array.from({ length: 14 }, (_, index) => `192.0.3.${index * 16}/28`)
  const { path, one } = follow(t, lines.join('\n'))
  writeFileSync(path, lines.slice(0, 7).join('\n'))
  t.equal(readAgain(one).networks.length, 7)
  writeFileSync(path, lines.slice(0, 6).join('\n'))
  const { code, message } = startUpError(() => readAgain(one))
  t.equal(code, 'bad-list')
  t.match(
    message,
    'holds 6 networks, and held 14: it may have been cut off. Fetch it anew; if it is',
  )
  t.end()
})

t.test('a list of your own may shrink as it likes, but not to nothing', (t) => {
  const { path, one } = follow(t, '8.8.8.8\n9.9.9.9\n1.1.1.1\n', 'text')
  writeFileSync(path, '8.8.8.8\n')
  t.same(readAgain(one).networks, ['8.8.8.8/32'])
  writeFileSync(path, '# none\n')
  t.match(
    startUpError(() => readAgain(one)),
    { code: 'bad-list', message: /holds no network/ },
  )
  t.end()
})

t.test('the status says how old the file is', async (t) => {
  const { path, one } = follow(t, '192.0.3.0/24')
  t.match(statusOf(one), { path, networks: 1, readAt: one.good.readAt, error: undefined })
  const written = new Date(Date.now() - 90_000)
  utimesSync(path, written, written)
  one.good = readAgain(one)
  await sleep(5)
  const { ageSeconds } = statusOf(one)
  t.ok(ageSeconds >= 90 && ageSeconds < 110, `${ageSeconds} s`)
  t.end()
})

t.test('a file from the future has no age', (t) => {
  const { path, one } = follow(t, '192.0.3.0/24')
  const later = new Date(Date.now() + 90_000)
  utimesSync(path, later, later)
  one.good = readAgain(one)
  t.equal(statusOf(one).ageSeconds, 0)
  t.end()
})
