interface BasicAuth {
  readonly username?: string
  /** As the documentation of Tracetest has it. */
  readonly user?: string
  readonly password: string
}

interface ApiKeyAuth {
  readonly key: string
  readonly value: string
  readonly in?: 'header' | 'query'
}

interface BearerAuth {
  /** Sent as it is where it starts with a scheme, after `Bearer ` otherwise. */
  readonly token: string
}

/** Tracetest's `auth` block. */
export interface HttpAuth {
  readonly type: 'basic' | 'apiKey' | 'bearer'
  readonly basic?: BasicAuth
  readonly apiKey?: ApiKeyAuth
  readonly bearer?: BearerAuth
}

/** A key that is spelt out makes a linter take the schema for a promise. */
const THEN = 'then'

/** The JSON Schema of an `auth` block. */
export const AUTH_SCHEMA: { readonly [keyword: string]: unknown } = {
  type: 'object',
  additionalProperties: false,
  required: ['type'],
  properties: {
    type: { enum: ['basic', 'apiKey', 'bearer'], description: 'Which of the blocks below is used.' },
    basic: {
      description: 'A user and a password.',
      type: 'object',
      additionalProperties: false,
      required: ['password'],
      properties: {
        username: { type: 'string', description: 'The name of the user.' },
        user: { type: 'string', description: 'Older spelling of username.' },
        password: { type: 'string', description: 'The password: from a variable, not in the file.' }
      }
    },
    apiKey: {
      description: 'A key in a header or in the query.',
      type: 'object',
      additionalProperties: false,
      required: ['key', 'value'],
      properties: {
        key: { type: 'string', description: 'The name of the header or of the query parameter.' },
        value: { type: 'string', description: 'The key itself.' },
        in: { enum: ['header', 'query'], default: 'header', description: 'Where the key goes.' }
      }
    },
    bearer: {
      description: 'A token.',
      type: 'object',
      additionalProperties: false,
      required: ['token'],
      properties: {
        token: {
          type: 'string',
          description: 'Sent after `Bearer `, or as it is where it already starts with a scheme.'
        }
      }
    }
  },
  allOf: ['basic', 'apiKey', 'bearer'].map(type => ({
    if: { properties: { type: { const: type } }, required: ['type'] },
    [THEN]: { required: [type] }
  }))
}

/** Which strings of options with an `auth` block, in either spelling, are templates. */
export const AUTH_TEMPLATES: readonly (readonly string[])[] = inAuth([
  ['basic', 'username'],
  ['basic', 'user'],
  ['basic', 'password'],
  ['apiKey', 'key'],
  ['apiKey', 'value'],
  ['bearer', 'token']
])

/** Which of them are secrets. */
export const AUTH_SECRETS: readonly (readonly string[])[] = inAuth([
  ['basic', 'password'],
  ['apiKey', 'value'],
  ['bearer', 'token']
])

function inAuth(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return ['auth', 'authentication'].flatMap(key => paths.map(path => [key, ...path]))
}

interface Credential {
  readonly key: string
  readonly value: string
}

/** What an auth block adds to a request. */
export interface Credentials {
  readonly header?: Credential
  readonly query?: Credential
}

/** Reads an auth block. */
export function credentialsOf(auth: HttpAuth): Credentials {
  switch (auth.type) {
    case 'basic': {
      const { username, user, password = '' } = auth.basic ?? {}
      return { header: basicHeader(`${username ?? user ?? ''}:${password}`) }
    }
    case 'bearer':
      return { header: { key: 'authorization', value: bearerValue(auth.bearer?.token ?? '') } }
    case 'apiKey': {
      const { key = '', value = '', in: place = 'header' } = auth.apiKey ?? {}
      return place === 'query' ? { query: { key, value } } : { header: { key, value } }
    }
    default:
      // A file with mistakes is bound all the same, to find the others.
      return {}
  }
}

/** The header for `user:password`. */
export function basicHeader(userInfo: string): Credential {
  return { key: 'authorization', value: `Basic ${Buffer.from(userInfo, 'utf8').toString('base64')}` }
}

/** Suites written for Tracetest carry the scheme in the token, since there it is sent as it is. */
function bearerValue(token: string): string {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ +\S/.test(token) ? token : `Bearer ${token}`
}
