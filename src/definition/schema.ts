import { OUTPUT, SPEC } from './schema-checks.ts'
import { dataStoreSchema, pluginSchemas, type SchemaParts, triggerSchema } from './schema-plugins.ts'
import { ONLY, RETRIES, SERIAL, SKIP, TAGS } from './schema-running.ts'
import { suite } from './schema-suite.ts'
import { VARIABLE_SET, VARIABLE_SETS, VARIABLES } from './schema-variables.ts'
import { POLLING_PROFILE, WAIT } from './schema-wait.ts'
import {
  duration,
  LISTEN_ADDRESS,
  mapping,
  ORIGIN,
  ORIGIN_TITLE,
  PROPAGATION,
  type Schema,
  TRACE_URL_PATTERN,
  TRACE_URL_TITLE,
  text,
  WAIT_TARGET_PATTERN
} from './schema-words.ts'

const NAME_OR_PATH = 'a mapping, or the name of a document'

/** A mapping, or a text that stands for one. */
function referable(schema: Schema): Schema {
  return { ...schema, title: NAME_OR_PATH, type: ['string', 'object'] }
}

function test(parts: SchemaParts): Schema {
  return mapping(
    'a test (a mapping)',
    {
      id: text('a text', 'Names the saved files of the test; made of the name if it is left out.'),
      name: text('a text', 'What the report calls the test.', {
        minLength: 1,
        'x-empty': 'is empty: a test needs a name'
      }),
      description: text('a text', 'For the reader.'),
      tags: TAGS,
      skip: SKIP,
      only: ONLY,
      serial: SERIAL,
      retries: RETRIES,
      trigger: triggerSchema(parts),
      specs: {
        title: 'a list of specs',
        description: 'What must hold for the trace.',
        type: 'array',
        items: SPEC,
        'x-fix': 'start each spec with a dash: `- selector: …`'
      },
      outputs: {
        title: 'a list of outputs',
        description: 'Values taken from the trace.',
        type: 'array',
        items: OUTPUT
      },
      variables: VARIABLES,
      variableSets: VARIABLE_SETS,
      skipTraceCollection: {
        title: 'true or false',
        description: 'true: only the answer is judged; no spans are awaited.',
        type: 'boolean',
        default: false
      },
      ...WAIT,
      pollingProfile: referable(POLLING_PROFILE),
      dataStore: referable(dataStoreSchema(parts, NAME_OR_PATH))
    },
    {
      description: 'A request, and what must hold for the trace it causes.',
      required: ['name', 'trigger'],
      hints: {
        silent: ['version', 'createdAt', 'summary'],
        idle: {
          serviceUnderTest: 'the trigger says what is called',
          service: 'the trigger says what is called',
          schema: 'the selectors and assertions say what must hold',
          fullSteps: 'a test is one step'
        },
        home: {
          httpRequest: 'trigger',
          url: 'trigger.httpRequest',
          method: 'trigger.httpRequest',
          headers: 'trigger.httpRequest',
          body: 'trigger.httpRequest',
          selector: 'an entry of specs',
          assertions: 'an entry of specs',
          sequence: 'an entry of specs',
          when: 'an entry of specs',
          tailSampling: 'pipeline',
          sampling: 'trigger',
          propagation: 'trigger',
          traceId: 'trigger',
          jobs: 'tracerun.yaml',
          endpoint: 'tracerun.yaml',
          dataStores: 'tracerun.yaml',
          traceUrl: 'tracerun.yaml',
          reporters: 'tracerun.yaml'
        }
      }
    }
  )
}

function project(parts: SchemaParts): Schema {
  const list = (title: string, description: string, examples: readonly unknown[]): Schema => ({
    title,
    description,
    type: ['array', 'string'],
    items: text('a text', description, { minLength: 1 }),
    examples
  })
  return mapping(
    'the project file (a mapping)',
    {
      tests: list('a list of files, directories and globs', 'What is run when no file is named.', [
        ['specs/**/*.yaml']
      ]),
      dataStore: referable(dataStoreSchema(parts, NAME_OR_PATH)),
      dataStores: {
        title: 'a mapping of names to data stores',
        description: 'Data stores that tests and `dataStore` name.',
        type: 'object',
        additionalProperties: referable(dataStoreSchema(parts, NAME_OR_PATH)),
        examples: [{ staging: 'tempo=http://tempo.staging:3200' }]
      },
      traceUrl: text('a URL', 'The link to a trace in reports; {traceId} stands for its id.', {
        pattern: TRACE_URL_PATTERN,
        examples: ['https://grafana.example/explore?trace={traceId}'],
        'x-fix': `write ${TRACE_URL_TITLE}`
      }),
      otlpListen: {
        ...list('a list of addresses', 'host:port on which spans are received.', [
          ['127.0.0.1:4317', '127.0.0.1:4318']
        ]),
        items: {
          ...text('HOST:PORT', 'host:port, or a port of the loopback addresses.'),
          pattern: LISTEN_ADDRESS
        }
      },
      otlpCors: {
        ...list('a list of origins', 'Web pages whose spans are received, beside those of this machine.', [
          ['https://shop.example:3000', 'https://*.example.com']
        ]),
        items: {
          ...text('an origin', 'scheme://host:port, without a path; `*` stands for any part of it.'),
          type: 'string',
          pattern: ORIGIN,
          'x-fix': `write ${ORIGIN_TITLE}, without a path`
        }
      },
      otlpForward: text('a URL', 'Where everything that is received is sent as well, over HTTP.', {
        pattern: '^https?://[^/\\s]+',
        examples: ['http://localhost:14318'],
        'x-fix': 'write it with its scheme, such as `http://localhost:14318`'
      }),
      propagation: PROPAGATION,
      pollingProfile: referable(POLLING_PROFILE),
      variables: VARIABLES,
      variableSets: VARIABLE_SETS,
      ...WAIT,
      reporters: list('a list of reporters', 'NAME or NAME=PATH.', [['pretty', 'json=report.json']]),
      jobs: {
        title: 'a number from 1',
        description: 'How many requests may be under way at once.',
        type: 'integer',
        minimum: 1,
        'x-fix': 'write a whole number, such as `4`'
      },
      retries: RETRIES,
      endpoint: text('a URL', 'What relative URLs are resolved against.', {
        pattern: '^https?://[^/\\s]+',
        examples: ['http://localhost:8080'],
        'x-fix': 'write it with its scheme, such as `http://localhost:8080`'
      }),
      waitFor: {
        ...list(
          'a list of URLs',
          'What must answer before the first test: http://, https:// or tcp://host:port.',
          [['http://localhost:8080/health']]
        ),
        items: {
          ...text('http://…, https://… or tcp://host:port', 'What must answer before the first test.'),
          pattern: WAIT_TARGET_PATTERN
        }
      },
      waitTimeout: duration('How long that may take.', ['60s'])
    },
    {
      description: 'Defaults for all tests of a project.',
      hints: {
        home: { tailSampling: 'pipeline', specs: 'a test', trigger: 'a test' }
      }
    }
  )
}

/** The schemas of what may stand in a file, by name. */
export interface DefinitionSchemas {
  readonly test: Schema
  readonly suite: Schema
  readonly variableSet: Schema
  readonly dataStore: Schema
  readonly pollingProfile: Schema
  readonly project: Schema
  /** What the others refer to, by name: the options of each plug-in. */
  readonly plugins: Readonly<Record<string, Schema>>
}

/** Builds the schemas for the plug-ins there are. */
export function buildSchemas(parts: SchemaParts): DefinitionSchemas {
  return {
    test: test(parts),
    suite,
    variableSet: VARIABLE_SET,
    dataStore: dataStoreSchema(parts, 'a data store (a mapping)'),
    pollingProfile: POLLING_PROFILE,
    project: project(parts),
    plugins: pluginSchemas(parts)
  }
}
