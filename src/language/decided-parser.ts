import type { IOrAlt, IToken } from 'chevrotain'
import { EarlyExitException, EmbeddedActionsParser, NoViableAltException } from 'chevrotain'
import { invariant } from '../errors/invariant.ts'
import { Decision, MAX_LOOKAHEAD } from './decision.ts'
import { decisions } from './decisions.ts'
import { errorMessages } from './error-messages.ts'
import { vocabulary } from './lexer.ts'

/** The methods that decide, and the bits by which Chevrotain tells them apart. */
const METHODS: Readonly<Record<string, number>> = {
  OR: 1 << 8,
  OPTION: 2 << 8,
  MANY: 3 << 8,
  AT_LEAST_ONE: 4 << 8,
  MANY_SEP: 5 << 8
}

type Alternatives = readonly IOrAlt<unknown>[]
type Lookahead = (alternatives?: Alternatives) => number | boolean | undefined

/** What error messages tell of the place where a text cannot go on. */
interface Place {
  readonly actual: IToken[]
  readonly previous: IToken
  readonly ruleName: string
  readonly customUserDescription?: string
}

/**
 * A parser whose decisions were worked out when the grammar was written: Chevrotain, which records the grammar to do
 * so, takes longer for it than to read all texts of a usual file.
 */
export abstract class DecidedParser extends EmbeddedActionsParser {
  // Chevrotain has these, and does not declare them.
  declare private selfAnalysisDone: boolean
  declare private readonly fullRuleNameToShort: Readonly<Record<string, number>>
  declare private readonly setLaFuncCache: (key: number, lookahead: Lookahead) => void
  declare private readonly getCurrRuleFullName: () => string
  declare private readonly SAVE_ERROR: (error: Error) => Error

  constructor(options: { validate: boolean }) {
    super(vocabulary, {
      maxLookahead: MAX_LOOKAHEAD,
      recoveryEnabled: false,
      skipValidations: !options.validate,
      errorMessageProvider: errorMessages
    })
  }

  /** Ends the construction of a parser, as `performSelfAnalysis` does. */
  protected takeDecisions(): void {
    for (const [rule, ofRule] of Object.entries(decisions))
      for (const [name, texts] of Object.entries(ofRule)) {
        const decision = new Decision(texts)
        const [, method = '', occurrence] = /^(\D+)(\d*)$/.exec(name) ?? []
        const key = this.fullRuleNameToShort[rule]! | METHODS[method]! | Number(occurrence)
        this.setLaFuncCache(key, method === 'OR' ? this.choiceOf(decision) : this.entryOf(decision))
      }
    this.selfAnalysisDone = true
  }

  private choiceOf(decision: Decision): Lookahead {
    return (alternatives = []) =>
      decision.choose(this.LA(1), this.LA(2), at => alternatives[at]?.GATE?.() !== false)
  }

  private entryOf(decision: Decision): Lookahead {
    return () => decision.choose(this.LA(1), this.LA(2), () => true) !== undefined
  }

  // Chevrotain looks up in the recorded grammar what it expected.

  protected raiseNoAltException(occurrence: number, description?: string): never {
    const { paths } = this.decisionAt('OR', occurrence)
    const message = errorMessages.buildNoViableAltMessage({
      ...this.place(description),
      expectedPathsPerAlt: paths.map(alternative => [...alternative])
    })
    throw this.SAVE_ERROR(new NoViableAltException(message, this.LA(1), this.LA(0)))
  }

  protected raiseEarlyExitException(occurrence: number, _method: unknown, description?: string): never {
    const [expectedIterationPaths = []] = this.decisionAt('AT_LEAST_ONE', occurrence).paths
    const message = errorMessages.buildEarlyExitMessage({
      ...this.place(description),
      expectedIterationPaths: [...expectedIterationPaths]
    })
    throw this.SAVE_ERROR(new EarlyExitException(message, this.LA(1), this.LA(0)))
  }

  private decisionAt(method: string, occurrence: number): Decision {
    const rule = this.getCurrRuleFullName()
    const name = `${method}${occurrence || ''}`
    const texts = decisions[rule]?.[name]
    invariant(texts, `${rule} decides at ${name}`)
    return new Decision(texts)
  }

  private place(description: string | undefined): Place {
    return {
      actual: [this.LA(1)],
      previous: this.LA(0),
      ruleName: this.getCurrRuleFullName(),
      ...(description === undefined ? {} : { customUserDescription: description })
    }
  }
}
