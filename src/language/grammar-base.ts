import type { IToken, TokenType } from 'chevrotain'
import { tokenMatcher } from 'chevrotain'
import type { Problem } from '../errors/diagnostic.ts'
import type { NodeRange, StringNode, TemplatePart } from './ast.ts'
import { DecidedParser } from './decided-parser.ts'
import type { Escapes, LiteralMistake } from './literals.ts'
import type { Report } from './operands.ts'
import * as t from './tokens.ts'

/** A string whose parts are read once the text around it has been: the parser cannot be entered twice at a time. */
export interface PendingString {
  readonly token: IToken
  readonly escapes: Escapes
  /** The parts of its node, still empty. */
  readonly parts: TemplatePart[]
}

/** What every rule needs: where it is, and how a mistake is reported. */
export abstract class GrammarBase extends DecidedParser {
  /** Where the text that is read stands in the text that the user wrote. */
  protected offset = 0
  protected problems: Problem[] = []
  protected pending: PendingString[] = []

  protected rangeOf(token: IToken): NodeRange {
    return { start: this.offset + token.startOffset, end: this.offset + t.endOf(token) }
  }

  protected rangeFrom(first: IToken): NodeRange {
    return { start: this.offset + first.startOffset, end: this.offset + t.endOf(this.LA(0)) }
  }

  protected stringNode(token: IToken, escapes: Escapes): StringNode {
    const parts: TemplatePart[] = []
    this.pending.push({ token, escapes, parts })
    return { kind: 'string', parts, ...this.rangeOf(token) }
  }

  protected readonly report: Report = ({ start, end }, message, hint) => {
    this.problems.push({
      code: 'SELECTOR_SYNTAX',
      severity: 'error',
      message,
      range: { start, end },
      ...(hint === undefined ? {} : { hint })
    })
  }

  protected failAt(literal: NodeRange, { start, end, message, hint }: LiteralMistake): void {
    this.report({ start: literal.start + start, end: literal.start + end }, message, hint)
  }
}

/** Whether a token is of a type, or of a category. */
export function is(token: IToken, type: TokenType): boolean {
  return tokenMatcher(token, type)
}
