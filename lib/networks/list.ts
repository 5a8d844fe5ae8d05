// A list as somebody asks for it: the options checked, and its parser found.

import { resolve } from 'node:path'
import type { NetworkList } from '../../types/networks.ts'
import { OptionError, show } from '../errors.ts'
import { checkBoolean, checkOptions } from '../options.ts'
import { parseAws } from './aws.ts'
import { parseAzure } from './azure.ts'
import { parseCloudflare } from './cloudflare.ts'
import type { ListPlace, ParseList } from './entry.ts'
import { parseFastly } from './fastly.ts'
import { parseText } from './lines.ts'
import { awsServices, azureServices, checkService, type Services } from './services.ts'

/** A list whose options are right. */
export interface CheckedList extends ListPlace {
  readonly parse: ParseList
  /** Whoever keeps it keeps it by hand or by a program of his own: `text`. */
  readonly own: boolean
  readonly private: boolean
}

interface Provider {
  readonly parse: ParseList
  readonly options: readonly string[]
  readonly services?: Services
}

const providers: Readonly<Record<NetworkList['provider'], Provider>> = {
  cloudflare: { parse: parseCloudflare, options: [] },
  fastly: { parse: parseFastly, options: [] },
  aws: { parse: parseAws, options: ['service', 'region'], services: awsServices },
  azure: { parse: parseAzure, options: ['service'], services: azureServices },
  text: { parse: parseText, options: ['private'] },
}

/** Throws an `OptionError` for a list that does not say what it is. */
export function checkList(list: unknown): CheckedList {
  const every = ['path', 'provider', 'service', 'region', 'private']
  const name = checkProvider(checkOptions(list ?? null, every, 'list').provider)
  const { parse, options, services } = providers[name]
  const given = checkOptions(list, ['path', 'provider', ...options], 'list')
  return {
    path: checkPath(given.path),
    parse,
    service: services === undefined ? '' : checkService(given.service, services),
    region: checkRegion(given.region),
    own: name === 'text',
    private: checkBoolean('private', given.private, false),
  }
}

function checkProvider(value: unknown): NetworkList['provider'] {
  if (typeof value === 'string' && isProvider(value)) return value
  const place = { option: 'provider', input: value }
  if (value === 'google') {
    throw new OptionError(
      'wrong-type',
      "Google publishes no list of its load balancers; cloud.json and goog.json hold the customers' machines",
      'Write `googleLoadBalancers` of this module into `extra` or `forwardedAllowIps`',
      place,
    )
  }
  throw new OptionError(
    'wrong-type',
    `${show(value)} is no provider whose list is known`,
    `Write one of ${Object.keys(providers).join(', ')}; 'text' is one network a line`,
    place,
  )
}

function isProvider(name: string): name is NetworkList['provider'] {
  return Object.hasOwn(providers, name)
}

/** Whole, so that a later change of the working directory changes nothing. */
function checkPath(value: unknown): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return resolve(value)
  throw new OptionError('wrong-type', `${show(value)} is no path`, 'Write the path of a file', {
    option: 'path',
    input: value,
  })
}

function checkRegion(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw new OptionError(
    'wrong-type',
    `${show(value)} is no region`,
    "Write one, such as 'eu-west-1' or 'GLOBAL', or leave it out",
    { option: 'region', input: value },
  )
}
