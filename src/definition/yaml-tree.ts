import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml'
import type { Diagnostic, DiagnosticCode } from '../errors/diagnostic.ts'
import { invariant } from '../errors/invariant.ts'
import { suggest } from '../errors/suggest.ts'
import type { Location, SourceText } from '../source/source-text.ts'
import { type ScalarStyle, scalarText } from '../source/yaml-scalar.ts'
import { fillVariables, type ProcessVariables } from './environment.ts'
import { isNothing, type MapEntry, type MapNode, type ScalarNode, type ValueNode } from './tree.ts'

/** A small document that names the same part over and over can mean gigabytes. */
const MAX_NODES = 100_000

export interface TreeOutcome {
  readonly root: ValueNode
  readonly problems: readonly Diagnostic[]
}

/** Turns what the YAML reader made of a document into our tree: aliases and merge keys resolved, variables filled in. */
export function readTree(contents: Node, source: SourceText, variables: ProcessVariables): TreeOutcome {
  const problems: Diagnostic[] = []
  const anchors = new Map<string, ValueNode | 'open'>()
  const sizes = new WeakMap<ValueNode, number>()
  let total = 0
  let isTooLarge = false

  const locate = (node: { range?: readonly number[] | null | undefined }): Location => {
    const [start = 0, end = start] = node.range ?? []
    return { source, range: { start, end } }
  }
  const report = (
    message: string,
    location: Location,
    hint?: string,
    code: DiagnosticCode = 'YAML_SYNTAX'
  ): void => {
    problems.push({ code, severity: 'error', message, location, ...(hint === undefined ? {} : { hint }) })
  }
  const nothing = (location: Location): ScalarNode => {
    const text = { text: '', locate: () => location }
    return {
      kind: 'scalar',
      location,
      value: null,
      text,
      template: text,
      isQuoted: false,
      isBroken: false,
      isCutByComment: false
    }
  }
  /** Refuses what would grow beyond all bounds; what is refused becomes nothing. */
  const sized = (node: ValueNode, size: number): ValueNode => {
    sizes.set(node, size)
    total += size
    if (total <= MAX_NODES) return node
    if (!isTooLarge)
      report(
        `this document stands for more than ${MAX_NODES} values`,
        node.location,
        'repeat less with `*`, or split the document'
      )
    isTooLarge = true
    return nothing(node.location)
  }

  const read = (node: Node | null, near: Location): ValueNode => {
    if (isTooLarge || node === null) return nothing(near)
    const location = locate(node)
    if (isAlias(node)) return readAlias(node.source, location)
    const anchor = node.anchor
    if (anchor) anchors.set(anchor, 'open')
    const value = isMap(node)
      ? readMap(node, location)
      : isSeq(node)
        ? ({
            kind: 'list',
            location,
            items: node.items.map(item => read(item as Node, location))
          } as const)
        : readScalar(node as Scalar, location)
    const known = sized(value, 1)
    if (anchor) anchors.set(anchor, known)
    return known
  }

  const readAlias = (name: string, location: Location): ValueNode => {
    const target = anchors.get(name)
    if (target === 'open') report(`\`*${name}\` stands within what it repeats`, location)
    else if (target !== undefined) return sized(target, weigh(target))
    else {
      const near = suggest(name, anchors.keys())
      report(
        `nothing before this is marked \`&${name}\``,
        location,
        near ? `did you mean \`*${near}\`?` : 'a text that starts with `*` must be in quotes'
      )
    }
    return nothing(location)
  }
  const weigh = (node: ValueNode): number => {
    if (node.kind === 'scalar') return 1
    const parts = node.kind === 'list' ? node.items : node.entries.map(entry => entry.value)
    const known = sizes.get(node)
    if (known !== undefined && known > 1) return known
    const size = parts.reduce((sum, part) => sum + weigh(part), 1)
    sizes.set(node, size)
    return size
  }

  const readMap = (node: YAMLMap, location: Location): MapNode => {
    const entries: MapEntry[] = []
    const merged: MapEntry[] = []
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      const keyLocation = locate(pair.key)
      const value = read(pair.value, {
        source,
        range: { start: keyLocation.range.end, end: keyLocation.range.end }
      })
      if (!isScalar(pair.key)) {
        report('a key must be a text', keyLocation, 'put braces and brackets that belong to a text in quotes')
        continue
      }
      const key = pair.key.source ?? String(pair.key.value ?? '')
      if (key === '<<' && pair.key.type === 'PLAIN') merged.push(...mergedEntries(value, keyLocation))
      else {
        if (/\$\{[A-Za-z_]\w*(?::-[^}]*)?\}/.test(key))
          report('variables of the process are put into values, not into keys', keyLocation)
        entries.push({ key, keyLocation, value })
      }
    }
    const written = new Set(entries.map(entry => entry.key))
    for (const entry of merged) {
      if (written.has(entry.key)) continue
      written.add(entry.key)
      entries.push(entry)
    }
    return { kind: 'map', location, entries }
  }

  const mergedEntries = (value: ValueNode, location: Location): readonly MapEntry[] => {
    if (value.kind === 'map') return value.entries
    if (value.kind === 'list') return value.items.flatMap(item => mergedEntries(item, location))
    if (!isNothing(value)) report('`<<` takes in a mapping, or a list of mappings', location)
    return []
  }

  const readScalar = (node: Scalar, location: Location): ScalarNode => {
    const style = STYLES[node.type ?? 'PLAIN'] ?? 'plain'
    const isQuoted = style !== 'plain'
    const content = isQuoted ? String(node.value ?? '') : (node.source ?? '')
    const written = scalarText(source, location.range, style, content)
    const filled = fillVariables(written, variables)
    problems.push(...filled.problems)
    // A variable put into a plain scalar may make it a number or a truth value, as if it were written there.
    const value =
      filled.isFilled && !isQuoted
        ? resolvePlain(filled.text.text)
        : filled.isFilled
          ? filled.text.text
          : node.value
    invariant(
      value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value),
      'a YAML scalar of the core schema'
    )
    return {
      kind: 'scalar',
      location,
      value: typeof value === 'string' ? filled.text.text : (value as ScalarNode['value']),
      text: filled.text,
      template: filled.template,
      isQuoted,
      isBroken: filled.problems.length > 0,
      isCutByComment:
        !isQuoted && /^[ \t]+#/.test(source.text.slice(location.range.end, location.range.end + 200))
    }
  }

  return { root: read(contents, { source, range: { start: 0, end: 0 } }), problems }
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded'
}

/** What YAML 1.2 makes of an unquoted text. */
function resolvePlain(text: string): string | number | boolean {
  if (/^(?:true|True|TRUE)$/.test(text)) return true
  if (/^(?:false|False|FALSE)$/.test(text)) return false
  if (/^[-+]?(?:\d+|\.\d+|\d+\.\d*)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text)
  return text
}
