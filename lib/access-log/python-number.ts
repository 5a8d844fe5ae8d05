// Numbers as Python prints them: `%d` `%i` `%u` `%o` `%x`, `%e` `%f` `%g`, and their `str`.

import { scaled, significant } from './decimal.ts'
import type { Placeholder } from './percent.ts'

/** Bytes, seconds and their like. A number with a fraction is a Python float, any other an int. */
export type PythonNumber = number | bigint

/** How many digits `%e`, `%f` and `%g` print unless told. */
const DEFAULT_PRECISION = 6

const radixes = { o: 8, x: 16, X: 16 } as const
const prefixes = { o: '0o', x: '0x', X: '0X' } as const

/** What `str` gives. */
export function numberText(value: PythonNumber): string {
  if (typeof value === 'bigint') return value.toString()
  if (!Number.isFinite(value) || Number.isInteger(value)) return wholeDigits(value, 10)
  // Python turns to an exponent of two digits sooner than JavaScript does.
  if (Math.abs(value) >= 1e-4) return String(value)
  return value.toExponential().replace(/-(\d)$/, '-0$1')
}

/** `%d`, `%o`, `%x` and their variants: a fraction is cut off, the precision is a count of digits. */
export function compileWhole(placeholder: Placeholder): (value: PythonNumber) => string {
  const { conversion, flags, precision = 0 } = placeholder
  const special = conversion === 'o' || conversion === 'x' || conversion === 'X'
  const radix = special ? radixes[conversion] : 10
  const prefix = special && flags.includes('#') ? prefixes[conversion] : ''
  const capitals = conversion === 'X'
  const sign = compileSign(placeholder)
  return (value) => {
    const text = wholeDigits(value, radix)
    const negative = text.startsWith('-')
    const digits = (negative ? text.slice(1) : text).padStart(precision, '0')
    return sign(negative, prefix, capitals ? digits.toUpperCase() : digits)
  }
}

/** `%e`, `%f`, `%g` and their capitals: every number becomes a double first. */
export function compileReal(placeholder: Placeholder): (value: PythonNumber) => string {
  const { conversion, flags, precision = DEFAULT_PRECISION } = placeholder
  const kind = conversion.toLowerCase()
  const print = kind === 'f' ? fixed : kind === 'e' ? exponential : general
  const alternate = flags.includes('#')
  const capitals = conversion !== kind
  const sign = compileSign(placeholder)
  return (value) => {
    const double = Number(value)
    const size = Math.abs(double)
    const text = Number.isFinite(size) ? print(size, precision, alternate) : notFinite(size)
    return sign(double < 0, '', capitals ? text.toUpperCase() : text)
  }
}

/** Puts the sign and the prefix before the digits, and with the flag `0` zeros between them. */
function compileSign({ flags, width = 0 }: Placeholder) {
  const plus = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  const filled = flags.includes('0') && !flags.includes('-') ? width : 0
  return (negative: boolean, prefix: string, digits: string): string => {
    const head = `${negative ? '-' : plus}${prefix}`
    return head + digits.padStart(filled - head.length, '0')
  }
}

/** Like `toString`, but never with an exponent, as JavaScript's numbers have it from 1e21 on. */
function wholeDigits(value: PythonNumber, radix: number): string {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return value.toString(radix)
  // Python would lose the line.
  if (!Number.isFinite(value)) return `${value < 0 ? '-' : ''}${notFinite(value)}`
  return BigInt(Math.trunc(value)).toString(radix)
}

function notFinite(value: number): string {
  return Number.isNaN(value) ? 'nan' : 'inf'
}

function fixed(value: number, precision: number, alternate: boolean): string {
  const digits = scaled(value, precision)
    .toString()
    .padStart(precision + 1, '0')
  const point = digits.length - precision
  return withFraction(digits.slice(0, point), digits.slice(point), alternate)
}

function exponential(value: number, precision: number, alternate: boolean): string {
  const { digits, exponent } = significant(value, precision + 1)
  return withFraction(digits.slice(0, 1), digits.slice(1), alternate) + exponentText(exponent)
}

/** `precision` digits in all, and no zeros at the end unless `alternate`. */
function general(value: number, precision: number, alternate: boolean): string {
  const count = Math.max(precision, 1)
  const { digits, exponent } = significant(value, count)
  if (exponent < -4 || exponent >= count) {
    const rest = alternate ? digits.slice(1) : trimZeros(digits.slice(1))
    return withFraction(digits.slice(0, 1), rest, alternate) + exponentText(exponent)
  }
  const shifted = '0'.repeat(Math.max(-exponent, 0)) + digits
  const point = Math.max(exponent, 0) + 1
  const rest = alternate ? shifted.slice(point) : trimZeros(shifted.slice(point))
  return withFraction(shifted.slice(0, point), rest, alternate)
}

function withFraction(whole: string, rest: string, alternate: boolean): string {
  return rest === '' && !alternate ? whole : `${whole}.${rest}`
}

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function trimZeros(digits: string): string {
  let end = digits.length
  while (digits.charAt(end - 1) === '0') end--
  return digits.slice(0, end)
}
