import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { parseDocuments } from '../../src/definition/parse-document.ts'
import { parseProject } from '../../src/definition/project.ts'
import { loadValidators, validators } from '../../src/definition/validators.ts'
import { renderCodeFrame } from '../../src/source/code-frame.ts'
import { compileText } from '../support/compile-text.ts'
import { runs } from '../support/runs.ts'

await loadValidators()

const SPECS = fileURLToPath(new URL('../../specs/', import.meta.url))
const CORPUS = ['good', 'bad'].flatMap(folder =>
  readdirSync(`${SPECS}${folder}`)
    .filter(name => name.endsWith('.yaml'))
    .map(name => readFileSync(`${SPECS}${folder}/${name}`, 'utf8'))
)

const JUNK = [
  ...[
    '\t',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ':',
    ': ',
    ' ',
    '\n',
    '- ',
    '&a ',
    '*a',
    '|\n',
    '>-\n',
    ' #',
    '!',
    '!!int '
  ],
  ...[
    '%',
    '@',
    '`',
    '? ',
    '<<: ',
    '${',
    '${X}',
    '${NO}',
    '$${',
    '\\',
    '\0',
    '\u2028',
    '😀',
    '---\n',
    '~',
    '0x',
    '\r\n'
  ]
]

const edit = fc.record({ at: fc.nat(), cut: fc.nat({ max: 12 }), put: fc.constantFrom(...JUNK) })

/** A file of the corpus with a few slips of the hand. */
const damaged = fc
  .tuple(fc.constantFrom(...CORPUS), fc.array(edit, { minLength: 1, maxLength: 4 }))
  .map(([text, edits]) =>
    edits.reduce((before, { at, cut, put }) => {
      const start = at % (before.length + 1)
      return before.slice(0, start) + put + before.slice(start + cut)
    }, text)
  )

describe('whatever a file holds', () => {
  test('it is read without a crash, and every complaint has a place in it', () => {
    fc.assert(
      fc.property(
        fc.oneof({ arbitrary: damaged, weight: 4 }, { arbitrary: fc.string({ unit: 'binary' }), weight: 1 }),
        text => {
          const source = { name: 'checkout.yaml', text }
          const { problems } = parseDocuments(source, validators, { X: 'x' })
          for (const { location, message } of [...problems, ...parseProject(source, {}).problems]) {
            expect(location, message).toBeDefined()
            const { start, end } = location!.range
            expect(start).toBeGreaterThanOrEqual(0)
            expect(end).toBeGreaterThanOrEqual(start)
            expect(end, message).toBeLessThanOrEqual(text.length + 1)
            expect(message).not.toMatch(/undefined|\[object/)
            expect(renderCodeFrame(location!).split('\n')).toHaveLength(2)
          }
        }
      ),
      { numRuns: runs(300) }
    )
  })

  test('an error in it is never a plan', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, async text => {
        const { problems } = parseDocuments({ name: 'checkout.yaml', text }, validators, {})
        const hasError = problems.some(problem => problem.severity === 'error')
        const outcome = await compileText(text)
        if (outcome.ok && hasError)
          // A document may be sound beside one that is not: that one is then not among the tests.
          expect(outcome.value.tests.length).toBeLessThan(text.split(/^type:/m).length)
        if (outcome.ok)
          for (const { checks } of outcome.value.tests)
            expect(checks.specs.length + checks.outputs.length).toBeGreaterThan(0)
      }),
      { numRuns: runs(100) }
    )
  })
})

describe('a caret in a selector', () => {
  const styles = ['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const
  const service = fc.string({
    unit: fc.constantFrom('a', 'z', '-', '_', "'", ' ', 'é', '😀'),
    minLength: 1,
    maxLength: 12
  })

  test('stands where the mistake is, however the selector is written', async () => {
    let found = 0
    const tries = runs(60)
    await fc.assert(
      fc.asyncProperty(service, fc.constantFrom(...styles), fc.boolean(), async (name, style, isWindows) => {
        const selector = `span[name="${name}"]\nspan[kind="server"]:frist`
        const definition = {
          type: 'Test',
          spec: {
            name: 'a checkout',
            trigger: { type: 'http', httpRequest: { url: 'http://shop' } },
            specs: [{ selector, assertions: ['count() = 1'] }]
          }
        }
        const unix = stringify(definition, {
          defaultStringType: style,
          defaultKeyType: 'PLAIN',
          lineWidth: 0
        })
        const text = isWindows ? unix.replaceAll('\n', '\r\n') : unix
        const { problems } = await compileText(text)
        const [{ start, end }] = problems.map(problem => problem.location!.range) as [
          { start: number; end: number }
        ]
        expect(text.slice(start, end)).toBe(':frist')
        found++
      }),
      { numRuns: tries }
    )
    expect(found).toBe(tries)
  })
})
