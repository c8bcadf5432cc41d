import { UsageError } from '../errors/errors.ts'
import type { Concealed, Secret } from '../init/conceal-secrets.ts'
import { concealSecrets } from '../init/conceal-secrets.ts'
import { readRequest } from '../init/read-request.ts'
import type { SketchedRequest } from '../init/request.ts'
import { requestOf } from '../init/request.ts'
import { passwordOf, STORE_PASSWORD } from '../init/write-project.ts'
import type { Environment } from './environment.ts'
import { relativePath } from './init-files.ts'
import { isThere } from './is-there.ts'
import type { InitOptions } from './options.ts'

const DEFAULT_URL = 'http://localhost:8080/'

/** What is to be tested, and where its traces come from. */
export interface Wish extends Concealed {
  readonly dataStore?: string
  /** As they are sent now: what the file reads from the process. */
  readonly values: Readonly<Record<string, string>>
}

/** Reads the request from the command line, standard input, or the person at the terminal. */
export async function readWish(options: InitOptions, environment: Environment): Promise<Wish> {
  const { ask } = environment
  const mayAsk = options.request.length === 0 && !options.yes && ask !== undefined
  const words = mayAsk ? [await ask('Which request? A URL, or a curl command: ')] : options.request
  const typed = words.length === 1 && words[0] === '-' ? [await readText(environment)] : words
  const isEmpty = typed.every(word => word.trim() === '')
  const written = isEmpty ? requestOf(DEFAULT_URL) : readRequest(typed)
  const { request, secrets: ofRequest } = concealSecrets(written)
  const answer =
    mayAsk && options.dataStore === undefined
      ? await ask(
          'Where are its traces? Enter: sent to tracerun itself. Or such as jaeger=http://localhost:16686: '
        )
      : ''
  const dataStore = options.dataStore ?? (answer.trim() === '' ? undefined : answer.trim())
  const secrets = [...ofRequest, ...secretsOfStore(dataStore)]
  const values = Object.fromEntries(
    secrets.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))
  )
  environment.mask.add(Object.values(values))
  if (options.send) refuseUnset(request, { ...environment.variables, ...values })
  await refuseMissingBody(request, environment)
  return { request, secrets, values, ...(dataStore === undefined ? {} : { dataStore }) }
}

/** The file names a variable in the place of the password. */
function secretsOfStore(dataStore: string | undefined): readonly Secret[] {
  const value = dataStore && passwordOf(dataStore)
  const where = 'the password of the data store'
  return value ? [{ name: STORE_PASSWORD, value, where, isDeclared: false }] : []
}

async function readText(environment: Environment): Promise<string> {
  return Buffer.from(await environment.readStdin()).toString('utf8')
}

/** Every variable of the process that the texts of a request read, and have no default for. */
export function variablesOf(request: SketchedRequest): readonly string[] {
  const text = JSON.stringify(request).replaceAll('$${', '')
  return [...new Set([...text.matchAll(/\$\{([A-Za-z_]\w*)\}/g)].map(([, name]) => name!))]
}

function refuseUnset(request: SketchedRequest, variables: Environment['variables']): void {
  const unset = variablesOf(request).filter(name => variables[name] === undefined)
  if (unset.length > 0)
    throw new UsageError(`the request reads ${unset.map(name => `$${name}`).join(', ')}, which is not set`, {
      hint: `set it, or write the test without sending: --no-send`
    })
}

async function refuseMissingBody({ body }: SketchedRequest, environment: Environment): Promise<void> {
  if (body === undefined || !('file' in body) || (await isThere(body.file, environment))) return
  throw new UsageError(`the body ${relativePath(body.file, environment)} is not there`, {
    hint: `paths start at ${environment.cwd}`
  })
}
