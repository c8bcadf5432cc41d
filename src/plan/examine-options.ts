import type { NamedFile } from '../definition/document.ts'
import { languageText } from '../definition/fields.ts'
import { type MapNode, nodeAt } from '../definition/tree.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import type { TemplateNode } from '../language/ast.ts'
import type { ExamineContext, OptionProblem, Trigger } from '../plugin/trigger.ts'
import type { EmbeddedText } from '../source/embedded.ts'
import type { Location } from '../source/source-text.ts'
import { withValue } from './plugin-options.ts'

type Path = readonly (string | number)[]

/** The options of a trigger, and where they come from. */
export interface WrittenOptions {
  readonly node: MapNode
  readonly options: unknown
  readonly templates: readonly { readonly path: Path; readonly template: TemplateNode }[]
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
  const open = new Set<string>()
  let options = written.options
  for (const { path, template } of written.templates) {
    const texts = template.parts.filter(part => typeof part === 'string')
    const isOpen = texts.length < template.parts.length
    if (isOpen) open.add(path.join('/'))
    options = withValue(options, path, isOpen ? undefined : texts.join(''))
  }
  const problems = await trigger.examine(options, {
    readFile: written.readFile,
    isOpen: path => open.has(path.join('/'))
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

function locate(
  { node, files, templates }: WrittenOptions,
  { path, range }: { readonly path: Path; readonly range: OptionProblem['range'] }
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
