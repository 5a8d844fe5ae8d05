// The error for a list that is not believed.

import t from 'tap'
import { badList } from '../../lib/networks/entry.ts'

t.test('it names the file, says what is wrong and what to do', (t) => {
  const { name, code, option, input, message } = badList('/var/lib/networks/aws.json', 'is empty')
  t.same({ name, code, option }, { name: 'OptionError', code: 'bad-list', option: 'path' })
  t.equal(input, '/var/lib/networks/aws.json')
  t.equal(
    message,
    'path: "/var/lib/networks/aws.json" is empty. Fetch it into another file, with curl --fail, and ' +
      'move that here: see docs/networks.md',
  )
  t.match(badList('/list', 'is odd', 'Do this').message, /is odd\. Do this$/)
  t.end()
})
