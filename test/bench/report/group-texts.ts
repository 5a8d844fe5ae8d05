// The groups on the page: in which order, and what is said about them.

export interface GroupText {
  readonly title: string
  readonly text: string
}

export const groupTexts: Readonly<Record<string, GroupText>> = {
  context: {
    title: 'Who asked',
    text: `Peer, client, scheme and host of a request: \`resolveContext\` against the getters that each framework has for it, on
the framework's own requests. Express and Fastify parse again at each read of a getter; here each is read once. The
lower bound is a function written by hand for these requests alone; it answers four values where the context has
eleven.`,
  },
  door: {
    title: 'Through the doors',
    text: `A whole request through a framework, without sockets, with and without a door; for Express also other ways to keep the
context. Express gives each request a hidden class of its own as soon as a property is added to it.`,
  },
  'trust list': {
    title: 'The trust list',
    text: `Is this address in the list? Random questions, every second one inside. All take the address as text; ip-set knows
IPv4 only.`,
  },
  'list cost': {
    title: 'What a trust list costs',
    text: 'From text to a compiled list, in a process of its own each time.',
  },
  'hostile header': {
    title: 'Hostile headers',
    text: `Headers of up to 60 KiB (Node.js takes 16 KiB by default) that are made to keep a server busy, beside an honest chain of
32 hops. forwarded-parse throws at the first doubt, which costs little.`,
  },
  'access log': {
    title: 'The access log',
    text: `One line, formatted and encoded as UTF-8 into a buffer. hopwise first makes its record of the request.`,
  },
  destination: {
    title: 'Where lines go',
    text: `CPU time of a process that writes lines of 200 bytes, 32 in each turn of the event loop, for each line.`,
  },
  url: {
    title: 'URLs',
    text: `\`context.url(path)\` answers a URL object; so does \`new URL(path, base)\`, which takes \`//evil.example\` for a host.`,
  },
  'end to end': {
    title: 'End to end',
    text: `CPU time of the server process that a request costs more than in the same server without; the load comes from another
process. There are eight processes of each server, one after the other: two of one kind may differ by a fifth for all
their lives. Express changes the prototypes of a request and its response, after which Node.js 20 and 22 make a hidden
class of each: what is done before, as \`observe()\` does, costs less there. Node.js 24 and later share them.`,
  },
  'start-up': {
    title: 'Start-up',
    text: 'CPU time of a process from its start to the end of the import, beyond one that imports nothing.',
  },
  size: {
    title: 'Size',
    text: 'The budgets are held by a test.',
  },
}
