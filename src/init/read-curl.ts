import { UsageError } from '../errors/errors.ts'
import { suggest } from '../errors/suggest.ts'
import type { CurlMeaning, CurlOption } from './curl-options.ts'
import { CURL_OPTIONS, longOption, shortOption } from './curl-options.ts'
import type { SketchedAuth, SketchedBody, SketchedHeader, SketchedRequest } from './request.ts'

/** What has been said so far. */
interface Draft {
  method?: string
  readonly urls: string[]
  readonly headers: SketchedHeader[]
  readonly data: SketchedBody[]
  isJson: boolean
  hasForm: boolean
  readonly asQuery: { isSet: boolean }
  isHead: boolean
  auth?: SketchedAuth
  verifiesTls: boolean
}

/**
 * The request of a curl command, its words after `curl` given as texts of a test file. Throws `UsageError` that names the
 * option that cannot be read or repeated.
 */
export function readCurl(words: readonly string[]): SketchedRequest {
  const draft: Draft = {
    urls: [],
    headers: [],
    data: [],
    isJson: false,
    hasForm: false,
    asQuery: { isSet: false },
    isHead: false,
    verifiesTls: true
  }
  const rest = [...words]
  const take = (name: string): string => {
    const value = rest.shift()
    if (value === undefined) throw new UsageError(`curl: ${name} needs a value`)
    return value
  }
  for (let word = rest.shift(); word !== undefined; word = rest.shift())
    if (word.startsWith('--') && word.length > 2) readLong(word, draft, take)
    else if (word.startsWith('-') && word.length > 1) readShort(word, draft, take)
    else draft.urls.push(word)
  return finish(draft)
}

type Take = (name: string) => string

function readLong(word: string, draft: Draft, take: Take): void {
  const option = longOption(word.slice(2)) ?? longOption(word.slice(2).replace(/^no-/, ''))
  if (option === undefined) throw unknownOption(word)
  apply(option, word, draft, option.takesValue ? take(word) : '')
}

/** `-sSL` is three of them, `-XPOST` one and its value. */
function readShort(word: string, draft: Draft, take: Take): void {
  for (let at = 1; at < word.length; at++) {
    const name = `-${word[at]}`
    const option = shortOption(word[at]!)
    if (option === undefined) throw unknownOption(name, word)
    if (option.takesValue) {
      apply(option, name, draft, at + 1 < word.length ? word.slice(at + 1) : take(name))
      return
    }
    apply(option, name, draft, '')
  }
}

function unknownOption(name: string, within: string = name): UsageError {
  const near = suggest(name, CURL_OPTIONS)
  return new UsageError(
    `curl: the option ${name} is not known here${within === name ? '' : ` (in ${within})`}`,
    {
      hint: near
        ? `did you mean ${near}?`
        : 'leave it out if the service does not see it; otherwise write the test by hand'
    }
  )
}

function apply({ meaning }: CurlOption, name: string, draft: Draft, value: string): void {
  if (typeof meaning !== 'string')
    throw new UsageError(`curl: ${name} cannot be repeated by a test`, { hint: meaning.instead })
  ACTIONS[meaning](draft, value, name)
}

type Action = (draft: Draft, value: string, name: string) => void

const ACTIONS: Readonly<Record<Exclude<CurlMeaning, object>, Action>> = {
  method: (draft, value) => {
    draft.method = value
  },
  header: (draft, value, name) => addHeader(draft, value, name),
  data: (draft, value, name) => addData(draft, value.startsWith('@') ? fileOf(value, name) : { text: value }),
  'data-raw': (draft, value) => addData(draft, { text: value }),
  'data-binary': (draft, value, name) =>
    addData(draft, value.startsWith('@') ? fileOf(value, name) : { text: value }),
  'data-urlencode': (draft, value, name) => addData(draft, { text: urlEncoded(value, name) }),
  json: (draft, value, name) => {
    draft.isJson = true
    draft.data.push(value.startsWith('@') ? fileOf(value, name) : { text: value })
  },
  user: (draft, value) => {
    draft.auth = userAuth(value)
  },
  bearer: (draft, value) => {
    draft.auth = { type: 'bearer', token: value }
  },
  cookie: (draft, value, name) => {
    if (!value.includes('='))
      throw new UsageError(`curl: ${name} ${value} names a file of cookies`, {
        hint: 'give the cookies themselves: -b "NAME=VALUE"'
      })
    draft.headers.push({ key: 'cookie', value })
  },
  'user-agent': (draft, value) => {
    draft.headers.push({ key: 'user-agent', value })
  },
  referer: (draft, value) => {
    draft.headers.push({ key: 'referer', value })
  },
  url: (draft, value) => {
    draft.urls.push(value)
  },
  get: draft => {
    draft.asQuery.isSet = true
  },
  head: draft => {
    draft.isHead = true
  },
  insecure: draft => {
    draft.verifiesTls = false
  },
  ignored: () => undefined
}

/** `Name: value`; `Name;` is a header without a value, `Name:` takes one of curl's own away. */
function addHeader(draft: Draft, text: string, name: string): void {
  if (text.startsWith('@'))
    throw new UsageError(`curl: ${name} ${text} names a file of headers`, {
      hint: 'give the headers themselves'
    })
  const [, key, value = ''] = /^([^:;]+)[:;](.*)$/s.exec(text) ?? []
  if (key === undefined)
    throw new UsageError(`curl: "${text}" is no header`, { hint: 'write it as -H "name: value"' })
  if (value.trim() !== '' || text.endsWith(';')) draft.headers.push({ key: key.trim(), value: value.trim() })
}

function addData(draft: Draft, body: SketchedBody): void {
  draft.hasForm = true
  draft.data.push(body)
}

function fileOf(value: string, name: string): SketchedBody {
  const file = value.slice(1)
  if (file === '-' || file === '')
    throw new UsageError(`curl: ${name} ${value} reads the body from standard input`, {
      hint: 'save it in a file, and name that: --data-binary @FILE'
    })
  return { file }
}

/** `name=value` and `=value` are encoded behind the `=`, anything else as a whole. */
function urlEncoded(value: string, name: string): string {
  if (/^[^=]*@/.test(value))
    throw new UsageError(`curl: ${name} ${value} reads a file`, { hint: 'give its text' })
  const at = value.indexOf('=')
  if (at < 0) return encodeURIComponent(value)
  return `${value.slice(0, at)}${at === 0 ? '' : '='}${encodeURIComponent(value.slice(at + 1))}`
}

function userAuth(value: string): SketchedAuth {
  const at = value.indexOf(':')
  if (at < 0)
    throw new UsageError(`curl: -u ${value} leaves the password to be asked for`, {
      hint: 'give it by a variable: -u "NAME:$PASSWORD"'
    })
  return { type: 'basic', username: value.slice(0, at), password: value.slice(at + 1) }
}

function finish(draft: Draft): SketchedRequest {
  const [given, another] = draft.urls
  if (given === undefined)
    throw new UsageError('the curl command names no URL', { hint: 'copy the whole command' })
  if (another !== undefined)
    throw new UsageError(`the curl command names two URLs: ${given} and ${another}`, {
      hint: 'a test is one request; is a quote missing?'
    })
  const data = joinData(draft.data)
  const url = draft.asQuery.isSet && data !== undefined ? withQuery(given, data) : given
  const body = draft.asQuery.isSet ? undefined : data
  const has = (key: string): boolean => draft.headers.some(header => header.key.toLowerCase() === key)
  const implied: SketchedHeader[] = []
  if (body !== undefined && !has('content-type'))
    implied.push({
      key: 'content-type',
      value: draft.isJson ? 'application/json' : 'application/x-www-form-urlencoded'
    })
  if (draft.isJson && !has('accept')) implied.push({ key: 'accept', value: 'application/json' })
  const method = draft.method ?? (draft.isHead ? 'HEAD' : body === undefined ? 'GET' : 'POST')
  return {
    method: method.toUpperCase(),
    url,
    headers: [...draft.headers, ...implied],
    ...(body === undefined ? {} : { body }),
    ...(draft.auth === undefined ? {} : { auth: draft.auth }),
    verifiesTls: draft.verifiesTls,
    leftOut: []
  }
}

function joinData(data: readonly SketchedBody[]): SketchedBody | undefined {
  const [first, ...more] = data
  if (first === undefined || more.length === 0) return first
  const texts = data.map(one => {
    if ('file' in one)
      throw new UsageError(`curl: a body of several parts, one of them the file ${one.file}`, {
        hint: 'put all of it into one file, and name that: --data-binary @FILE'
      })
    return one.text
  })
  return { text: texts.join('&') }
}

function withQuery(url: string, data: SketchedBody): string {
  if ('file' in data)
    throw new UsageError(`curl: -G with the file ${data.file}`, { hint: 'write the query into the URL' })
  const [address = '', fragment] = url.split('#')
  const joint = address.includes('?') ? (/[?&]$/.test(address) ? '' : '&') : '?'
  return `${address}${joint}${data.text}${fragment === undefined ? '' : `#${fragment}`}`
}
