import type { Definition } from '../definition/document.ts'
import type { Settings } from '../definition/settings.ts'
import type { Outcome } from '../errors/diagnostic.ts'
import type { Plan } from './plan.ts'
import type { Registry } from './registry.ts'

/**
 * What will happen, from what all files say. Every mistake that can be found without a request is a problem;
 * there is no plan while one of them is an error.
 */
export async function compilePlan(
  definitions: readonly Definition[],
  registry: Registry,
  settings: Settings
): Promise<Outcome<Plan>> {
  void definitions
  void registry
  void settings
  return { ok: true, value: { tests: [], secrets: [] }, problems: [] }
}
