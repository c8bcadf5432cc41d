import type { TestDefinition } from '../definition/document.ts'
import type { Settings } from '../definition/settings.ts'
import type { PlannedTest } from '../plan/plan.ts'

/** What a test says, in parts that matter differently when a file is saved. */
export interface TestState {
  /** All that its request and its waiting depend on. */
  readonly request: string
  readonly outputs: string
  readonly specs: string
}

/** Where something stands is no part of what it says. */
const PLACES: ReadonlySet<string> = new Set(['location', 'keyLocation', 'range', 'start', 'end', 'source'])

/** What a test says. What is not known to matter to its checks alone counts as a part of its request. */
export function stateOf(test: PlannedTest, definition: TestDefinition, settings: Settings): TestState {
  const { specs, outputs, description, tags, variables, variableSets, ...asked } = definition
  // What these say of a test is in its plan.
  const { defaults, variables: given, wait, pollingProfile, dataStore, dataStores, ...common } = settings
  const { tests, reporters, jobs, retries, traceUrl, waitFor, waitTimeoutMs, ...applied } = common
  const planned = [test.wait, test.backend.key, test.variables, test.step, test.secretOutputs, test.skip]
  return {
    request: fingerprint([asked, applied, planned]),
    outputs: fingerprint(outputs),
    specs: fingerprint(specs)
  }
}

/** The same for two values exactly where they say the same. */
function fingerprint(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (PLACES.has(key)) return undefined
    if (typeof part === 'bigint') return `${part}n`
    return part instanceof Map || part instanceof Set ? [...part] : part
  })
}
