// The door `hopwise/networks`: lists of networks that providers publish, from files.

export type {
  AwsList,
  AzureList,
  FollowedNetworks,
  FollowOptions,
  ListStatus,
  NetworkList,
  NetworksChange,
  NetworksError,
  ProxyList,
  TextList,
  UpdatableTrust,
} from '../types/networks.ts'
export { followNetworks } from './networks/follow.ts'
export { readNetworks } from './networks/read.ts'
export { googleLoadBalancers } from './networks/services.ts'
