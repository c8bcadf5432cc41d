// What people write who come from elsewhere: JavaScript, SQL, CSS, TraceQL, Python.

/** Runs of signs that are no operator here. */
export const SIGN_MISTAKES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    '==': '=',
    '===': '=',
    ':=': '=',
    '!==': '!=',
    '=!': '!=',
    '<>': '!=',
    '≠': '!=',
    '=>': '>=',
    '≥': '>=',
    '=<': '<=',
    '≤': '<=',
    '=~': 'matches',
    '~=': 'contains',
    '*=': 'contains',
    '!*=': 'not-contains',
    '!~': 'not matches',
    '^=': 'starts-with',
    '$=': 'ends-with',
    '&&': 'and',
    '&': 'and',
    '||': 'or',
    '!': 'not'
  })
)

/** Words in the place of an operator. */
export const OPERATOR_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    startswith: 'starts-with',
    starts_with: 'starts-with',
    'starts with': 'starts-with',
    beginswith: 'starts-with',
    'begins with': 'starts-with',
    endswith: 'ends-with',
    ends_with: 'ends-with',
    'ends with': 'ends-with',
    notcontains: 'not-contains',
    not_contains: 'not-contains',
    'does not contain': 'not-contains',
    doesnotcontain: 'not-contains',
    contain: 'contains',
    include: 'contains',
    includes: 'contains',
    like: 'matches',
    match: 'matches',
    matching: 'matches',
    regex: 'matches',
    jsoncontains: 'json-contains',
    json_contains: 'json-contains',
    'is equal to': '=',
    equals: '=',
    equal: '=',
    eq: '=',
    'is not equal to': '!=',
    'not equals': '!=',
    notequals: '!=',
    ne: '!=',
    neq: '!=',
    gt: '>',
    gte: '>=',
    ge: '>=',
    lt: '<',
    lte: '<=',
    le: '<=',
    within: 'in',
    among: 'in',
    notin: 'not in',
    not_in: 'not in',
    notexists: 'not exists',
    not_exists: 'not exists',
    'does not exist': 'not exists',
    exist: 'exists',
    present: 'exists',
    and: 'and',
    or: 'or',
    not: 'not',
    in: 'in',
    is: 'is',
    of: 'of',
    exists: 'exists',
    contains: 'contains',
    matches: 'matches'
  })
)

/** Words in the place of a value. */
export const VALUE_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    nil: 'null',
    none: 'null',
    null: 'null',
    undefined: 'null',
    true: 'true',
    false: 'false'
  })
)

/** Words before a condition. */
export const OPENING_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    'at least': 'at-least',
    at_least: 'at-least',
    atleast: 'at-least',
    'at most': 'at-most',
    at_most: 'at-most',
    atmost: 'at-most',
    all: 'every',
    'for all': 'every',
    each: 'every',
    any: 'some',
    no: 'none',
    'child of': 'child-of',
    childof: 'child-of',
    'descendant of': 'descendant-of',
    descendantof: 'descendant-of',
    'starts before': 'starts-before',
    'starts after': 'starts-after',
    not: 'not'
  })
)

/** What stands before a dot or a colon where an attribute is meant, and what belongs there. */
export const NAMESPACE_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    span: 'attr:',
    attr: 'attr:',
    attrs: 'attr:',
    attribute: 'attr:',
    attributes: 'attr:',
    resource: 'resource:',
    scope: 'scope:',
    instrumentation: 'scope:',
    event: 'event:',
    link: 'link:',
    parent: 'parent:',
    response: 'response:',
    res: 'response:',
    var: 'var:',
    vars: 'var:',
    variable: 'var:',
    variables: 'var:',
    env: 'env:'
  })
)

/** Words for units of time. */
export const UNIT_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    nanosecond: 'ns',
    nanoseconds: 'ns',
    nanos: 'ns',
    microsecond: 'us',
    microseconds: 'us',
    micros: 'us',
    usec: 'us',
    millisecond: 'ms',
    milliseconds: 'ms',
    millis: 'ms',
    milli: 'ms',
    msec: 'ms',
    msecs: 'ms',
    sec: 's',
    secs: 's',
    second: 's',
    seconds: 's',
    min: 'm',
    mins: 'm',
    minute: 'm',
    minutes: 'm',
    hr: 'h',
    hrs: 'h',
    hour: 'h',
    hours: 'h',
    ns: 'ns',
    us: 'us',
    ms: 'ms',
    s: 's',
    m: 'm',
    h: 'h'
  })
)
