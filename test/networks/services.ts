// Which services may be believed, and what is said of those that may not.

import t from 'tap'
import { isNetwork, parseNetwork } from '../../lib/address/network.ts'
import {
  awsServices,
  azureServices,
  checkService,
  googleLoadBalancers,
} from '../../lib/networks/services.ts'
import { startUpError } from '../fixtures/start-up-error.ts'

t.test('what connects to applications is taken', (t) => {
  for (const name of ['CLOUDFRONT', 'CLOUDFRONT_ORIGIN_FACING']) {
    t.equal(checkService(name, awsServices), name)
  }
  t.equal(checkService('AzureFrontDoor.Backend', azureServices), 'AzureFrontDoor.Backend')
  t.end()
})

t.test("the customers' machines are refused, in every region, and the error says why", (t) => {
  for (const [name, services] of [
    ['AMAZON', awsServices],
    ['EC2', awsServices],
    ['CODEBUILD', awsServices],
    ['AzureCloud', azureServices],
    ['AzureCloud.westeurope', azureServices],
  ] as const) {
    const { code, option, input, message } = startUpError(() => checkService(name, services))
    t.same({ code, option, input }, { code: 'wrong-service', option: 'service', input: name })
    t.match(message, "holds the customers' machines, and everybody who rents one could write any")
  }
  t.end()
})

// The accelerator puts its own address in the place of the client's and speaks no HTTP:
// https://docs.aws.amazon.com/global-accelerator/latest/dg/preserve-client-ip-address.html
t.test('what adds no header, or asks for itself, is refused, and the error says why', (t) => {
  for (const [name, services, reason] of [
    ['GLOBALACCELERATOR', awsServices, "hands on the client's bytes and adds no header"],
    ['ROUTE53_HEALTHCHECKS', awsServices, 'asks for itself and hands on nobody'],
    ['API_GATEWAY', awsServices, 'sends what any customer wrote'],
    ['AzureFrontDoor.Frontend', azureServices, 'is what browsers connect to'],
    ['GatewayManager', azureServices, 'an Application Gateway connects from its own subnet'],
  ] as const) {
    const { code, message } = startUpError(() => checkService(name, services))
    t.equal(code, 'wrong-service')
    t.match(message, reason)
  }
  t.end()
})

t.test('any other word is refused, and those that are taken are named', (t) => {
  for (const name of ['cloudfront', 'S3', '', 'constructor', '__proto__', undefined, null, 5]) {
    const { code, input, message } = startUpError(() => checkService(name, awsServices))
    t.equal(code, 'wrong-service')
    t.equal(input, name)
    t.match(message, 'is no service that stands before applications')
    t.match(message, 'Write "CLOUDFRONT_ORIGIN_FACING" or "CLOUDFRONT"')
  }
  t.end()
})

// https://cloud.google.com/load-balancing/docs/firewall-rules
t.test("Google's load balancers are four networks, which nobody can change", (t) => {
  t.same([...googleLoadBalancers].sort(), [
    '130.211.0.0/22',
    '2600:2d00:1:1::/64',
    '2600:2d00:1:b029::/64',
    '35.191.0.0/16',
  ])
  t.ok(googleLoadBalancers.every((text) => isNetwork(parseNetwork(text))))
  t.ok(Object.isFrozen(googleLoadBalancers))
  t.end()
})
