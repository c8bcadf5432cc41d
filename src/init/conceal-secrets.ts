import type { SketchedAuth, SketchedBody, SketchedHeader, SketchedRequest } from './request.ts'

/** Something of the request that must not stand in a file. */
export interface Secret {
  /** Of the variable of the process that stands in its place. */
  readonly name: string
  /** Absent where the command named a variable itself. */
  readonly value?: string
  /** For words: `the header x-api-key`. */
  readonly where: string
  /** Whether the test declares it, so that reports hide it; an `auth` block is known to hold one. */
  readonly isDeclared: boolean
}

export interface Concealed {
  readonly request: SketchedRequest
  readonly secrets: readonly Secret[]
}

/** Shorter ones are too common to be searched for. */
const SHORTEST_DECLARED = 4
const LONG_SECRET = 8
const SECRET_HEADER =
  /^(?:proxy-authorization|cookie|set-cookie|authentication)$|api-?key|access-?key|token|secret|password|passwd|credential|session|signature|csrf|xsrf|(?:^|-)auth(?:$|-)/i
const SECRET_FIELD =
  /^(?:key|sig|signature|auth|code|pwd|pass|pin|jwt)$|api_?-?key|access_?-?key|token|secret|password|passwd|credential|session_?id|card_?number|cvv/i
const ONE_REFERENCE = /^\$\{([A-Za-z_]\w*)(?::-[^}]*)?\}$/
const ANY_REFERENCE = /\$\{[A-Za-z_]\w*/

/** Puts variables in the place of what looks like a secret: by the names of headers, of the query and of fields, never by its value. */
export function concealSecrets(request: SketchedRequest): Concealed {
  const names = new Names()
  const inUrl = withAuthOfUrl(request)
  const url = concealPairs(inUrl.url, /([?&])([^=&#]+)=([^&#]*)/g, 'the query', names)
  const { auth, headers } = concealHeaders(inUrl, names)
  const body = request.body && concealBody(request.body, headers, names)
  const shownAuth = auth && concealAuth(auth, names)
  const shown: SketchedRequest = { ...request, url, headers, ...(body ? { body } : {}) }
  return {
    request: withoutRepeats(shownAuth ? { ...shown, auth: shownAuth } : shown, names.secrets),
    secrets: names.secrets
  }
}

/** A value that is long enough to be no accident is a secret wherever else it stands. */
function withoutRepeats(request: SketchedRequest, secrets: readonly Secret[]): SketchedRequest {
  const hide = (text: string): string =>
    secrets.reduce(
      (shown, { name, value = '', isDeclared }) =>
        value.length < LONG_SECRET
          ? shown
          : shown.replaceAll(value, () => (isDeclared ? `\${var:${name}}` : `\${${name}}`)),
      text
    )
  const { body } = request
  return {
    ...request,
    url: hide(request.url),
    headers: request.headers.map(({ key, value }) => ({ key, value: hide(value) })),
    ...(body && 'text' in body ? { body: { text: hide(body.text) } } : {})
  }
}

/** Gives each secret a name, one name for one value. */
class Names {
  readonly secrets: Secret[] = []

  /** The text to write: a variable of the test where it is declared, of the process where an `auth` block says enough. */
  conceal(value: string, wanted: string, where: string, inAuth = false): string {
    const own = ONE_REFERENCE.exec(value)?.[1]
    if (own === undefined && ANY_REFERENCE.test(value)) return value
    const isDeclared = !inAuth && (own !== undefined || value.length >= SHORTEST_DECLARED)
    const name = own ?? this.#nameFor(value, wanted)
    const known = this.secrets.find(secret => secret.name === name)
    if (known === undefined)
      this.secrets.push({ name, where, isDeclared, ...(own === undefined ? { value } : {}) })
    return known?.isDeclared === true || isDeclared ? `\${var:${name}}` : `\${${name}}`
  }

  #nameFor(value: string, wanted: string): string {
    const base = environmentName(wanted)
    for (let number = 1; ; number++) {
      const name = number === 1 ? base : `${base}_${number}`
      const taken = this.secrets.find(secret => secret.name === name)
      if (taken === undefined || taken.value === value) return name
    }
  }
}

function environmentName(text: string): string {
  const name = text
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase()
  return /^[A-Z]/.test(name) ? name : `SECRET_${name}`
}

/** `http://user:password@host` becomes basic authentication, which is what it means. */
function withAuthOfUrl(request: SketchedRequest): SketchedRequest {
  const [, before = '', info] = /^((?:[a-z][a-z0-9+.-]*:)?\/\/)?([^/?#@]*)@/i.exec(request.url) ?? []
  if (info === undefined) return request
  const [whole = ''] = /^(?:(?:[a-z][a-z0-9+.-]*:)?\/\/)?[^/?#@]*@/i.exec(request.url) ?? []
  const [username = '', ...password] = info.split(':').map(decoded)
  const auth: SketchedAuth = request.auth ?? { type: 'basic', username, password: password.join(':') }
  return { ...request, url: `${before}${request.url.slice(whole.length)}`, auth }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A header `Authorization` of a common scheme becomes an `auth` block; any other that holds a secret keeps its place. */
function concealHeaders(
  { headers, auth: given }: SketchedRequest,
  names: Names
): { readonly headers: readonly SketchedHeader[]; readonly auth: SketchedAuth | undefined } {
  let auth = given
  const shown = headers.flatMap(({ key, value }): readonly SketchedHeader[] => {
    if (key.toLowerCase() === 'authorization') {
      const block = authOf(value)
      if (block !== undefined && auth === undefined) {
        auth = block
        return []
      }
      return [{ key, value: concealCredentials(value, names) }]
    }
    if (!SECRET_HEADER.test(key)) return [{ key, value }]
    return [{ key, value: names.conceal(value, key, `the header ${key}`) }]
  })
  return { headers: shown, auth }
}

function authOf(value: string): SketchedAuth | undefined {
  const [, scheme = '', credentials = ''] = /^(\S+)\s+(\S+)$/.exec(value) ?? []
  if (/^bearer$/i.test(scheme)) return { type: 'bearer', token: credentials }
  if (!/^basic$/i.test(scheme) || !/^[A-Za-z0-9+/]+=*$/.test(credentials)) return undefined
  const [username = '', ...password] = Buffer.from(credentials, 'base64').toString('utf8').split(':')
  return password.length === 0 ? undefined : { type: 'basic', username, password: password.join(':') }
}

/** The scheme is no secret. */
function concealCredentials(value: string, names: Names): string {
  const [, scheme = '', credentials = value] = /^([A-Za-z][\w-]*\s+)?(.+)$/s.exec(value) ?? []
  return `${scheme}${names.conceal(credentials, 'AUTHORIZATION', 'the header authorization')}`
}

function concealAuth(auth: SketchedAuth, names: Names): SketchedAuth {
  if (auth.type === 'bearer')
    return { ...auth, token: names.conceal(auth.token, 'API_TOKEN', 'the bearer token', true) }
  if (auth.password === '' && auth.username !== '')
    return { ...auth, username: names.conceal(auth.username, 'API_TOKEN', 'the name of the user', true) }
  return { ...auth, password: names.conceal(auth.password, 'API_PASSWORD', 'the password', true) }
}

function concealPairs(text: string, pattern: RegExp, where: string, names: Names): string {
  return text.replace(pattern, (whole, before: string, key: string, value: string) =>
    value !== '' && SECRET_FIELD.test(decoded(key))
      ? `${before}${key}=${names.conceal(value, decoded(key), `${decoded(key)} in ${where}`)}`
      : whole
  )
}

const JSON_FIELD = /("((?:[^"\\]|\\.)+)"\s*:\s*)"((?:[^"\\]|\\.)+)"/g

/** A field of a form: the line that names it, other headers, an empty line, its value. */
const PART = /(;[ \t]*name="([^"\r\n]+)"[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n)([^\r\n]+)/gi

function concealBody(body: SketchedBody, headers: readonly SketchedHeader[], names: Names): SketchedBody {
  if ('file' in body) return body
  const type = headers.find(({ key }) => key.toLowerCase() === 'content-type')?.value ?? ''
  if (/x-www-form-urlencoded/i.test(type) && !/^\s*[[{]/.test(body.text))
    return { text: concealPairs(body.text, /(^|&)([^=&]+)=([^&]*)/g, 'the body', names) }
  if (/^multipart\//i.test(type))
    return {
      text: body.text.replace(PART, (whole, before: string, key: string, value: string) =>
        SECRET_FIELD.test(key) ? `${before}${names.conceal(value, key, `${key} in the body`)}` : whole
      )
    }
  return {
    text: body.text.replace(JSON_FIELD, (whole, before: string, key: string, value: string) =>
      SECRET_FIELD.test(key) ? `${before}"${names.conceal(value, key, `${key} in the body`)}"` : whole
    )
  }
}
