// What followNetworks is given, and what is said of a mistake.

import t from 'tap'
import { checkFollow } from '../../lib/networks/follow-options.ts'
import type { FollowOptions, NetworkList } from '../../types/networks.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const trust = { update: () => {} }
const lists: readonly NetworkList[] = [{ path: '/list', provider: 'fastly' }]

t.test('the lists alone are enough', (t) => {
  const checked = checkFollow(trust, lists, {})
  t.match(checked, { extra: [], checkEveryMillis: 5000, onError: undefined })
  t.match(checked.lists, [{ path: '/list' }])
  t.doesNotThrow(() => checked.onChange({ networks: [], added: [], removed: [] }))
  t.end()
})

t.test('what is given is taken', (t) => {
  const given = { checkEveryMillis: 10, onChange: () => {}, onError: () => {} }
  t.match(checkFollow(trust, lists, { ...given, extra: '10.0.0.2, ::1' }), {
    ...given,
    extra: ['10.0.0.2, ::1'],
  })
  t.same(checkFollow(trust, lists, { extra: ['10.0.0.2', '::1'] }).extra, ['10.0.0.2', '::1'])
  t.equal(checkFollow(trust, lists, { checkEveryMillis: 3_600_000 }).checkEveryMillis, 3_600_000)
  t.end()
})

t.test('a mistake is an error that names the option', (t) => {
  const mistakes: readonly (readonly [unknown[], string, RegExp])[] = [
    [[undefined, lists, {}], 'trust', /undefined is no trust handle\. Give what compileTrust/],
    [[null, lists, {}], 'trust', /no trust handle/],
    [['*', lists, {}], 'trust', /no trust handle/],
    [[{}, lists, {}], 'trust', /no trust handle/],
    [[{ update: true }, lists, {}], 'trust', /no trust handle/],
    [[trust, undefined, {}], 'lists', /undefined is no array of lists\. Write for instance/],
    [[trust, [], {}], 'lists', /no array of lists/],
    [[trust, lists[0], {}], 'lists', /no array of lists/],
    [[trust, [{ provider: 'fastly' }], {}], 'path', /undefined is no path/],
    [[trust, lists, null], 'options', /null is no options object/],
    [[trust, lists, { extras: [] }], 'extras', /Did you mean `extra`\?/],
    [[trust, lists, { extra: 5 }], 'extra', /5 is no list of addresses\. Write an array/],
    [[trust, lists, { extra: ['::1', null] }], 'extra', /null is no list of addresses/],
    [[trust, lists, { checkEveryMillis: 9 }], 'checkEveryMillis', /from 10 to 3600000/],
    [[trust, lists, { checkEveryMillis: 3_600_001 }], 'checkEveryMillis', /no whole number/],
    [[trust, lists, { checkEveryMillis: 10.5 }], 'checkEveryMillis', /no whole number/],
    [[trust, lists, { checkEveryMillis: '50' }], 'checkEveryMillis', /no whole number/],
    [[trust, lists, { onChange: 'log' }], 'onChange', /"log" is no function/],
    [[trust, lists, { onError: null }], 'onError', /null is no function/],
  ]
  for (const [args, option, message] of mistakes) {
    const error = startUpError(() => Reflect.apply(checkFollow, undefined, args))
    t.equal(error.option, option)
    t.match(error.message, message)
  }
  t.end()
})

t.test('undefined is as good as absent', (t) => {
  const absent: FollowOptions = {
    extra: undefined,
    checkEveryMillis: undefined,
    onChange: undefined,
    onError: undefined,
  }
  t.match(checkFollow(trust, lists, absent), { extra: [], checkEveryMillis: 5000 })
  t.end()
})
