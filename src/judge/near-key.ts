import { suggest } from '../errors/suggest.ts'
import type { KeyNode } from '../language/ast.ts'
import { type Rename, renamesOf } from '../language/conventions.ts'
import { INTRINSICS } from '../language/intrinsics.ts'
import type { Span } from '../model/span.ts'
import { hasKey } from './span-filter.ts'
import type { TraceIndex } from './trace-index.ts'

/** A key that a span has in place of one that it does not have. */
export interface NearKey {
  readonly name: string
  /** `renamed` and `spelling` mean the same thing under another name; `near` is a guess. */
  readonly kind: 'renamed' | 'spelling' | 'near'
  /** Words for why it is near: `renamed in semantic conventions 1.24`. */
  readonly because: string
}

type Key = Pick<KeyNode, 'namespace' | 'name'>

/** What a span has in place of a key; undefined where nothing is near. */
export function findNearKey(index: TraceIndex, at: number, key: Key): NearKey | undefined {
  for (const rename of renamesOf(key.name)) {
    const name = rename.from === key.name ? rename.to : rename.from
    if (name !== key.name && hasKey(index, at, { ...key, name }))
      return { name, kind: 'renamed', because: describeRename(rename) }
  }
  const keys = keysOf(index.trace.spans[at]!, key.namespace).filter(name => name !== key.name)
  const wanted = plainSpelling(key.name)
  const same = keys.find(candidate => plainSpelling(candidate) === wanted)
  if (same !== undefined) return { name: same, kind: 'spelling', because: 'spelled otherwise' }
  const near = suggest(key.name, keys)
  return near === undefined ? undefined : { name: near, kind: 'near', because: 'a near key' }
}

/** `db.system became db.system.name in semantic conventions 1.30.0`. */
export function describeRename({ from, to, version }: Rename): string {
  return `${from} became ${to} in semantic conventions ${version}`
}

/** Letter case, white space and separators do not tell what a word means. */
export function plainSpelling(text: string): string {
  return text.toLowerCase().replace(/[\s._/-]+/g, '')
}

function keysOf(span: Span, namespace: KeyNode['namespace']): readonly string[] {
  switch (namespace) {
    case 'resource':
      return [...span.resource.keys()]
    case 'scope':
      return ['name', 'version', ...span.scope.attributes.keys()]
    case 'event':
      return ['name', ...span.events.flatMap(event => [...event.attributes.keys()])]
    case 'link':
      return ['trace_id', 'span_id', ...span.links.flatMap(link => [...link.attributes.keys()])]
    case 'attr':
    case 'parent':
    case undefined:
      return [
        ...span.attributes.keys(),
        ...span.resource.keys(),
        ...span.scope.attributes.keys(),
        ...[...INTRINSICS.keys()].filter(name => !name.includes('.'))
      ]
  }
}
