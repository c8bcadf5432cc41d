import type { Outcome, Problem } from '../errors/diagnostic.ts'
import type { SelectorNode } from './ast.ts'
import { parseSelector } from './parse.ts'
import { checkPatterns, loadPatterns, usesPatterns } from './patterns.ts'

/** A selector that stands in no file, ready to be used: its patterns are loaded and are sound. */
export async function readLoneSelector(text: string): Promise<Outcome<SelectorNode, Problem>> {
  const outcome = parseSelector(text)
  if (!outcome.ok || !usesPatterns(outcome.value)) return outcome
  await loadPatterns()
  const problems = [...outcome.problems, ...checkPatterns(outcome.value)]
  const isSound = problems.every(problem => problem.severity !== 'error')
  return isSound ? { ok: true, value: outcome.value, problems } : { ok: false, problems }
}
