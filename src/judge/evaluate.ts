import type { TemplateNode } from '../language/ast.ts'
import type { Reason } from '../model/verdict.ts'
import type { CallMemo } from './calls.ts'

/** What a template outside of a trace may read. */
export interface TemplateScope {
  readonly variables: ReadonlyMap<string, string>
  readonly calls: CallMemo
}

export type TemplateOutcome =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: Reason }

/** The text of a template of a trigger or a name. */
export function evaluateTemplate(template: TemplateNode, scope: TemplateScope): TemplateOutcome {
  throw new Error(`not yet: ${template.parts.length} ${scope.variables.size}`)
}
