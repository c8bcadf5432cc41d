import { duration, mapping, type Schema, text } from './schema-words.ts'

const HOSTS: Schema = {
  title: 'a list of hosts',
  description: 'host or host:port of systems that are called and send no spans.',
  type: 'array',
  items: text('a host (a text)', 'host or host:port', { minLength: 1 }),
  examples: [['api.stripe.com', 'localhost:6379']]
}

/** How long to wait, and what for: the same in a test and in the project file. */
export const WAIT: Schema = {
  timeout: duration('How long to wait for the trace after the answer.', ['30s', '1m30s']),
  flushDelay: duration('After how long, at most, the tested services send a span that ended.', [
    '200ms',
    '5s'
  ]),
  lag: duration('From a span being sent until the backend answers with it.', ['0', '2s']),
  pipeline: mapping(
    'a mapping',
    { tailSampling: duration('How long a collector waits before it decides on a trace.', ['10s']) },
    { description: 'What lies between the services and the backend.' }
  ),
  absenceWindow: duration(
    'How long a complete trace is watched for what would speak against a check that holds.',
    ['2s', '0']
  ),
  async: duration('How long after a message was sent its consumer may begin.', ['20s']),
  orphans: {
    title: 'allow',
    description: 'allow: spans whose parent never comes do not make the trace incomplete.',
    enum: ['allow']
  },
  links: {
    title: 'follow or ignore',
    description:
      'follow: traces that begin with a link to a span of this one belong to it. The default of triggers that send a message; of others, ignore.',
    enum: ['follow', 'ignore']
  },
  external: HOSTS
}

/** Tracetest's way to say how long to wait. */
export const POLLING_PROFILE: Schema = mapping(
  'a polling profile (a mapping)',
  {
    strategy: { title: 'periodic', description: 'The only one there is.', enum: ['periodic'] },
    periodic: mapping(
      'a mapping',
      {
        timeout: duration('How long to wait for the trace.', ['1m']),
        retryDelay: duration('The longest step between two looks into the backend.', ['5s'])
      },
      {
        hints: {
          idle: {
            selectorMatchRetries:
              'specs are judged whenever spans arrive, and waiting ends when the trace is complete'
          }
        }
      }
    )
  },
  { hints: { silent: ['id', 'name', 'default'] } }
)
