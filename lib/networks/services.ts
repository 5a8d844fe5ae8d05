// Which service of a provider stands before applications, and why the others must not be believed.

import { OptionError, show } from '../errors.ts'

const CUSTOMERS =
  "holds the customers' machines, and everybody who rents one could write any client address"
const ITSELF = 'asks for itself and hands on nobody: not listed, it is the client, as it should be'

/** A provider's services: those that may be taken, and some that look so and may not. */
export interface Services {
  readonly taken: readonly string[]
  readonly refused: Readonly<Record<string, string>>
}

export const awsServices: Services = {
  taken: ['CLOUDFRONT_ORIGIN_FACING', 'CLOUDFRONT'],
  refused: {
    AMAZON: CUSTOMERS,
    EC2: CUSTOMERS,
    CLOUD9: CUSTOMERS,
    CODEBUILD: CUSTOMERS,
    WORKSPACES_GATEWAYS: CUSTOMERS,
    API_GATEWAY: 'sends what any customer wrote into his API, headers too',
    // https://docs.aws.amazon.com/global-accelerator/latest/dg/preserve-client-ip-address.html
    GLOBALACCELERATOR:
      "hands on the client's bytes and adds no header, so that the client could write any address",
    ROUTE53_HEALTHCHECKS: ITSELF,
    ROUTE53_HEALTHCHECKS_PUBLISHING: ITSELF,
  },
}

export const azureServices: Services = {
  taken: ['AzureFrontDoor.Backend'],
  refused: {
    AzureCloud: CUSTOMERS,
    'AzureFrontDoor.Frontend': 'is what browsers connect to; nothing connects from there',
    'AzureFrontDoor.FirstParty': "is for Microsoft's own services",
    AzureTrafficManager: ITSELF,
    ApiManagement: 'is what manages the service; an instance connects from its own addresses',
    GatewayManager:
      'is what manages gateways; an Application Gateway connects from its own subnet, which you list',
  },
}

/** The service that is asked for. Throws an `OptionError` that says why, if it must not be believed. */
export function checkService(value: unknown, { taken, refused }: Services): string {
  if (typeof value === 'string') {
    if (taken.includes(value)) return value
    // AzureCloud.westeurope is the part of AzureCloud in a region.
    const name = Object.hasOwn(refused, value) ? value : value.replace(/\..*/, '')
    const reason = Object.hasOwn(refused, name) ? refused[name] : undefined
    if (reason !== undefined) throw serviceError(value, `${show(value)} ${reason}`, taken)
  }
  throw serviceError(value, `${show(value)} is no service that stands before applications`, taken)
}

function serviceError(input: unknown, reason: string, taken: readonly string[]): OptionError {
  return new OptionError('wrong-service', reason, `Write ${taken.map(show).join(' or ')}`, {
    option: 'service',
    input,
  })
}

/**
 * Google Cloud has no file for it, only documentation: from here its global and classic external
 * Application Load Balancers connect to instances, and all its health checks come
 * (https://cloud.google.com/load-balancing/docs/firewall-rules). `cloud.json` and `goog.json` are no
 * lists of proxies: they hold the customers' machines.
 */
export const googleLoadBalancers: readonly string[] = Object.freeze([
  '130.211.0.0/22',
  '35.191.0.0/16',
  '2600:2d00:1:1::/64',
  '2600:2d00:1:b029::/64',
])
