import { resolve as resolvePath } from 'node:path'
import { unknownName } from '../definition/complaint.ts'
import type { NamedFile, TestDefinition, TriggerDefinition } from '../definition/document.ts'
import { languageText } from '../definition/fields.ts'
import { type Propagator, propagatorsOf } from '../definition/propagators.ts'
import type { Settings } from '../definition/settings.ts'
import { isNothing, type MapNode, type ScalarNode, type ValueNode, valueAt } from '../definition/tree.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import type { TemplateNode } from '../language/ast.ts'
import { parseTemplate } from '../language/parse.ts'
import type { ExamineContext, FileText, OptionPath, Trigger } from '../plugin/trigger.ts'
import { compileText, type TextContext } from './compile-text.ts'
import { examineOptions } from './examine-options.ts'
import type { PlacedTemplate } from './fill-options.ts'
import { optionsNodeOf } from './options-node.ts'
import type { BoundTrigger, VariableValue } from './plan.ts'
import { optionsOf, withValue } from './plugin-options.ts'
import type { Registry } from './registry.ts'
import { runnerOf } from './run-trigger.ts'
import { secretVariables } from './secret-variables.ts'

const DEFAULT_TIMEOUT_MS = 30_000
const DEFAULT_PROPAGATION: readonly Propagator[] = ['tracecontext', 'baggage']

export interface BoundTriggerOutcome {
  readonly trigger: BoundTrigger
  readonly secrets: readonly string[]
  /** Variables that it sends as credentials. */
  readonly secretVariables: readonly string[]
  /** What the trigger itself finds wrong with its options. */
  examine(readFile: ExamineContext['readFile']): Promise<readonly Diagnostic[]>
}

export interface TriggerScope extends TextContext {
  readonly registry: Registry
  readonly settings: Settings
  readonly variables: ReadonlyMap<string, VariableValue>
}

/** The trigger of a test, its options checked and its templates parsed; undefined where a problem says why not. */
export function bindTrigger(test: TestDefinition, scope: TriggerScope): BoundTriggerOutcome | undefined {
  const { trigger: definition } = test
  const { registry, problems } = scope
  const trigger = registry.triggers.get(definition.type.value)
  const node = trigger && optionsNodeOf(trigger, definition)
  if (!trigger || !node) {
    // The schema has said so already, unless it was made for other plug-ins.
    if (!test.isIncomplete) {
      const { location } = definition.type
      const unknown = unknownName('trigger', definition.type.value, [...registry.triggers.keys()])
      problems.push({ ...unknown, severity: 'error', ...(location ? { location } : {}) })
    }
    return undefined
  }
  const written = optionsOf(node, trigger.schema)
  const bound = bindTexts(trigger, node, test, scope)
  if (bound === undefined) return undefined
  const { templates, files } = bound
  const placed = withPaths(written, trigger, node, test.folder)
  const filled = files.reduce((options, { path, file }) => withValue(options, path, file), placed)
  const timeoutMs = definition.timeoutMs?.value ?? DEFAULT_TIMEOUT_MS
  const secretPaths = trigger.secrets.flatMap(path => scalarsAt(node, path))
  return {
    trigger: {
      kind: trigger.kind,
      isMessage: trigger.isMessage === true,
      ...(trigger.sendsNothing ? { sendsNothing: true } : {}),
      ...(trigger.hasSilentOrigin ? { hasSilentOrigin: true } : {}),
      ...(trigger.runsCommands ? { runsCommands: true } : {}),
      options: secretPaths.reduce((options, { path }) => withValue(options, path, undefined), written),
      timeoutMs,
      sampling: definition.sampling ?? 'friendly',
      propagation: propagationOf(definition, scope.settings),
      ...(definition.traceIdHeader ? { traceIdHeader: definition.traceIdHeader.value } : {}),
      templates: templates.map(({ template }) => template),
      run: runnerOf({
        trigger,
        options: filled,
        templates,
        timeoutMs,
        traceIdHeader: definition.traceIdHeader?.value
      })
    },
    secrets: secretPaths.flatMap(({ path }) => secretTexts(path, templates, scope.variables)),
    secretVariables: secretVariables(
      templates,
      secretPaths.map(({ path }) => path),
      written
    ),
    examine: readFile =>
      examineOptions(trigger, {
        node,
        options: filled,
        templates,
        variables: scope.variables,
        files: test.files,
        readFile
      })
  }
}

/** What a flag says, else the test, else the project. */
function propagationOf(
  { propagation: own }: TriggerDefinition,
  { propagation: general }: Settings
): readonly Propagator[] {
  const isOverride = general !== undefined && general.location === undefined
  const chosen = isOverride ? general : (own ?? general)
  return chosen === undefined ? DEFAULT_PROPAGATION : propagatorsOf(chosen.value)
}

interface BoundTexts {
  readonly templates: readonly PlacedTemplate[]
  readonly files: readonly { readonly path: OptionPath; readonly file: FileText }[]
}

function bindTexts(
  trigger: Trigger<unknown>,
  node: MapNode,
  test: TestDefinition,
  scope: TriggerScope
): BoundTexts | undefined {
  const templates: PlacedTemplate[] = []
  const files: { path: OptionPath; file: FileText }[] = []
  let isBroken = false
  const add = (path: OptionPath, template: TemplateNode | undefined): void => {
    if (template) templates.push({ path, template })
    else isBroken = true
  }
  for (const pattern of trigger.templates)
    for (const { path, scalar } of scalarsAt(node, pattern)) {
      if (scalar.isBroken) {
        isBroken = true
        continue
      }
      const named = isNamed(trigger.files, pattern) ? test.files.get(scalar.text.text) : undefined
      if (named) {
        const file = bindFile(named, scalar, scope)
        if (file === undefined) isBroken = true
        else if ('file' in file) files.push({ path, file })
        else templates.push({ path, template: file })
        continue
      }
      const isUrl = isNamed(trigger.relativeUrls, pattern)
      const template = isUrl
        ? compileUrl(scalar, scope)
        : compileText(languageText(scalar), parseTemplate, scope)
      if (template) refuseText(trigger, pattern, template, { scalar, scope })
      add(path, template)
    }
  return isBroken ? undefined : { templates, files }
}

/** The options with the paths in them resolved from where the test stands. */
function withPaths(
  options: unknown,
  { paths = [] }: Trigger<unknown>,
  node: MapNode,
  folder: string | undefined
): unknown {
  return paths
    .flatMap(pattern => scalarsAt(node, pattern))
    .filter(({ scalar }) => scalar.text.text !== '' && !/[\n;{]/.test(scalar.text.text))
    .reduce(
      (all, { path, scalar }) => withValue(all, path, resolvePath(folder ?? '.', scalar.text.text)),
      options
    )
}

/** What will be sent as it stands here is looked at now: a mistake in it is one of the file. */
function refuseText(
  trigger: Trigger<unknown>,
  path: readonly string[],
  template: TemplateNode,
  place: { readonly scalar: ScalarNode; readonly scope: TextContext }
): void {
  const texts = template.parts.filter(part => typeof part === 'string')
  if (texts.length < template.parts.length) return
  const message = trigger.refuseText?.(path, texts.join(''))
  if (message === undefined) return
  const { location } = place.scalar
  place.scope.problems.push({ code: 'SCHEMA_VIOLATION', severity: 'error', message, location })
}

function isNamed(patterns: readonly (readonly string[])[] | undefined, wanted: readonly string[]): boolean {
  return (patterns ?? []).some(pattern => pattern.join('/') === wanted.join('/'))
}

/** A file with `${…}` in it is a template; any other is sent as its bytes are. */
function bindFile(
  named: NamedFile,
  scalar: ScalarNode,
  scope: TextContext
): TemplateNode | FileText | undefined {
  if (named.problem !== undefined) {
    scope.problems.push({
      code: 'SCHEMA_VIOLATION',
      severity: 'error',
      message: `cannot read \`${scalar.text.text}\`: ${named.problem}`,
      location: scalar.location,
      hint: `it is looked for at ${named.name}; a text that starts with \`./\`, \`../\` or \`/\` names a file`
    })
    return undefined
  }
  if (!named.text?.text.includes('${')) return { file: named.path }
  return compileText(named.text, parseTemplate, scope)
}

/** `/checkout` is a path under the endpoint of the settings. */
function compileUrl(scalar: ScalarNode, scope: TriggerScope): TemplateNode | undefined {
  const { settings, problems } = scope
  const template = compileText(languageText(scalar), parseTemplate, scope)
  const [first] = template?.parts ?? []
  const isRelative = typeof first === 'string' && /^\/(?!\/)/.test(first)
  if (!template || !isRelative) return template
  if (settings.endpoint === undefined) {
    problems.push({
      code: 'SCHEMA_VIOLATION',
      severity: 'error',
      message: `the URL \`${scalar.text.text}\` names no host, and no endpoint is set`,
      location: scalar.location,
      hint: 'set one: `--endpoint http://localhost:8080`, `TRACERUN_ENDPOINT`, or `endpoint` in tracerun.yaml'
    })
    return undefined
  }
  const base = settings.endpoint.value.replace(/\/+$/, '')
  return { ...template, parts: [base + first, ...template.parts.slice(1)] }
}

interface PlacedScalar {
  readonly path: OptionPath
  readonly scalar: ScalarNode
}

/** The scalars at a path in which `*` stands for every entry. */
function scalarsAt(node: ValueNode, pattern: readonly string[]): readonly PlacedScalar[] {
  const [step, ...rest] = pattern
  if (isNothing(node)) return []
  if (step === '**') return textsBelow(node, [])
  if (step === undefined) return node.kind === 'scalar' ? [{ path: [], scalar: node }] : []
  const below: readonly (readonly [string | number, ValueNode | undefined])[] =
    step === '*' ? entriesOf(node) : [[step, valueAt(node, step)]]
  return below.flatMap(([key, child]) =>
    child === undefined
      ? []
      : scalarsAt(child, rest).map(({ path, scalar }) => ({ path: [key, ...path], scalar }))
  )
}

function entriesOf(node: ValueNode): readonly (readonly [string | number, ValueNode])[] {
  if (node.kind === 'list') return node.items.map((item, index) => [index, item])
  return node.kind === 'map' ? node.entries.map(({ key, value }) => [key, value]) : []
}

function textsBelow(node: ValueNode, path: OptionPath): readonly PlacedScalar[] {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' ? [{ path, scalar: node }] : []
    case 'list':
      return node.items.flatMap((item, index) => textsBelow(item, [...path, index]))
    case 'map':
      return node.entries.flatMap(({ key, value }) => textsBelow(value, [...path, key]))
  }
}

/** What a secret field shows when it is filled in, and what it is filled with. */
function secretTexts(
  path: OptionPath,
  templates: readonly PlacedTemplate[],
  variables: ReadonlyMap<string, VariableValue>
): readonly string[] {
  const placed = templates.find(template => template.path.join('/') === path.join('/'))
  const texts: (string | undefined)[] = (placed?.template.parts ?? []).map(part => {
    if (typeof part === 'string') return part
    return part.kind === 'variable' ? variables.get(part.name)?.value : undefined
  })
  const filled = (placed?.template.parts ?? []).flatMap((part, index) =>
    typeof part === 'string' ? [] : (texts[index] ?? [])
  )
  return texts.includes(undefined) ? filled : [texts.join(''), ...filled]
}
