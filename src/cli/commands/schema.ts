import { buildSchemas } from '../../definition/schema.ts'
import { publishDefinitionSchema, publishProjectSchema } from '../../definition/schema-published.ts'
import { UsageError } from '../../errors/errors.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import { suggest } from '../../errors/suggest.ts'
import { createMask } from '../../model/mask.ts'
import { schemaParts } from '../../plan/registry.ts'
import { composeRegistry } from '../compose.ts'
import type { Environment } from '../environment.ts'

/** What `tracerun schema` prints. */
export const SCHEMA_NAMES: readonly ['definition', 'project', 'report', 'events'] = [
  'definition',
  'project',
  'report',
  'events'
]

/** `tracerun schema`: what editors and readers of reports need. */
export async function printSchema(name: string, environment: Environment): Promise<ExitCode> {
  const known = SCHEMA_NAMES.find(candidate => candidate === name)
  if (known === undefined) {
    const near = suggest(name, SCHEMA_NAMES)
    throw new UsageError(`there is no schema "${name}"`, {
      hint: near ? `did you mean ${near}?` : `there are ${SCHEMA_NAMES.join(', ')}`
    })
  }
  environment.stdout.write(`${JSON.stringify(await schemaOf(known), undefined, 2)}\n`)
  return 0
}

async function schemaOf(name: (typeof SCHEMA_NAMES)[number]): Promise<unknown> {
  if (name === 'report') {
    const { jsonReportSchema } = await import('../../report/json-schema.ts')
    return jsonReportSchema
  }
  if (name === 'events') {
    const { eventSchema } = await import('../../report/event-schema.ts')
    return eventSchema
  }
  const schemas = buildSchemas(schemaParts(composeRegistry(createMask())))
  return name === 'project' ? publishProjectSchema(schemas) : publishDefinitionSchema(schemas)
}
