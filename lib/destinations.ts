// The door `hopwise/destinations`: where access-log lines go, if not to a stream of your own.

export type {
  Destination,
  DestinationError,
  DestinationOptions,
  FileDestination,
  FileOptions,
  ReopenSignal,
  SyslogFormat,
  SyslogOptions,
} from '../types/destination.ts'
export { openFile } from './destination/file.ts'
export { toStream } from './destination/stream.ts'
export { openSyslog } from './destination/syslog.ts'
