// What the compiler says of lists of networks: a list names its service, and customers' machines are no list.

import {
  type FollowedNetworks,
  followNetworks,
  type ListStatus,
  type NetworkList,
  readNetworks,
} from 'hopwise/networks'

const path = '/var/lib/networks/list'
const trust = { update: (_networks: readonly string[]): void => {} }

export const lists: readonly NetworkList[] = [
  { path, provider: 'cloudflare' },
  { path, provider: 'fastly' },
  { path, provider: 'aws', service: 'CLOUDFRONT_ORIGIN_FACING', region: 'GLOBAL' },
  { path, provider: 'azure', service: 'AzureFrontDoor.Backend' },
  { path, provider: 'text', private: true },
]
export const networks: readonly string[] = readNetworks({ path, provider: 'cloudflare' })
export const followed: FollowedNetworks = followNetworks(trust, lists, {
  extra: '10.0.0.2',
  onChange: ({ added }) => added.length,
  onError: ({ code, message }) => `${code} ${message}`,
})
export const ages: readonly number[] = followed
  .status()
  .map(({ ageSeconds }: ListStatus) => ageSeconds)

// @ts-expect-error a list of AWS names a service
readNetworks({ path, provider: 'aws' })
// @ts-expect-error EC2 holds the customers' machines
readNetworks({ path, provider: 'aws', service: 'EC2' })
// @ts-expect-error Google publishes no list of its load balancers
readNetworks({ path, provider: 'google' })
// @ts-expect-error a provider's list holds no private networks
readNetworks({ path, provider: 'fastly', private: true })
// @ts-expect-error networks are text that a trust can take
followNetworks({ update: (_networks: number) => {} }, lists)
