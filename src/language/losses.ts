import type { Loss } from '../model/run-event.ts'
import type { ExpressionNode, IntervalNode, ListNode, SyntaxNode, TypeName } from './ast.ts'
import type { CompiledChecks } from './check.ts'
import { walkNodes } from './walk.ts'

/** What of a trace is lost, as the end of a sentence on its store. */
const WORDS: Readonly<Record<Loss, string>> = {
  links: 'loses links of spans',
  events: 'loses events of spans',
  'event-attributes': 'loses attributes of events',
  scope: 'loses instrumentation scopes',
  'scope-attributes': 'loses attributes of instrumentation scopes',
  resource: 'mixes attributes of resources with those of spans',
  precision: 'keeps microseconds only',
  case: 'keeps names of spans and services in lower case',
  types: 'keeps values as text, and loses their types',
  'nested-types': 'keeps arrays and maps as text',
  kind: 'tells no internal span from one of unspecified kind',
  flags: 'loses whether the parent of a span is in another process',
  'dropped-counts': 'loses how much of a span its SDK dropped'
}

export function describeLoss(loss: Loss): string {
  return WORDS[loss]
}

/**
 * What one node reads of all that is lost; nothing where it reads none of it, or where that depends on the trace.
 * `compared`: the names and kinds that a comparison above them reads as far as they are kept.
 */
function lossReadBy(
  node: SyntaxNode,
  losses: ReadonlySet<Loss>,
  compared: ReadonlySet<SyntaxNode>
): Loss | undefined {
  const lost = lossesReadBy(node).find(loss => losses.has(loss))
  if (lost || node.kind !== 'reference' || compared.has(node)) return lost
  if (losses.has('case') && isNameKey(node)) return 'case'
  return losses.has('kind') && isKindKey(node) ? 'kind' : undefined
}

/** The names and kinds that a node reads only to compare them, or to ask whether they are there. */
function comparedBy(node: SyntaxNode): readonly SyntaxNode[] {
  switch (node.kind) {
    case 'comparison':
      return [node.left, node.right].filter(side => isName(side) || isKind(side)).map(readBy)
    case 'membership':
    case 'exists':
    case 'type-test':
      return isName(node.expression) || isKind(node.expression) ? [readBy(node.expression)] : []
    default:
      return []
  }
}

function lossesReadBy(node: SyntaxNode): readonly Loss[] {
  switch (node.kind) {
    case 'key':
    case 'reference':
      return lossesOfKey(node)
    case 'compare-filter':
      if (isNameKey(node.key) && !IS_FOLDED.has(node.operator)) return ['case']
      return isKindKey(node.key) && !isOfClearKinds(node.operator, [node.value]) ? ['kind'] : []
    case 'comparison': {
      const sides = [node.left, node.right]
      if (sides.some(isName) && !IS_FOLDED.has(node.operator)) return ['case']
      return sides.some(isKind) &&
        !isOfClearKinds(
          node.operator,
          sides.filter(side => !isKind(side))
        )
        ? ['kind']
        : []
    }
    case 'membership':
      return isKind(node.expression) && !isOfClearKinds('in', [node.set]) ? ['kind'] : []
    case 'type-test':
      return readsSpan(node.expression) ? lossesOfTypeTest(node.type) : []
    case 'pipe':
      return readsTypeOf(node.filter) && readsSpan(node.input) ? ['types', 'nested-types'] : []
    default:
      return []
  }
}

function lossesOfKey({ namespace, name }: Key): readonly Loss[] {
  if (namespace === 'link' || name === 'links.count') return ['links']
  if (name === 'events.count') return ['events']
  if (name === 'span.events') return ['events', 'event-attributes']
  switch (namespace) {
    case 'event':
      return name === 'name' ? ['events'] : ['events', 'event-attributes']
    case 'scope':
      return name === 'name' || name === 'version' ? ['scope'] : ['scope', 'scope-attributes']
    case 'resource':
      return name === 'service.name' ? [] : ['resource']
    default:
      return []
  }
}

type Key = { readonly namespace?: string; readonly name: string }

// Names

/** `peer.service` is where such a store finds the name of the other end. */
const NAME_KEYS: ReadonlySet<string> = new Set([
  'name',
  'tracetest.span.name',
  'service',
  'service.name',
  'peer.service'
])

/** Comparisons in which letter case can be left aside. */
export const IS_FOLDED: ReadonlySet<string> = new Set([
  '=',
  '!=',
  'in',
  'not in',
  'contains',
  'not-contains',
  'starts-with',
  'ends-with'
])

/** Whether a key holds the name of a span or a service. */
export function isNameKey({ namespace, name }: Key): boolean {
  return namespace !== 'scope' && namespace !== 'event' && namespace !== 'link' && NAME_KEYS.has(name)
}

/** Whether an expression is such a name and nothing else, be it of another span. */
export function isName(node: ExpressionNode | IntervalNode): boolean {
  const read = readBy(node)
  return read.kind === 'reference' && isNameKey(read)
}

function readBy(node: ExpressionNode | IntervalNode): ExpressionNode | IntervalNode {
  return node.kind === 'of' ? node.expression : node
}

// Kinds

const KIND_KEYS: ReadonlySet<string> = new Set(['kind', 'tracetest.span.kind'])
const CLEAR_KINDS: ReadonlySet<string> = new Set(['server', 'client', 'producer', 'consumer'])

function isKindKey({ namespace, name }: Key): boolean {
  return (namespace === undefined || namespace === 'attr' || namespace === 'parent') && KIND_KEYS.has(name)
}

function isKind(node: ExpressionNode | IntervalNode): boolean {
  const read = readBy(node)
  return read.kind === 'reference' && isKindKey(read)
}

/** Whether a kind is compared with kinds that no store confuses. */
function isOfClearKinds(
  operator: string,
  values: readonly (ExpressionNode | ListNode | IntervalNode)[]
): boolean {
  return (
    (operator === '=' || operator === '!=' || operator === 'in' || operator === 'not in') &&
    values
      .flatMap((value): readonly SyntaxNode[] =>
        value.kind === 'list' || value.kind === 'array' ? value.items : [value]
      )
      .every(value => {
        const [text] = value.kind === 'string' && value.parts.length === 1 ? value.parts : []
        return typeof text === 'string' && CLEAR_KINDS.has(text.toLowerCase())
      })
  )
}

// Types

const TYPES_OF_STRUCTURES: ReadonlySet<TypeName> = new Set(['array', 'map', 'json', 'null'])

function lossesOfTypeTest(type: TypeName): readonly Loss[] {
  return TYPES_OF_STRUCTURES.has(type) ? ['types', 'nested-types'] : ['types']
}

function readsTypeOf(filter: string): boolean {
  return filter === 'type' || filter === 'length' || filter === 'get_index'
}

function readsSpan(node: ExpressionNode): boolean {
  let reads = false
  walkNodes(node, inner => {
    if (inner.kind === 'reference') reads = true
  })
  return reads
}

/** A check that cannot be judged on what a store keeps, and where it stands. */
export interface LossyCheck {
  readonly loss: Loss
  readonly location: CompiledChecks['outputs'][number]['location']
}

/** The checks and outputs that read what is lost of every trace: what will be undetermined is known before the run. */
export function lossyChecks(checks: CompiledChecks, losses: ReadonlySet<Loss>): readonly LossyCheck[] {
  if (losses.size === 0) return []
  const found: LossyCheck[] = []
  const look = (nodes: readonly SyntaxNode[], location: LossyCheck['location']): boolean => {
    const loss = lossReadIn(nodes, losses)
    if (loss) found.push({ loss, location })
    return loss !== undefined
  }
  for (const spec of checks.specs) {
    if (spec.when && look([spec.when.node], spec.when.location)) continue
    if (spec.kind === 'sequence') for (const step of spec.steps) look([step.selector], step.location)
    else if (!look([spec.selector], spec.location))
      for (const assertion of spec.assertions) look([assertion.node], assertion.location)
  }
  for (const { selector, value, location } of checks.outputs)
    look(selector ? [selector, value] : [value], location)
  return found
}

/** The first that some nodes, or what is below them, read of all that is lost. */
export function lossReadIn(
  nodes: readonly SyntaxNode[],
  losses: ReadonlySet<Loss>,
  nodesOf: (node: SyntaxNode) => readonly SyntaxNode[] = allNodes
): Loss | undefined {
  for (const node of nodes) {
    const compared = new Set<SyntaxNode>()
    for (const inner of nodesOf(node)) {
      for (const read of comparedBy(inner)) compared.add(read)
      const loss = lossReadBy(inner, losses, compared)
      if (loss) return loss
    }
  }
  return undefined
}

function allNodes(node: SyntaxNode): readonly SyntaxNode[] {
  const nodes: SyntaxNode[] = []
  walkNodes(node, inner => {
    nodes.push(inner)
  })
  return nodes
}
