// Exact decimal digits; the expected digits are Python's, of `decimal.Decimal(value)`.

import t from 'tap'
import { scaled, significant } from '../../lib/access-log/decimal.ts'

t.test('a number is scaled to the nearest whole number', (t) => {
  t.equal(scaled(0, 3), 0n)
  t.equal(scaled(12, 3), 12000n)
  t.equal(scaled(1.004, 2), 100n)
  t.equal(scaled(1.006, 2), 101n)
  t.equal(scaled(1254, -1), 125n)
  t.equal(scaled(1256, -1), 126n)
  t.end()
})

t.test('a tie goes to the even number', (t) => {
  t.equal(scaled(0.5, 0), 0n)
  t.equal(scaled(1.5, 0), 2n)
  t.equal(scaled(2.5, 0), 2n)
  t.equal(scaled(0.125, 2), 12n)
  t.equal(scaled(25, -1), 2n)
  t.equal(scaled(35, -1), 4n)
  t.end()
})

t.test('digits are those of the double, not of its shortest text', (t) => {
  t.equal(scaled(0.1, 25), 1000000000000000055511151n)
  t.equal(scaled(1.005, 2), 100n)
  t.equal(scaled(1e23, 0), 99999999999999991611392n)
  t.end()
})

t.test('the first digits come with the power of ten of the first one', (t) => {
  t.strictSame(significant(0, 3), { digits: '000', exponent: 0 })
  t.strictSame(significant(12, 3), { digits: '120', exponent: 1 })
  t.strictSame(significant(0.00012345, 2), { digits: '12', exponent: -4 })
  t.strictSame(significant(5e-324, 4), { digits: '4941', exponent: -324 })
  t.strictSame(significant(2.5, 1), { digits: '2', exponent: 0 })
  t.end()
})

t.test('digits that are rounded up to a power of ten carry into the exponent', (t) => {
  t.strictSame(significant(9.99, 2), { digits: '10', exponent: 1 })
  t.strictSame(significant(0.0999, 1), { digits: '1', exponent: -1 })
  t.end()
})

t.test('a double just below a power of ten has the exponent below', (t) => {
  t.strictSame(significant(1e23, 20), { digits: '99999999999999991611', exponent: 22 })
  t.strictSame(significant(1e23, 6), { digits: '100000', exponent: 23 })
  t.end()
})
