import type { NamedFile } from '../definition/document.ts'
import { languageText } from '../definition/fields.ts'
import { type MapNode, nodeAt } from '../definition/tree.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import type { TemplateNode } from '../language/ast.ts'
import type { ExamineContext, OptionPath, OptionProblem, Trigger } from '../plugin/trigger.ts'
import type { EmbeddedText } from '../source/embedded.ts'
import type { Location } from '../source/source-text.ts'
import { fillingOf, type PlacedTemplate } from './fill-options.ts'
import type { VariableValue } from './plan.ts'
import { withValue } from './plugin-options.ts'

/** The options of a trigger, and where they come from. */
export interface WrittenOptions {
  readonly node: MapNode
  readonly options: unknown
  readonly templates: readonly PlacedTemplate[]
  readonly variables: ReadonlyMap<string, VariableValue>
  /** What options name, by the path as it is written. */
  readonly files: ReadonlyMap<string, NamedFile>
  readonly readFile: ExamineContext['readFile']
}

/** Asks a trigger what is wrong with its options, as far as they are known before anything is sent. */
export async function examineOptions(
  trigger: Trigger<unknown>,
  written: WrittenOptions
): Promise<readonly Diagnostic[]> {
  if (trigger.examine === undefined) return []
  const open = new Map<string, OptionPath>()
  let options = written.options
  for (const { path, template } of written.templates) {
    const text = knownText(template, written.variables)
    if (text === undefined) open.set(path.join('/'), path)
    options = withValue(options, path, text)
  }
  const problems = await trigger.examine(options, {
    readFile: written.readFile,
    isOpen: path => open.has(path.join('/')),
    openPaths: [...open.values()],
    fillingAt: path => fillingOf(written.templates, path)
  })
  return problems.map(({ path, range, message, hint }): Diagnostic => {
    const location = locate(written, { path, range })
    return {
      code: 'SCHEMA_VIOLATION',
      severity: 'error',
      message,
      location,
      ...(hint === undefined ? {} : { hint })
    }
  })
}

/** What a text will be, where that is certain: what was said of a secret would show it. */
function knownText(
  { parts }: TemplateNode,
  variables: ReadonlyMap<string, VariableValue>
): string | undefined {
  let text = ''
  for (const part of parts) {
    const variable =
      typeof part === 'object' && part.kind === 'variable' ? variables.get(part.name) : undefined
    const known = typeof part === 'string' ? part : variable?.isSecret === false ? variable.value : undefined
    if (known === undefined) return undefined
    text += known
  }
  return text
}

function locate(
  { node, files, templates }: WrittenOptions,
  { path, range }: { readonly path: OptionPath; readonly range: OptionProblem['range'] }
): Location {
  const found = nodeAt(node, path.map(String))
  if (found === undefined) return node.location
  if (found.kind !== 'scalar' || range === undefined) return found.location
  const text: EmbeddedText = files.get(found.text.text)?.text ?? languageText(found)
  const template = templates.find(one => one.path.join('/') === path.join('/'))?.template
  // Where an escape was read, the offsets are no longer those of the file.
  const isVerbatim = template === undefined || template.parts.join('') === text.text
  return isVerbatim ? text.locate(range) : found.location
}
