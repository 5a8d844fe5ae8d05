// The named formats.

const common = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s'
const agents = '"%(f)s" "%(a)s"'

/** Each name and the format it stands for. `%(h)s` is the peer: behind a proxy, the proxy. */
export const namedFormats: Readonly<Record<string, string>> = {
  /** gunicorn's default. */
  gunicorn: `${common} ${agents}`,
  /** NCSA Common Log Format, as in Apache. */
  common,
  /** NCSA Combined, as in Apache and nginx. */
  combined: `${common} ${agents}`,
  /** Combined with the resolved client in the place of the peer. */
  proxied: `${common.replace('%(h)s', '%({client.address}x)s')} ${agents}`,
}

/** The formats that are no text with holes, but a list of fields: see structured.ts. */
export const structuredFormats: readonly string[] = ['json', 'logfmt']
