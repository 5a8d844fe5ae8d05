// A list as somebody asks for it, and what is said of one that does not say what it is.

import { join } from 'node:path'
import t from 'tap'
import { checkList } from '../../lib/networks/list.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

const path = '/var/lib/networks/list'

t.test('each provider has its parser', (t) => {
  const service = { aws: 'CLOUDFRONT', azure: 'AzureFrontDoor.Backend' }
  const parsers = ['cloudflare', 'fastly', 'aws', 'azure', 'text'].map((provider) => {
    const services = Object.entries(service).filter(([name]) => name === provider)
    return checkList({ path, provider, ...services.map(([, service]) => ({ service }))[0] }).parse
  })
  t.same(
    parsers.map(({ name }) => name),
    ['parseCloudflare', 'parseFastly', 'parseAws', 'parseAzure', 'parseText'],
  )
  t.end()
})

t.test('what is asked for is kept', (t) => {
  t.match(checkList({ path, provider: 'aws', service: 'CLOUDFRONT', region: 'GLOBAL' }), {
    path,
    service: 'CLOUDFRONT',
    region: 'GLOBAL',
    own: false,
    private: false,
  })
  t.match(checkList({ path, provider: 'text' }), { region: undefined, own: true, private: false })
  t.match(checkList({ path, provider: 'text', private: true }), { own: true, private: true })
  t.end()
})

t.test('a path counts from where the process stands at start-up', (t) => {
  t.equal(checkList({ path: 'list', provider: 'text' }).path, join(process.cwd(), 'list'))
  t.end()
})

t.test('a list that does not say what it is is an error that says what to write', (t) => {
  for (const [list, code, message] of [
    [undefined, 'wrong-type', /^list: null is no options object/],
    [null, 'wrong-type', /^list: null is no options object/],
    ['/list', 'wrong-type', /^list: "\/list" is no options object/],
    [{ path }, 'wrong-type', /^provider: undefined is no provider whose list is known\. Write one/],
    [{ path, provider: 'akamai' }, 'wrong-type', /'text' is one network a line$/],
    [{ path, provider: 'toString' }, 'wrong-type', /is no provider/],
    [{ path, provider: 5 }, 'wrong-type', /is no provider/],
    [
      { path, provider: 'google' },
      'wrong-type',
      /hold the customers' machines\. Write `googleLoad/,
    ],
    [{ provider: 'text' }, 'wrong-type', /^path: undefined is no path/],
    [{ path: '', provider: 'text' }, 'wrong-type', /^path: "" is no path/],
    [{ path: 'a\0b', provider: 'text' }, 'wrong-type', /^path: "a\\u0000b" is no path/],
    [{ path: 5, provider: 'text' }, 'wrong-type', /^path: 5 is no path/],
    [{ path, provider: 'aws' }, 'wrong-service', /^service: undefined is no service/],
    [{ path, provider: 'aws', service: 'EC2' }, 'wrong-service', /customers' machines/],
    [{ path, provider: 'azure', service: 'AzureCloud' }, 'wrong-service', /customers' machines/],
    [
      { path, provider: 'aws', service: 'CLOUDFRONT', region: '' },
      'wrong-type',
      /^region: "" is no region/,
    ],
    [
      { path, provider: 'aws', service: 'CLOUDFRONT', region: ['GLOBAL'] },
      'wrong-type',
      /^region: \["GLOBAL"\] is no region/,
    ],
    [{ path, provider: 'text', private: 'yes' }, 'wrong-type', /^private: "yes" is no boolean/],
    [{ path, provider: 'fastly', service: 'x' }, 'unknown-option', /^service: there is no such/],
    [{ path, provider: 'fastly', private: true }, 'unknown-option', /^private: there is no such/],
    [{ file: path, provider: 'text' }, 'unknown-option', /^file: there is no such option/],
  ] as const) {
    const error = startUpError(() => checkList(list))
    t.equal(error.code, code)
    t.match(error.message, message)
  }
  t.end()
})
