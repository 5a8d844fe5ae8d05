// preset: what another server reads, under its own name; written out as the options it stands for.

import { nearest, OptionError, show } from '../errors.ts'
import { expandProxy } from './chain.ts'

/** gunicorn's default `secure_scheme_headers`. */
const GUNICORN_SCHEMES = {
  'x-forwarded-protocol': 'ssl',
  'x-forwarded-proto': 'https',
  'x-forwarded-ssl': 'on',
}

/** What a preset answers, so that it cannot stand beside it. */
const answered = ['proxy', 'headers', 'hops'] as const

/**
 * The options with `preset` and `proxy` written out. Throws an `OptionError` for an unknown name, and
 * where another option says otherwise.
 */
export function expandPresets(
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { preset } = given
  if (preset === undefined) return expandProxy(given)
  const place = { option: 'preset', input: preset }
  if (preset !== 'gunicorn') {
    const near = typeof preset === 'string' && nearest(preset, ['gunicorn']) !== undefined
    throw new OptionError(
      'wrong-type',
      `${show(preset)} is no preset`,
      near
        ? "Did you mean 'gunicorn'?"
        : "Write 'gunicorn', or leave it out; proxies are named in `proxy`",
      place,
    )
  }
  const other = answered.find((option) => given[option] !== undefined)
  if (other !== undefined) {
    throw new OptionError(
      'contradiction',
      `gunicorn reads neither X-Forwarded-For nor Forwarded, and \`${other}\` was given, too`,
      `Leave \`preset\` out to know the client from \`${other}\`, or \`${other}\` to answer as gunicorn does`,
      place,
    )
  }
  const { secureSchemeHeaders = GUNICORN_SCHEMES } = given
  return Object.assign(Object.create(null), given, { headers: [], secureSchemeHeaders })
}
