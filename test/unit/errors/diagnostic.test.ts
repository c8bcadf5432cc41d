import { expect, test } from 'vitest'
import { type Diagnostic, inFileOrder, locateProblem } from '../../../src/errors/diagnostic.ts'
import { DefinitionError } from '../../../src/errors/errors.ts'
import { verbatimText } from '../../../src/source/embedded.ts'

const [cart, stock] = ['cart.yaml', 'stock.yaml'].map(name => ({ name, text: '' }))

function diagnostic(message: string, source = cart, start = 0): Diagnostic {
  return {
    code: 'UNKNOWN_KEY',
    severity: 'error',
    message,
    ...(source ? { location: { source, range: { start, end: start } } } : {})
  }
}

test('diagnostics of one file stand together, from its top to its end', () => {
  const mixed = [
    diagnostic('b', cart, 9),
    diagnostic('d', stock, 1),
    diagnostic('a', cart, 2),
    diagnostic('c', cart, 9)
  ]
  expect(inFileOrder(mixed).map(({ message }) => message)).toEqual(['a', 'b', 'c', 'd'])
  expect(new DefinitionError(mixed).diagnostics.map(({ message }) => message)).toEqual(['a', 'b', 'c', 'd'])
})

test('a problem of an embedded text is carried to the file', () => {
  const text = verbatimText({ name: 'cart.yaml', text: 'selector: span[' }, 10)
  const problem = {
    code: 'SELECTOR_SYNTAX',
    severity: 'error',
    message: 'm',
    range: { start: 4, end: 5 }
  } as const
  expect(locateProblem(problem, text)).toMatchObject({
    message: 'm',
    location: { range: { start: 14, end: 15 } }
  })
})
