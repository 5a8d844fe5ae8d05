// One network a line.

import t from 'tap'
import { parseLines, parseText } from '../../lib/networks/lines.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const place = { path: '/list', service: '', region: undefined }

t.test('each line is a network, and says where it stands', (t) => {
  t.same(parseLines('192.0.2.0/24\n2001:db8::/32\n', place), [
    { text: '192.0.2.0/24', where: 'line 1' },
    { text: '2001:db8::/32', where: 'line 2' },
  ])
  t.end()
})

t.test('comments, blanks, empty lines and the line ends of Windows count for nothing', (t) => {
  const text = '# ours\r\n\r\n  192.0.2.1\t# one\r\n#192.0.2.2\n\n192.0.2.3'
  t.same(parseLines(text, place), [
    { text: '192.0.2.1', where: 'line 3' },
    { text: '192.0.2.3', where: 'line 6' },
  ])
  t.end()
})

t.test('two on a line are not taken apart: somebody else must find that odd', (t) => {
  t.same(parseLines('192.0.2.1 192.0.2.2\n', place), [
    { text: '192.0.2.1 192.0.2.2', where: 'line 1' },
  ])
  t.end()
})

t.test('more than 20,000 lines are no list', (t) => {
  t.equal(parseLines('1\n'.repeat(19_999), place).length, 19_999)
  const { code, message } = startUpError(() => parseLines('1\n'.repeat(8_000_000), place))
  t.equal(code, 'bad-list')
  t.match(message, '"/list" has more than 20000 lines.')
  t.end()
})

t.test('a list of your own must end its last line (POSIX 3.206)', (t) => {
  t.same(parseText('192.0.2.12\n', place), [{ text: '192.0.2.12', where: 'line 1' }])
  const { code, message } = startUpError(() => parseText('192.0.2.12\n192.0.2.1', place))
  t.equal(code, 'bad-list')
  t.match(message, '"/list" ends within a line, as if it had been cut off. End the last line')
  t.end()
})
