// The user of Basic credentials; the expected users were recorded from gunicorn's code on Python 3.11.

import t from 'tap'
import { basicUser } from '../../lib/access-log/basic-auth.ts'

/** A sentence, and the headers with their users that show it. */
const recorded = [
  [
    'the user is what stands before the first colon',
    [
      ['Basic YWxpY2U6czNjcmV0', 'alice'],
      ['Basic Ym9iOnA6dzp6', 'bob'],
      ['Basic LTpwdw==', '-'],
      ['Basic ZXZlCjEyNy4wLjAuMSAtIGFkbWluOnB3', 'eve\n127.0.0.1 - admin'],
    ],
  ],
  [
    'without a colon the whole is the user',
    [
      ['Basic anVzdHVzZXI=', 'justuser'],
      ['Basic YQ==', 'a'],
    ],
  ],
  [
    'a user may be empty',
    [
      ['Basic OnB3', ''],
      ['Basic ', ''],
      ['Basic ====', ''],
    ],
  ],
  [
    'any scheme that begins with basic will do, in any case, and a blank must follow',
    [
      ['basic YWxpY2U6czNjcmV0', 'alice'],
      ['BASIC YWxpY2U6czNjcmV0', 'alice'],
      ['BasicX YWxpY2U6czNjcmV0', 'alice'],
      ['Basic  YWxpY2U6cHc=', 'alice'],
      ['Basic', undefined],
      ['Basic\tYWxpY2U6cHc=', undefined],
    ],
  ],
  [
    'another scheme has no user',
    [
      ['', undefined],
      ['Basi YWxpY2U6cHc=', undefined],
      ['Bearer YWxpY2U6cHc=', undefined],
      ['Digest username="carol"', undefined],
      ['XBasic YWxpY2U6cHc=', undefined],
    ],
  ],
  [
    'what is not of the alphabet is skipped',
    [
      ['Basic YWxp*Y2U6*cHc=', 'alice'],
      ['Basic YWxp-Y2U6_cHc=', 'alice'],
      ['Basic YWxpY2U6cHc= ', 'alice'],
      ['Basic \x1cYWxpY2U6cHc=\x85\xa0', 'alice'],
      ['Basic \u{1f600}YWxpY2U6cHc=', 'alice'],
    ],
  ],
  [
    'the padding must be complete, and ends the text',
    [
      ['Basic YWxpY2U6cHc', undefined],
      ['Basic YQ=', undefined],
      ['Basic Y', undefined],
      ['Basic YWxpY', undefined],
      ['Basic !!!notbase64', undefined],
      ['Basic YWxpY2U6cHc=YWxp', 'alice'],
      ['Basic YWxpY2U=OnB3', 'alice'],
      ['Basic YQ=*=', 'a'],
    ],
  ],
  [
    'a padding that is broken off or out of place is skipped',
    [
      ['Basic =YWxp', 'ali'],
      ['Basic Y=WxpY2U6', 'alice'],
      ['Basic ====YWxp', 'ali'],
      ['Basic YQ=xxYQ=', undefined],
      ['Basic YQ=xx', 'a\fq'],
      ['Basic YQ=x=', 'a\f'],
    ],
  ],
  [
    'the user is UTF-8, the password may be anything',
    [
      ['Basic asO8cmdlbuKYgzpwdw==', 'jürgen☃'],
      ['Basic 77u/YWw6cHc=', '\ufeffal'],
      ['Basic Ym9iOv/+', 'bob'],
      ['Basic avxyZ2VuOnB3', undefined],
      ['Basic w7zDv8O-Pz46eA==', undefined],
      ['Basic 7aCAOnB3', undefined],
      ['Basic wK86cHc=', undefined],
    ],
  ],
] as const

for (const [title, rows] of recorded) {
  t.test(title, (t) => {
    for (const [header, user] of rows)
      t.equal(basicUser(header, true), user, JSON.stringify(header))
    t.end()
  })
}

t.test('a request without the header has no user', (t) => {
  t.equal(basicUser(undefined, true), undefined)
  t.end()
})

// RFC 7617 2: user-pass = user-id ":" password
t.test('without a colon there is no user, unless a bare one is asked for', (t) => {
  const token = `Basic ${Buffer.from('token').toString('base64')}`
  t.equal(basicUser(token, false), undefined)
  t.equal(basicUser(token, true), 'token')
  t.equal(basicUser(`Basic ${Buffer.from('bob:pw').toString('base64')}`, false), 'bob')
  t.end()
})
