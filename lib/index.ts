// The door "hopwise": the standalone functions, for any server or none.

export type {
  AccessLogFormat,
  AccessLogLine,
  AccessLogOptions,
  AccessLogParser,
  AccessRecord,
  FormatOptions,
  HeaderFields,
  LineStream,
  MaskOptions,
  Outcome,
  RedactOptions,
  SampleOptions,
} from '../types/access-log.ts'
export type {
  Hop,
  Hops,
  Problem,
  ProblemCode,
  RequestContext,
} from '../types/context.ts'
export type { RequestFacts } from '../types/facts.ts'
export type {
  AddressHeader,
  HeaderName,
  ListHeader,
  PrivateAddressHeader,
  ProxyName,
  Trust,
  TrustOptions,
  TrustPolicy,
} from '../types/trust.ts'
export type { TrustWarning, WarningCode } from '../types/warning.ts'
export { compileAccessLog, formatAccessLog } from './access-log/compile.ts'
export { parseAccessLog } from './access-log/parse.ts'
export { environ } from './context/environ.ts'
export { type ResolveOptions, resolveContext } from './context/resolve.ts'
export { type ObserveOptions, observe } from './door/observe.ts'
export { type OptionCode, OptionError } from './errors.ts'
export { compileTrust } from './trust/policy.ts'
