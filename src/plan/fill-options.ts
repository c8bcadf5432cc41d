import type { TemplateNode } from '../language/ast.ts'
import type { Filling, OptionPath } from '../plugin/trigger.ts'

/** A text of the options that is worked out at each run. */
export interface PlacedTemplate {
  readonly path: OptionPath
  readonly template: TemplateNode
}

/** How much of the text at a place of the options a template fills in. */
export function fillingOf(templates: readonly PlacedTemplate[], path: OptionPath): Filling {
  const key = path.join('/')
  const parts = templates.find(placed => placed.path.join('/') === key)?.template.parts ?? []
  if (parts.every(part => typeof part === 'string')) return 'none'
  return parts.length === 1 ? 'whole' : 'part'
}
