import type { CallNode } from '../language/ast.ts'

/**
 * What the functions of a test gave, each call once: a test that is judged many times, or again offline, sees the
 * same values. Keys are the print of a call and its place among its equals: `uuid()#1`.
 */
export interface CallMemo {
  /** The value of a call that was evaluated before, or that `evaluate` gives now. */
  valueOf(node: CallNode, evaluate: () => string): string
  /** All that was generated so far: what a saved run keeps. */
  readonly generated: ReadonlyMap<string, string>
}
