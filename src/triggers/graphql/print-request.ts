import type { FileText } from '../../plugin/trigger.ts'
import type { Variables } from './options.ts'

/** The text of a query, from its file if it is kept in one; or why it cannot be had. */
export async function readText(
  query: string | FileText,
  { readFile }: { readFile(path: string): Promise<Uint8Array> }
): Promise<{ readonly query: string } | { readonly problem: string }> {
  if (typeof query === 'string') return { query }
  try {
    return { query: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(query.file)) }
  } catch (error) {
    return { problem: `the query cannot be read: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** The body of a request: what is empty is left out. */
export function printRequest(
  query: string,
  variables: Variables,
  operationName: string | undefined
): Uint8Array {
  const parts = {
    query,
    ...(Object.keys(variables).length === 0 ? {} : { variables }),
    ...(operationName === undefined ? {} : { operationName })
  }
  return Buffer.from(printJson(parts), 'utf8')
}

/** JSON in which integers have all their digits. */
function printJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return `[${value.map(printJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}:${printJson(inner)}`)
    .join(',')}}`
}
