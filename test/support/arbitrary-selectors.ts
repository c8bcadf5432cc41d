import fc from 'fast-check'

export const oneOf = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts)

const filterArbitrary: fc.Arbitrary<string> = oneOf(
  'service.name="cart"',
  'service.name="gateway"',
  'service.name!="payment"',
  'name="charge"',
  'name in ["charge", "quote"]',
  'kind="server"',
  'n',
  'n>=1',
  'n=2',
  'not n',
  'not n=2',
  'n not-exists',
  'n="2" or kind="client"',
  'duration>=2ms',
  'db.system',
  'db.system="postgresql"',
  'DB.system.name',
  'status="error"',
  'event:attempt=1',
  'events.count>=1',
  'parent:service.name="cart"',
  'depth=2',
  'self_time>=2ms',
  'offset>=2ms',
  'event:attempt not-exists',
  'link:n>=2',
  'attr:status="error"',
  'attr:name="charge"',
  'resource:service.name="cart"',
  'start>0',
  'events.count in 1..2',
  'tracetest.span.type="database"',
  'n="${var:FIRST}"',
  'name!="${var:FIRST}"',
  'n<="${var:LIMIT}"',
  'tracetest.selected_spans.count=2',
  'tracetest.selected_spans.count<=1 n'
)

const texts = fc.letrec<{
  selector: string
  complex: string
  compound: string
  ownCompound: string
  pseudo: string
}>(tie => ({
  selector: fc.oneof(
    { weight: 6, arbitrary: tie('complex') },
    { weight: 1, arbitrary: fc.tuple(tie('complex'), tie('complex')).map(items => items.join(', ')) }
  ),
  complex: fc.oneof(
    { weight: 5, arbitrary: tie('compound') },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('compound'), oneOf(' ', ' > ', ' ~ '), tie('compound'))
        .map(parts => parts.join(''))
    },
    {
      weight: 1,
      arbitrary: oneOf(
        ':root',
        ':root > span',
        ':root span',
        'span',
        'span[db.system]:root',
        'span span span',
        'span ~ span'
      )
    }
  ),
  compound: fc
    .tuple(
      tie('ownCompound'),
      fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 3, arbitrary: tie('pseudo') })
    )
    .map(parts => parts.join('')),
  ownCompound: fc.oneof(
    { weight: 1, arbitrary: fc.constant('span') },
    { weight: 4, arbitrary: filterArbitrary.map(filter => `span[${filter}]`) },
    { weight: 1, arbitrary: fc.tuple(filterArbitrary, filterArbitrary).map(([a, b]) => `span[${a}][${b}]`) }
  ),
  pseudo: fc.oneof(
    {
      weight: 5,
      arbitrary: oneOf(
        ':first',
        ':last',
        ':nth_child(2)',
        ':leaf',
        ':entry',
        ':error',
        ':orphan',
        ':depth(= 1)',
        ':depth(>= 2)',
        ':children(>= 1)',
        ':children(> 1)',
        ':has(span ~ span)',
        ':has(span[n] ~ span)',
        ':has(> span > span)',
        ':children(= 0)',
        ':children(<= 1)'
      )
    },
    { weight: 2, arbitrary: fc.tuple(oneOf('', '> '), tie('ownCompound')).map(([c, s]) => `:has(${c}${s})`) },
    { weight: 2, arbitrary: tie('ownCompound').map(inner => `:not(${inner})`) },
    { weight: 1, arbitrary: tie('ownCompound').map(inner => `:not(:has(${inner}))`) },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('ownCompound'), tie('ownCompound')).map(([a, b]) => `:not(${a} ${b})`)
    }
  )
}))

export const { selector, complex } = texts
const { compound } = texts

export const selectorArbitrary: fc.Arbitrary<string> = fc.oneof(
  { weight: 20, arbitrary: selector },
  { weight: 1, arbitrary: fc.constant('') }
)

/** Compounds without places, so that long chains of them choose something. */
const plainCompound = oneOf(
  'span',
  'span',
  'span[n]',
  'span[service.name="cart"]',
  'span[kind="server"]',
  'span:error'
)

export const scoped = fc.tuple(oneOf(':scope > ', ':scope '), compound).map(parts => parts.join(''))

/** Selectors that start at the span under test, or name it elsewhere. */
export const scopedSelectorArbitrary: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(
        fc.tuple(
          oneOf(' ', ' > ', ' > ', ' ~ '),
          fc.oneof({ weight: 3, arbitrary: plainCompound }, compound)
        ),
        {
          minLength: 1,
          maxLength: 4
        }
      )
      .map(steps => `:scope${steps.flat().join('')}`)
  },
  { weight: 1, arbitrary: oneOf(':scope', 'span:not(:scope)', 'span:has(> :scope)', 'span > :scope') },
  { weight: 1, arbitrary: fc.tuple(scoped, complex).map(items => items.join(', ')) }
)
