import { RENAMES_BY_VERSION } from './conventions-table.ts'

/** A name of an attribute that became another, and the version of OpenTelemetry's semantic conventions that says so. */
export interface Rename {
  readonly from: string
  readonly to: string
  readonly version: string
}

const RENAMES: readonly Rename[] = Object.entries(RENAMES_BY_VERSION).flatMap(([version, names]) =>
  Object.entries(names).flatMap(([from, to]) =>
    (typeof to === 'string' ? [to] : to).map(each => ({ from, to: each, version }))
  )
)

// Names whose last part is free.
const PREFIXES: readonly Rename[] = [
  { from: 'rpc.grpc.request.metadata.', to: 'rpc.request.metadata.', version: '1.39.0' },
  { from: 'rpc.grpc.response.metadata.', to: 'rpc.response.metadata.', version: '1.39.0' },
  { from: 'rpc.connect_rpc.request.metadata.', to: 'rpc.request.metadata.', version: '1.39.0' },
  { from: 'rpc.connect_rpc.response.metadata.', to: 'rpc.response.metadata.', version: '1.39.0' },
  { from: 'db.elasticsearch.path_parts.', to: 'db.operation.parameter.', version: '1.30.0' },
  { from: 'container.labels.', to: 'container.label.', version: '1.25.0' },
  { from: 'k8s.pod.labels.', to: 'k8s.pod.label.', version: '1.25.0' }
]
const HEADER = /^(http\.(?:request|response)\.header\.)(.+)$/

const newer = grouped(rename => rename.from)
const older = grouped(rename => rename.to)

function grouped(keyOf: (rename: Rename) => string): ReadonlyMap<string, readonly Rename[]> {
  const groups = new Map<string, Rename[]>()
  for (const rename of RENAMES) {
    const group = groups.get(keyOf(rename))
    if (group) group.push(rename)
    else groups.set(keyOf(rename), [rename])
  }
  return groups
}

/** Every rename between a key and its newer and older names, nearest first. */
export function renamesOf(key: string): readonly Rename[] {
  return [
    ...follow(key, newer, rename => rename.to),
    ...follow(key, older, rename => rename.from),
    ...PREFIXES.flatMap(rename => prefixRename(key, rename)),
    ...headerRename(key)
  ]
}

/** The newer and older names of a key, nearest first: what a span may carry in its place. */
export function renamedKeys(key: string): readonly string[] {
  const keys = renamesOf(key).flatMap(({ from, to }) => [from, to])
  return [...new Set(keys)].filter(name => name !== key)
}

// One direction at a time: two old names of one new key (`net.peer.name`, `net.host.name`) are no names of each other.
function follow(
  key: string,
  renames: ReadonlyMap<string, readonly Rename[]>,
  next: (rename: Rename) => string
): readonly Rename[] {
  const found: Rename[] = []
  const seen = new Set([key])
  for (let names = [key]; names.length > 0; ) {
    const steps = names.flatMap(name => renames.get(name) ?? []).filter(rename => !seen.has(next(rename)))
    for (const rename of steps) seen.add(next(rename))
    found.push(...steps)
    names = steps.map(next)
  }
  return found
}

function prefixRename(key: string, { from, to, version }: Rename): readonly Rename[] {
  if (key.startsWith(from)) return [{ from: key, to: to + key.slice(from.length), version }]
  if (key.startsWith(to)) return [{ from: from + key.slice(to.length), to: key, version }]
  return []
}

/** Dashes of header names were once written as underscores. */
function headerRename(key: string): readonly Rename[] {
  const [, prefix = '', header = ''] = HEADER.exec(key) ?? []
  if (header.includes('_'))
    return [{ from: key, to: prefix + header.replaceAll('_', '-'), version: '1.21.0' }]
  if (header.includes('-'))
    return [{ from: prefix + header.replaceAll('-', '_'), to: key, version: '1.21.0' }]
  return []
}
