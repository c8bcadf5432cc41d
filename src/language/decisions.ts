// Written by `npm run generate`.

/**
 * By rule and decision, what each alternative begins with: types of tokens, of which `>` joins two where one is too
 * few to decide. Of what may be left out or end, only what leads into it.
 */
export const decisions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  anyFilter: {
    MANY: ['FilterOr']
  },
  allFilters: {
    MANY: ['Comma FilterAnd FilterNot LParen FilterNamespace Text KeyWord'],
    OPTION: ['Comma'],
    OPTION2: ['FilterAnd']
  },
  oneFilter: {
    OR: [
      'FilterNot>FilterNot FilterNot>LParen FilterNot>FilterNamespace FilterNot>Text FilterNot>KeyWord',
      'LParen',
      'FilterNamespace Text KeyWord>Dot KeyWord>FilterNot KeyWord>FilterExists KeyWord>FilterNotExists KeyWord>FilterIn KeyWord>Sign KeyWord>WordOperator KeyWord'
    ],
    OPTION: ['Comma']
  },
  filterComparison: {
    OPTION: ['FilterNot FilterExists FilterNotExists FilterIn Sign WordOperator']
  },
  filterTest: {
    OPTION: ['FilterNot'],
    OR: ['FilterExists', 'FilterNotExists', 'FilterIn', 'Sign WordOperator']
  },
  filterOperator: {
    OR: ['Sign', 'WordOperator']
  },
  filterValues: {
    MANY: ['FilterLiteral']
  },
  filterSet: {
    OR: ['ListOpen', 'FilterLiteral']
  },
  filterList: {
    MANY_SEP: ['FilterLiteral']
  },
  filterKey: {
    OPTION: ['FilterNamespace'],
    OR: ['Text', 'KeyWord'],
    MANY: ['Dot']
  },
  selector: {
    MANY: ['Comma']
  },
  complex: {
    MANY: ['Greater Tilde Span Colon']
  },
  combinator: {
    OPTION: ['Greater Tilde'],
    OR: ['Greater', 'Tilde']
  },
  compound: {
    OR: ['Span', 'Colon'],
    MANY: ['FilterOpen'],
    MANY2: ['Colon'],
    AT_LEAST_ONE: ['Colon']
  },
  brackets: {
    OPTION: ['FilterNot LParen FilterNamespace Text KeyWord'],
    OPTION2: ['Comma']
  },
  pseudo: {
    OPTION: ['LParen'],
    OPTION2: ['NumberLiteral BasedNumber Text True False Sign Tilde Span Colon']
  },
  pseudoArgument: {
    OR: [
      'NumberLiteral BasedNumber',
      'Text True False',
      'Sign>NumberLiteral Sign>BasedNumber',
      'Tilde Span Colon Greater>Span Greater>Colon'
    ],
    OR2: ['Text', 'True', 'False']
  },
  count: {
    OR: ['NumberLiteral', 'BasedNumber']
  },
  pipe: {
    MANY: ['Pipe'],
    MANY2: [
      'NumberLiteral DurationLiteral Text True False Null Reference ResponseReference VariableReference ArrayOpen Aggregate Identifier'
    ]
  },
  sum: {
    MANY: ['Plus Minus'],
    OR: ['Plus', 'Minus']
  },
  product: {
    MANY: ['Star Slash Percent'],
    OR: ['Star', 'Slash', 'Percent']
  },
  signed: {
    OR: [
      'Minus',
      'NumberLiteral DurationLiteral Text True False Null Reference ResponseReference VariableReference ArrayOpen Aggregate Identifier LParen'
    ],
    OR2: [
      'NumberLiteral DurationLiteral Text True False Null Reference ResponseReference VariableReference ArrayOpen Aggregate Identifier',
      'LParen'
    ],
    OPTION: ['Of']
  },
  argument: {
    OR: [
      'NumberLiteral',
      'DurationLiteral',
      'Text',
      'True',
      'False',
      'Null',
      'Reference ResponseReference VariableReference',
      'ArrayOpen',
      'Aggregate',
      'Identifier'
    ]
  },
  reference: {
    OR: ['Reference', 'ResponseReference', 'VariableReference']
  },
  array: {
    MANY_SEP: [
      'Minus NumberLiteral DurationLiteral Text True False Null Reference ResponseReference VariableReference ArrayOpen Aggregate Identifier LParen'
    ]
  },
  aggregate: {
    OPTION: [
      'Span Colon Minus NumberLiteral DurationLiteral Text True False Null Reference ResponseReference VariableReference ArrayOpen Aggregate Identifier LParen'
    ],
    OR: [
      'Span Colon',
      'Minus NumberLiteral DurationLiteral Text True False Null Reference ResponseReference VariableReference ArrayOpen Aggregate Identifier LParen'
    ],
    OPTION2: ['Of']
  },
  call: {
    MANY_SEP: [
      'Minus NumberLiteral DurationLiteral Text True False Null Reference ResponseReference VariableReference ArrayOpen Aggregate Identifier LParen'
    ]
  },
  selectorEntry: {
    OPTION: ['Comma Span Colon'],
    OPTION2: ['Comma']
  },
  assertionEntry: {
    OPTION: ['Quantifier CountedQuantifier']
  },
  quantifier: {
    OR: ['Quantifier', 'CountedQuantifier']
  },
  anyOf: {
    MANY: ['Or']
  },
  allOf: {
    MANY: ['And']
  },
  negatable: {
    OR: [
      'Not',
      'Relation',
      'Minus NumberLiteral DurationLiteral Text True False Null Reference ResponseReference VariableReference ArrayOpen Aggregate Identifier LParen'
    ]
  },
  comparison: {
    OPTION: ['Not Exists NotExists In Sign WordOperator Is']
  },
  test: {
    OPTION: ['Not'],
    OR: ['Exists NotExists', 'In', 'Sign WordOperator', 'Is'],
    OR2: ['Exists', 'NotExists'],
    OR3: ['Sign', 'WordOperator'],
    OPTION2: ['Not']
  },
  set: {
    OPTION: ['DotDot']
  }
}
