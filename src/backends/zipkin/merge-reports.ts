import type { JsonObject } from '../../otlp/json-cursor.ts'

/** Zipkin lets a process report a span in pieces; puts the pieces together, in order of first appearance. */
export function mergeReports(reports: readonly JsonObject[]): readonly JsonObject[] {
  const merged: JsonObject[] = []
  const positions = new Map<string, number[]>()
  for (const report of reports) {
    const key = keyOf(report)
    const known = positions.get(key) ?? []
    const position = known.find(candidate => haveOneKind(merged[candidate]!, report))
    if (position === undefined) {
      positions.set(key, [...known, merged.length])
      merged.push(report)
    } else merged[position] = merge(merged[position]!, report)
  }
  return merged
}

/** Reports with the same key are of the same call, in the same process. */
function keyOf(report: JsonObject): string {
  const endpoint = report['localEndpoint'] as JsonObject | undefined | null
  return JSON.stringify([
    report['traceId'],
    report['id'],
    report['shared'] === true,
    endpoint?.['serviceName']
  ])
}

/** A process that calls itself reports both ends under one id: they are two spans. */
function haveOneKind(first: JsonObject, second: JsonObject): boolean {
  return first['kind'] === undefined || second['kind'] === undefined || first['kind'] === second['kind']
}

function merge(first: JsonObject, second: JsonObject): JsonObject {
  return {
    ...second,
    ...first,
    ...pick('timestamp', first, second, Math.min),
    ...pick('duration', first, second, Math.max),
    tags: { ...asObject(second['tags']), ...asObject(first['tags']) },
    annotations: mergeAnnotations(asList(first['annotations']), asList(second['annotations']))
  }
}

function pick(
  name: string,
  first: JsonObject,
  second: JsonObject,
  choose: (a: number, b: number) => number
): JsonObject {
  const a = first[name]
  const b = second[name]
  return typeof a === 'number' && typeof b === 'number' ? { [name]: choose(a, b) } : {}
}

function mergeAnnotations(first: readonly unknown[], second: readonly unknown[]): readonly unknown[] {
  const known = new Set(first.map(annotation => JSON.stringify(annotation)))
  return [...first, ...second.filter(annotation => !known.has(JSON.stringify(annotation)))]
}

function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {}
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}
