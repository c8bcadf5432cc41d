// Checks as users write them, one class after the other, about services of a simulated system.

const LOCATION = { source: { name: 'bench.yaml', text: '' }, range: { start: 0, end: 0 } }

const handled = service => `span[service.name="service-${service}" name="handle"]`
const of = service => `span[service.name="service-${service}"]`

/** Class → the check, for two services of a system of so many. A sequence is a list of selectors. */
const CLASSES = {
  existence: a => [handled(a), 'count() >= 1'],
  some: a => [of(a), 'some attr:step = 2'],
  'below, combinator': a => [`span[service.name="service-0"] ${of(a)}`, 'count() >= 1'],
  'aggregate, lower bound': () => ['span', 'sum(attr:duration) > 5ms'],
  'distinct, lower bound': (_a, _b, planned) => [
    'span[name="handle"]',
    `distinct(attr:service.name) >= ${planned}`
  ],
  'every, own data': a => [of(a), 'every attr:status != "error"'],
  'every, duration': () => ['span[name="step"]', 'every attr:duration < 400ms'],
  none: () => ['span', 'none attr:status = "error"'],
  'count() = 1': a => [handled(a), 'count() = 1'],
  'count() = n': (_a, _b, planned) => ['span[name="handle"]', `count() = ${planned}`],
  'count() <= 1': a => [handled(a), 'count() <= 1'],
  'count() = 0': () => ['span[name="refund"]', 'count() = 0'],
  'count() = 0 of errors': () => ['span:error', 'count() = 0'],
  'at-most': a => [of(a), 'at-most 1 attr:name = "handle"'],
  exactly: a => ['span[name="handle"]', `exactly 1 attr:service.name = "service-${a}"`],
  'two counts equal': () => [':root', 'count(span[kind="client"]) = count(span[kind="server"]) - 1'],
  sequence: (a, b) => [handled(a), handled(b)].map(step => ({ step })),
  after: a => [handled(a), `starts-after ${handled(0)}`],
  'aggregate, upper bound': () => ['span', 'max(attr:duration) < 700ms'],
  p95: () => ['span[name="step"]', 'p95(attr:duration) < 150ms']
}

export const classNames = Object.keys(CLASSES)

/** The compiled check of a class for one simulated request, and a name for it. */
export function createChecks(language) {
  const known = new Map()
  const parsed = (parse, text) => {
    const outcome = parse(text)
    if (!outcome.ok) throw new Error(`${text}: ${outcome.problems[0].message}`)
    return outcome.value
  }
  const compile = parts => {
    const facts = { location: LOCATION, severity: 'error' }
    if (typeof parts[0] !== 'string') {
      const steps = parts.map(({ step }) => ({
        selector: parsed(language.parseSelector, step),
        text: step,
        location: LOCATION
      }))
      return { kind: 'sequence', by: 'start', steps, text: 'sequence', ...facts }
    }
    const [selector, assertion] = parts
    return {
      kind: 'selector',
      selector: parsed(language.parseSelector, selector),
      text: selector,
      assertions: [{ node: parsed(language.parseAssertion, assertion), text: assertion, location: LOCATION }],
      ...facts
    }
  }
  return (name, { planned, victim }, { uniform }) => {
    // A test is written for what may go wrong: half of them look at the very service.
    const other = () => 1 + Math.floor(uniform() * (planned - 1))
    const first = uniform() < 0.5 ? victim : other()
    const parts = CLASSES[name](first, (first % (planned - 1)) + 1, planned)
    const key = JSON.stringify(parts)
    if (!known.has(key)) known.set(key, { specs: [compile(parts)], outputs: [] })
    return known.get(key)
  }
}
