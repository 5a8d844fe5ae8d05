// Numbers as Python prints them; the expected texts were recorded from Python 3.11.

import t from 'tap'
import { type Placeholder, parsePercent } from '../../lib/access-log/percent.ts'
import { compileReal, compileWhole, numberText } from '../../lib/access-log/python-number.ts'

function placeholder(rest: string): Placeholder {
  const [part] = parsePercent(`%(v)${rest}`)
  if (typeof part === 'object') return part
  throw new TypeError(rest)
}

/** What follows `%(v)`, the value, and the text. */
const whole = [
  ['d', 0, '0'],
  ['d', 12, '12'],
  ['i', 12, '12'],
  ['u', 12, '12'],
  ['d', -7, '-7'],
  ['05d', 12, '00012'],
  ['05d', -7, '-0007'],
  ['+d', 12, '+12'],
  ['+d', -7, '-7'],
  [' d', 12, ' 12'],
  ['+ d', 12, '+12'],
  [' 05d', 12, ' 0012'],
  ['.3d', -7, '-007'],
  ['.d', 0, '0'],
  ['05.3d', -7, '-0007'],
  ['#d', 12, '12'],
  ['o', 8, '10'],
  ['#o', 8, '0o10'],
  ['x', 255, 'ff'],
  ['X', 255, 'FF'],
  ['#x', 255, '0xff'],
  ['#X', 255, '0XFF'],
  ['#x', -255, '-0xff'],
  ['#010x', 255, '0x000000ff'],
  ['#010x', -255, '-0x00000ff'],
  ['+#08x', 255, '+0x000ff'],
  ['#.6x', 255, '0x0000ff'],
  ['.3o', 8, '010'],
  ['#x', 0, '0x0'],
  ['ld', 12, '12'],
] as const

t.test('a whole number is printed with sign, prefix, zeros and digits', (t) => {
  for (const [rest, value, text] of whole) {
    t.equal(compileWhole(placeholder(rest))(value), text, `${rest} of ${value}`)
    t.equal(compileWhole(placeholder(rest))(BigInt(value)), text, `${rest} of ${value}n`)
  }
  t.end()
})

t.test('with the flag - the width is filled with blanks, which is left to others', (t) => {
  t.equal(compileWhole(placeholder('-05d'))(12), '12')
  t.equal(compileReal(placeholder('-08.2f'))(-7), '-7.00')
  t.equal(compileWhole(placeholder('5d'))(12), '12')
  t.end()
})

t.test('a whole number of any size is printed to its last digit', (t) => {
  const decimal = compileWhole(placeholder('d'))
  t.equal(decimal(9007199254740994), '9007199254740994')
  t.equal(decimal(1e21), '1000000000000000000000')
  t.equal(decimal(12345678901234567890n), '12345678901234567890')
  t.equal(compileWhole(placeholder('o'))(12345678901234567890n), '1255245230635307605322')
  t.equal(compileWhole(placeholder('x'))(18446744073709551615n), 'ffffffffffffffff')
  t.end()
})

t.test('a fraction is cut off where a whole number is asked for', (t) => {
  const decimal = compileWhole(placeholder('d'))
  t.equal(decimal(1.5), '1')
  t.equal(decimal(-1.5), '-1')
  t.equal(decimal(-0.5), '0')
  t.end()
})

t.test('a number that is none is named where Python would lose the line', (t) => {
  t.equal(compileWhole(placeholder('05d'))(Number.NaN), '00nan')
  t.equal(compileWhole(placeholder('d'))(Number.POSITIVE_INFINITY), 'inf')
  t.equal(compileWhole(placeholder('x'))(Number.NEGATIVE_INFINITY), '-inf')
  t.end()
})

const fixed = [
  ['f', 0, '0.000000'],
  ['f', 12, '12.000000'],
  ['f', -7, '-7.000000'],
  ['.2f', 4194304, '4194304.00'],
  ['.f', 12, '12'],
  ['#.f', 12, '12.'],
  ['08.2f', -7, '-0007.00'],
  ['+f', 12, '+12.000000'],
  [' f', 12, ' 12.000000'],
  ['F', 1.5, '1.500000'],
  ['.0f', 0.5, '0'],
  ['.0f', 1.5, '2'],
  ['.0f', 2.5, '2'],
  ['.2f', 0.125, '0.12'],
  ['.1f', 0.25, '0.2'],
  ['.2f', 1.005, '1.00'],
  ['.0f', -0.5, '-0'],
  ['f', 1000000000000000000000n, '1000000000000000000000.000000'],
  ['.1f', 12345678901234567890n, '12345678901234567168.0'],
  ['.25f', 0.1, '0.1000000000000000055511151'],
  ['.110f', 1.5, `1.5${'0'.repeat(109)}`],
] as const

const exponential = [
  ['e', 0, '0.000000e+00'],
  ['e', 12, '1.200000e+01'],
  ['E', 12, '1.200000E+01'],
  ['.0e', 25, '2e+01'],
  ['.0e', 35, '4e+01'],
  ['.1e', 125, '1.2e+02'],
  ['.2e', 999999, '1.00e+06'],
  ['#.0e', 12, '1.e+01'],
  ['.3e', 0.00012345, '1.234e-04'],
  ['e', 1e-300, '1.000000e-300'],
  ['e', 1e300, '1.000000e+300'],
  ['.20e', 1e23, '9.99999999999999916114e+22'],
  ['012.2e', -12, '-0001.20e+01'],
  ['e', 5e-324, '4.940656e-324'],
] as const

const general = [
  ['g', 0, '0'],
  ['g', 12, '12'],
  ['g', 120, '120'],
  ['g', 4194304, '4.1943e+06'],
  ['G', 4194304, '4.1943E+06'],
  ['g', 100000, '100000'],
  ['g', 1000000, '1e+06'],
  ['g', 999999.5, '1e+06'],
  ['.3g', 1235, '1.24e+03'],
  ['.2g', 25, '25'],
  ['.1g', 25, '2e+01'],
  ['.0g', 25, '2e+01'],
  ['#g', 12, '12.0000'],
  ['#g', 0, '0.00000'],
  ['#.3g', 1000000, '1.00e+06'],
  ['#.1g', 5, '5.'],
  ['#.0g', 5, '5.'],
  ['g', 0.0001, '0.0001'],
  ['g', 0.00012345, '0.00012345'],
  ['g', 0.00001, '1e-05'],
  ['g', -1.5, '-1.5'],
  ['.0g', 1.5, '2'],
  ['010g', 12, '0000000012'],
  ['+g', 1.5, '+1.5'],
  ['.20g', 1e23, '9.9999999999999991611e+22'],
  ['.17g', 0.1, '0.10000000000000001'],
] as const

const infinite = [
  ['f', Number.POSITIVE_INFINITY, 'inf'],
  ['05f', Number.NEGATIVE_INFINITY, '-0inf'],
  ['+G', Number.POSITIVE_INFINITY, '+INF'],
  ['e', Number.NaN, 'nan'],
  ['F', Number.NaN, 'NAN'],
] as const

for (const [title, rows] of [
  ['a number with a point has six digits behind it unless told, and no more than are exact', fixed],
  ['a number with an exponent has one digit before the point', exponential],
  ['the shorter form counts all digits and drops zeros at the end', general],
  ['a number without end has a name', infinite],
] as const) {
  t.test(title, (t) => {
    for (const [rest, value, text] of rows) {
      t.equal(compileReal(placeholder(rest))(value), text, `${rest} of ${value}`)
    }
    t.end()
  })
}

t.test('a precision beyond the hundred digits of toFixed is exact', (t) => {
  const text = compileReal(placeholder('.1074f'))(5e-324)
  t.equal(text.length, '0.'.length + 1074)
  t.ok(text.endsWith('087538682506419718265533447265625'))
  t.end()
})

t.test('the text of a number is its str', (t) => {
  for (const [value, text] of [
    [0, '0'],
    [12, '12'],
    [-7, '-7'],
    [12345678901234567890n, '12345678901234567890'],
    [1e21, '1000000000000000000000'],
    [1.5, '1.5'],
    [-0.25, '-0.25'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [1.25e-7, '1.25e-07'],
    [1e-10, '1e-10'],
    [5e-324, '5e-324'],
    [Number.NaN, 'nan'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ] as const) {
    t.equal(numberText(value), text)
  }
  t.end()
})
