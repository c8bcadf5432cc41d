import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { Outcome, Problem } from '../../src/errors/diagnostic.ts'
import { type EntryNodes, Grammar } from '../../src/language/grammar.ts'
import { tokenize } from '../../src/language/lexer.ts'
import { parseAssertion, parseExpression, parseSelector, parseTemplate } from '../../src/language/parse.ts'
import { printAssertion, printExpression, printSelector, printTemplate } from '../../src/language/print.ts'
import { withoutRanges } from '../support/arbitrary-language.ts'
import { runs } from '../support/runs.ts'

const PIECES = [
  ...[
    'span',
    '[',
    ']',
    '(',
    ')',
    ',',
    ':',
    '.',
    '..',
    '|',
    '+',
    '-',
    '*',
    '/',
    '%',
    '~',
    '>',
    '<',
    '=',
    '!='
  ],
  ...[
    'a',
    'name',
    'http.method',
    '"x"',
    "'y'",
    '"${attr:x}"',
    '5',
    '5ms',
    '0x10',
    '-3',
    '1.5',
    'true',
    'null'
  ],
  ...[' and ', ' or ', ' not ', ' in ', ' is ', ' of ', ' exists', ' not-exists', ' contains ', ' matches '],
  ...[
    ':first',
    ':has(',
    ':not(',
    ':scope',
    ':nth_child(2)',
    ':depth(>= 2)',
    'every ',
    'some ',
    'at-least 2 '
  ],
  ...[
    'attr:x',
    'resource:a',
    'var:X',
    'response:status',
    'count()',
    'sum(',
    'uuid()',
    ' | length',
    ' after '
  ],
  ...[
    '"',
    "'",
    '\\',
    '{',
    '}',
    '$',
    '${',
    '}',
    '“',
    '`',
    '#',
    '&&',
    '||',
    '==',
    '=~',
    '!',
    ';',
    '@',
    '?',
    '^'
  ],
  ...[
    ' ',
    '\n',
    '\t',
    '//',
    '/*',
    '*/',
    'é',
    '🛒',
    '\u0000',
    '\ud800',
    '__proto__',
    'constructor',
    'toString'
  ]
]
const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map(pieces => pieces.join(''))
const sensible = fc.constantFrom(
  'span[name="POST /checkout" http.status_code in 200..299]:first > span[db.system exists]:not(:error)',
  'span:has(> span[kind="client" or not peer matches "^a"]), :root',
  'some attr:order.id = "${var:ID}" and count(:scope > span[db.system]) <= 3',
  `attr:body | json_path '$.items[0].id' in [1, "a", 5 ms] or not after span:error`,
  'sum(attr:duration of span[service="cart"]) < 1.5s'
)
/** A text that makes sense, with a piece of it replaced. */
const spoilt = fc
  .tuple(sensible, fc.nat(), fc.nat(12), fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })))
  .map(([text, at, length, piece]) => {
    const start = at % (text.length + 1)
    return text.slice(0, start) + piece + text.slice(start + length)
  })
const anyText = fc.oneof(soup, soup, spoilt, spoilt, fc.string({ unit: 'binary', maxLength: 30 }))

/** Reads a text twice: what it is understood as must be understood in the same way. */
function readTwice<T>(
  text: string,
  parse: (text: string) => Outcome<T, Problem>,
  print: (node: T) => string
): void {
  const outcome = parse(text)
  for (const { range, message } of outcome.problems) {
    expect(message).not.toBe('')
    expect(range.start).toBeGreaterThanOrEqual(0)
    expect(range.end).toBeGreaterThanOrEqual(range.start)
    expect(range.end).toBeLessThanOrEqual(text.length)
  }
  const isBroken = outcome.problems.some(problem => problem.severity === 'error')
  expect(isBroken).toBe(!outcome.ok)
  if (!outcome.ok) return
  const again = parse(print(outcome.value))
  expect(again.ok && withoutRanges(again.value)).toEqual(withoutRanges(outcome.value))
}

test('no text makes the parser throw, and what it reads prints as what it read', () => {
  fc.assert(
    fc.property(anyText, text => {
      readTwice(text, parseSelector, printSelector)
      readTwice(text, parseAssertion, printAssertion)
      readTwice(text, parseExpression, printExpression)
      readTwice(text, parseTemplate, printTemplate)
    }),
    { numRuns: runs(1200) }
  )
})

const decided = new Grammar({ validate: false })
const analysed = new Grammar({ validate: true })

/** What a grammar makes of tokens, and how it says what is wrong with them. */
function readingOf(grammar: Grammar, entry: keyof EntryNodes, text: string): unknown {
  const tokens = tokenize(text, entry === 'selector' ? 'selector' : 'expression')
  const { node, errors, problems } = grammar.read(entry, tokens, 0)
  return { node, problems, errors: errors.map(({ name, message, token }) => ({ name, message, token })) }
}

test('a text is read by the written decisions as by those that Chevrotain works out of the grammar', () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom('selector', 'assertion', 'expression'), (text, entry) => {
      expect(readingOf(decided, entry, text)).toEqual(readingOf(analysed, entry, text))
    }),
    { numRuns: runs(1000) }
  )
})

interface Parsers {
  readonly parseSelector: typeof parseSelector
  readonly parseAssertion: typeof parseAssertion
}

/** The parsers as the command line has them: without what of Chevrotain never runs. */
async function bundledParsers(): Promise<Parsers> {
  const script = pathToFileURL(resolve('scripts/lean-chevrotain.mjs')).href
  const { leanChevrotain } = (await import(script)) as { readonly leanChevrotain: Plugin }
  const folder = await mkdtemp(join(tmpdir(), 'tracerun-language-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const outfile = join(folder, 'parse.mjs')
  await build({
    entryPoints: ['src/language/parse.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    plugins: [leanChevrotain]
  })
  return (await import(pathToFileURL(outfile).href)) as Parsers
}

test('a text is read without the parts of Chevrotain that are left out as with them', async () => {
  const bundled = await bundledParsers()
  fc.assert(
    fc.property(anyText, text => {
      expect(bundled.parseSelector(text)).toEqual(parseSelector(text))
      expect(bundled.parseAssertion(text)).toEqual(parseAssertion(text))
    }),
    { numRuns: runs(1000) }
  )
})
