import type { FileText } from '../../plugin/trigger.ts'
import type { HttpTargetOptions } from '../http-options.ts'

/** What stands under `trigger.graphql`, with its templates resolved. */
export interface GraphqlOptions extends HttpTargetOptions {
  readonly body: {
    readonly query: string | FileText
    readonly variables?: Variables
    readonly operationName?: string
  }
  /** The path of a schema, or its text: SDL, or the answer to an introspection query. */
  readonly schema?: string
}

/** Values as they stand in the definition: numbers are numbers, integers that a double cannot hold are `bigint`. */
export type Variables = Readonly<Record<string, unknown>>
