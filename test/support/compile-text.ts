import type { Definition } from '../../src/definition/document.ts'
import { parseDocuments } from '../../src/definition/parse-document.ts'
import type { Settings } from '../../src/definition/settings.ts'
import { loadValidators, validators } from '../../src/definition/validators.ts'
import { type Diagnostic, inFileOrder, type Outcome } from '../../src/errors/diagnostic.ts'
import { compilePlan } from '../../src/plan/compile.ts'
import type { Plan, PlannedTest } from '../../src/plan/plan.ts'
import { buildRegistry, type Registry } from '../../src/plan/registry.ts'
import type { TraceBackend } from '../../src/plugin/trace-backend.ts'
import type { TraceParent, Trigger } from '../../src/plugin/trigger.ts'

await loadValidators()

/** What a trigger was asked to send. */
export interface SentRequest {
  readonly options: unknown
  readonly parent: TraceParent
}

/** Plug-ins that touch nothing: requests are kept, and answered with these headers. */
export function recordingRegistry(
  sent: SentRequest[] = [],
  headers: readonly { key: string; value: string }[] = []
): Registry {
  const http: Trigger<unknown> = {
    kind: 'http',
    optionsKey: 'httpRequest',
    schema: {
      type: 'object',
      properties: {
        url: { type: 'string' },
        method: { type: 'string' },
        body: { type: 'string' },
        headers: {
          type: 'array',
          items: { type: 'object', properties: { key: { type: 'string' }, value: { type: 'string' } } }
        },
        sslVerification: { type: 'boolean' }
      }
    },
    templates: [
      ['url'],
      ['body'],
      ['headers', '*', 'key'],
      ['headers', '*', 'value'],
      ['auth', 'bearer', 'token']
    ],
    secrets: [['auth', 'bearer', 'token']],
    files: [['body']],
    relativeUrls: [['url']],
    run(options, parent) {
      sent.push({ options, parent })
      return Promise.resolve({
        response: { status: 200, headers },
        sentUnixNano: 0n,
        answeredUnixNano: 1n,
        sentHeaders: []
      })
    }
  }
  const otlp: TraceBackend<unknown> = {
    kinds: ['otlp', 'honeycomb'],
    schema: { type: 'object' },
    files: [],
    secretsOf: () => [],
    caps: () => ({
      isPushed: true,
      stepMs: { first: 250, longest: 1500 },
      lookTimeoutMs: 5000,
      lagMs: 0,
      deadlineMs: 30_000,
      losses: []
    }),
    open: () => Promise.reject(new Error('nothing is opened here'))
  }
  return buildRegistry([http], [otlp])
}

/** The definitions of a YAML text that has no mistake. */
export function parseText(text: string, name = 'checkout.yaml'): readonly Definition[] {
  const { definitions, problems } = parseDocuments({ name, text }, validators, {})
  const errors = problems.filter(problem => problem.severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(error => error.message).join('\n'))
  return definitions
}

/** Compiles a YAML text as a run would. */
export async function compileText(
  text: string,
  settings: Settings = {},
  registry: Registry = recordingRegistry()
): Promise<Outcome<Plan>> {
  const { definitions, problems } = parseDocuments({ name: 'checkout.yaml', text }, validators, {})
  const outcome = await compilePlan(definitions, registry, settings)
  return { ...outcome, problems: inFileOrder([...problems, ...outcome.problems]) }
}

/** The only test of a YAML text; fails where there is a mistake. */
export async function planText(
  text: string,
  settings: Settings = {},
  registry?: Registry
): Promise<PlannedTest> {
  const outcome = await compileText(text, settings, registry)
  if (!outcome.ok) throw new Error(outcome.problems.map((problem: Diagnostic) => problem.message).join('\n'))
  const [test, second] = outcome.value.tests
  if (!test || second) throw new Error('one test is expected')
  return test
}
