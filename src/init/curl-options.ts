/** What an option of curl is to us. */
export type CurlMeaning =
  | 'method'
  | 'header'
  | 'data'
  | 'data-raw'
  | 'data-binary'
  | 'data-urlencode'
  | 'json'
  | 'user'
  | 'bearer'
  | 'cookie'
  | 'user-agent'
  | 'referer'
  | 'url'
  | 'get'
  | 'head'
  | 'insecure'
  /** About how curl prints, waits or connects: nothing that the service would see. */
  | 'ignored'
  /** Changes the request in a way that a test cannot repeat: what to do instead. */
  | { readonly instead: string }

export interface CurlOption {
  readonly meaning: CurlMeaning
  readonly takesValue: boolean
}

const flag = (meaning: CurlMeaning): CurlOption => ({ meaning, takesValue: false })
const valued = (meaning: CurlMeaning): CurlOption => ({ meaning, takesValue: true })

const MULTIPART =
  'a test cannot send multipart forms: save the body in a file with its boundary, and send that with -H "content-type: multipart/form-data; boundary=…" --data-binary @FILE'
const CERTIFICATE =
  'leave it out: a certificate authority is named by NODE_EXTRA_CA_CERTS, client certificates are not sent'

/** Options by their long names. */
const LONG: Readonly<Record<string, CurlOption>> = {
  request: valued('method'),
  header: valued('header'),
  data: valued('data'),
  'data-ascii': valued('data'),
  'data-raw': valued('data-raw'),
  'data-binary': valued('data-binary'),
  'data-urlencode': valued('data-urlencode'),
  json: valued('json'),
  user: valued('user'),
  'oauth2-bearer': valued('bearer'),
  cookie: valued('cookie'),
  'user-agent': valued('user-agent'),
  referer: valued('referer'),
  url: valued('url'),
  get: flag('get'),
  head: flag('head'),
  insecure: flag('insecure'),
  basic: flag('ignored'),
  location: flag('ignored'),
  'location-trusted': flag('ignored'),
  compressed: flag('ignored'),
  silent: flag('ignored'),
  'show-error': flag('ignored'),
  verbose: flag('ignored'),
  include: flag('ignored'),
  fail: flag('ignored'),
  'fail-with-body': flag('ignored'),
  'no-buffer': flag('ignored'),
  'progress-bar': flag('ignored'),
  globoff: flag('ignored'),
  'path-as-is': flag('ignored'),
  'http1.0': flag('ignored'),
  'http1.1': flag('ignored'),
  http2: flag('ignored'),
  'http2-prior-knowledge': flag('ignored'),
  ipv4: flag('ignored'),
  ipv6: flag('ignored'),
  'tcp-nodelay': flag('ignored'),
  'no-keepalive': flag('ignored'),
  'remote-name': flag('ignored'),
  output: valued('ignored'),
  'write-out': valued('ignored'),
  'dump-header': valued('ignored'),
  'cookie-jar': valued('ignored'),
  'max-time': valued('ignored'),
  'connect-timeout': valued('ignored'),
  retry: valued('ignored'),
  'retry-delay': valued('ignored'),
  'retry-max-time': valued('ignored'),
  'max-redirs': valued('ignored'),
  stderr: valued('ignored'),
  trace: valued('ignored'),
  'trace-ascii': valued('ignored'),
  form: valued({ instead: MULTIPART }),
  'form-string': valued({ instead: MULTIPART }),
  'upload-file': valued({ instead: 'send the file as a body: -X PUT --data-binary @FILE' }),
  cert: valued({ instead: CERTIFICATE }),
  key: valued({ instead: CERTIFICATE }),
  cacert: valued({ instead: CERTIFICATE }),
  capath: valued({ instead: CERTIFICATE }),
  proxy: valued({ instead: 'leave it out: tests are sent to the service itself' }),
  socks5: valued({ instead: 'leave it out: tests are sent to the service itself' }),
  'unix-socket': valued({ instead: 'let the service listen on a port' }),
  resolve: valued({ instead: 'name the address in the URL, and the host in a header: -H "host: …"' }),
  'connect-to': valued({ instead: 'name the address in the URL, and the host in a header: -H "host: …"' }),
  digest: flag({ instead: 'send what a client sends once it is known: -H "authorization: …"' }),
  ntlm: flag({ instead: 'send what a client sends once it is known: -H "authorization: …"' }),
  negotiate: flag({ instead: 'send what a client sends once it is known: -H "authorization: …"' }),
  anyauth: flag({ instead: 'say which: -u USER:PASSWORD is basic' }),
  'aws-sigv4': valued({
    instead: 'a signature holds for one moment: test behind the gateway that checks it'
  }),
  netrc: flag({ instead: 'give them in the command: -u USER:PASSWORD' }),
  config: valued({ instead: 'write the options of the file into the command' }),
  next: flag({ instead: 'make a test of each request' }),
  parallel: flag({ instead: 'make a test of each request' })
}

/** Letters of options, and the long names they stand for. */
const SHORT: Readonly<Record<string, string>> = {
  X: 'request',
  H: 'header',
  d: 'data',
  u: 'user',
  b: 'cookie',
  c: 'cookie-jar',
  A: 'user-agent',
  e: 'referer',
  G: 'get',
  I: 'head',
  k: 'insecure',
  L: 'location',
  s: 'silent',
  S: 'show-error',
  v: 'verbose',
  i: 'include',
  f: 'fail',
  N: 'no-buffer',
  '#': 'progress-bar',
  g: 'globoff',
  '0': 'http1.0',
  '4': 'ipv4',
  '6': 'ipv6',
  O: 'remote-name',
  o: 'output',
  w: 'write-out',
  D: 'dump-header',
  m: 'max-time',
  F: 'form',
  T: 'upload-file',
  E: 'cert',
  x: 'proxy',
  n: 'netrc',
  K: 'config',
  ':': 'next',
  Z: 'parallel'
}

/** All long names, for a word that is near one. */
export const CURL_OPTIONS: readonly string[] = Object.keys(LONG).map(name => `--${name}`)

/** The option of a long name, without its dashes. */
export function longOption(name: string): CurlOption | undefined {
  return LONG[name]
}

/** The option of a letter. */
export function shortOption(letter: string): CurlOption | undefined {
  const name = SHORT[letter]
  return name === undefined ? undefined : LONG[name]
}
