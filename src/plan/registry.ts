import { TRACETEST_BACKENDS, TRACETEST_TRIGGERS } from '../definition/known-names.ts'
import type { SchemaParts } from '../definition/schema-plugins.ts'
import type { TraceBackend } from '../plugin/trace-backend.ts'
import type { Trigger } from '../plugin/trigger.ts'

/** The triggers and backends that there are, by the names that files use for them. */
export interface Registry {
  readonly triggers: ReadonlyMap<string, Trigger<unknown>>
  readonly backends: ReadonlyMap<string, TraceBackend<unknown>>
  /** Names that Tracetest knows and that are still to come here. */
  readonly comingTriggers: readonly string[]
  readonly comingBackends: readonly string[]
}

/** Puts plug-ins under their names. */
export function buildRegistry(
  triggers: readonly Trigger<unknown>[],
  backends: readonly TraceBackend<unknown>[]
): Registry {
  const triggersByKind = new Map(triggers.map(trigger => [trigger.kind, trigger]))
  const backendsByKind = new Map(backends.flatMap(backend => backend.kinds.map(kind => [kind, backend])))
  return {
    triggers: triggersByKind,
    backends: backendsByKind,
    comingTriggers: TRACETEST_TRIGGERS.filter(kind => !triggersByKind.has(kind)),
    comingBackends: TRACETEST_BACKENDS.filter(kind => !backendsByKind.has(kind))
  }
}

/** What the schemas of files are built from. */
export function schemaParts(registry: Registry): SchemaParts {
  return { triggers: [...registry.triggers.values()], backends: [...new Set(registry.backends.values())] }
}
