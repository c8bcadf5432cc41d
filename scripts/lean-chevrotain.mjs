import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * What stands in the place of the parts of Chevrotain that never run here: our own lexer reads texts, no tree is built,
 * and what grammars are analysed for stands in `src/language/decisions.ts`.
 */
const LEFT_OUT = {
  'chevrotain/lib/src/parse/cst/cst.js': nothing(
    'addNoneTerminalToCst',
    'addTerminalToCst',
    'setNodeLocationFull',
    'setNodeLocationOnlyOffset'
  ),
  'chevrotain/lib/src/parse/cst/cst_visitor.js': nothing(
    'createBaseSemanticVisitorConstructor',
    'createBaseVisitorConstructorWithDefaults'
  ),
  'chevrotain/lib/src/parse/errors_public.js': nothing(
    'defaultGrammarValidatorErrorProvider',
    'defaultParserErrorProvider'
  ),
  'chevrotain/lib/src/parse/grammar/checks.js': nothing('validateLookahead', 'validateRuleIsOverridden'),
  'chevrotain/lib/src/parse/grammar/follow.js': nothing('computeAllProdsFollows'),
  'chevrotain/lib/src/parse/grammar/gast/gast_resolver_public.js': nothing(
    'resolveGrammar',
    'validateGrammar'
  ),
  'chevrotain/lib/src/parse/grammar/interpreter.js': nothing(
    'NextTerminalAfterAtLeastOneSepWalker',
    'NextTerminalAfterAtLeastOneWalker',
    'NextTerminalAfterManySepWalker',
    'NextTerminalAfterManyWalker'
  ),
  'chevrotain/lib/src/parse/grammar/llk_lookahead.js': 'export class LLkLookaheadStrategy {}',
  'chevrotain/lib/src/parse/grammar/lookahead.js': [
    'export const PROD_TYPE = {}',
    nothing('getLookaheadPaths', 'getLookaheadPathsForOptionalProd', 'getLookaheadPathsForOr')
  ].join('\n'),
  'chevrotain/lib/src/parse/parser/traits/context_assist.js':
    'export class ContentAssist { initContentAssist() {} }',
  'chevrotain/lib/src/parse/parser/traits/gast_recorder.js':
    'export class GastRecorder { initGastRecorder() { this.RECORDING_PHASE = false } }',
  'chevrotain/lib/src/scan/lexer_public.js':
    'export const Lexer = { NA: /NOT_APPLICABLE/ }, LexerDefinitionErrorType = {}',
  '@chevrotain/cst-dts-gen/lib/src/api.js': nothing('generateCstDts'),
  '@chevrotain/gast/lib/src/api.js': [
    'export class GAstVisitor {}',
    nothing(
      'Alternation',
      'Alternative',
      'NonTerminal',
      'Option',
      'Repetition',
      'RepetitionMandatory',
      'RepetitionMandatoryWithSeparator',
      'RepetitionWithSeparator',
      'Rule',
      'Terminal',
      'getProductionDslName',
      'serializeGrammar',
      'serializeProduction'
    )
  ].join('\n')
}

/** A plug-in of esbuild that takes Chevrotain without the parts that never run, and plain functions for lodash. */
export const leanChevrotain = {
  name: 'lean-chevrotain',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^lodash-es$/ }, () => ({
      path: fileURLToPath(new URL('plain-lodash.mjs', import.meta.url))
    }))
    onLoad({ filter: /[\\/]@?chevrotain[\\/]/ }, ({ path }) => {
      const [, module] = path.split(sep).join('/').split('/node_modules/')
      const contents = LEFT_OUT[module]
      return contents === undefined ? undefined : { contents }
    })
  }
}

function nothing(...names) {
  return names.map(name => `export const ${name} = undefined`).join('\n')
}
