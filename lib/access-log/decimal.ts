// The decimal digits of a number, exact to the last. JavaScript's toFixed and toExponential end at
// 100 digits, and of two digits equally near they take the larger, where Python takes the even one.

/** `value` times ten to the power of `places`, as the nearest whole number; a tie goes to the even. */
export function scaled(value: number, places: number): bigint {
  const { numerator, denominator } = fraction(value)
  const dividend = places > 0 ? numerator * 10n ** BigInt(places) : numerator
  const divisor = places < 0 ? denominator * 10n ** BigInt(-places) : denominator
  const quotient = dividend / divisor
  const twice = 2n * (dividend % divisor)
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n)
  return up ? quotient + 1n : quotient
}

/** The first `count` digits of `value`, and the power of ten that the first one stands for. */
export function significant(value: number, count: number): { digits: string; exponent: number } {
  if (value === 0) return { digits: '0'.repeat(count), exponent: 0 }
  const shortest = value.toExponential()
  let exponent = Number(shortest.slice(shortest.indexOf('e') + 1))
  let digits = scaled(value, count - 1 - exponent).toString()
  if (digits.length < count) {
    // The shortest text was rounded up to a power of ten: the double 1e23 is less than 10^23.
    exponent--
    digits = scaled(value, count - 1 - exponent).toString()
  } else if (digits.length > count) {
    exponent++ // 9.99 became 10.
  }
  return { digits: digits.slice(0, count), exponent }
}

function fraction(value: number): { numerator: bigint; denominator: bigint } {
  let numerator = value
  let denominator = 1n
  // Doubling is exact, and ends: a double has at most 1074 binary places.
  while (!Number.isInteger(numerator)) {
    numerator *= 2
    denominator *= 2n
  }
  return { numerator: BigInt(numerator), denominator }
}
