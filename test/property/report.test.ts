import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Observation } from '../../src/model/verdict.ts'
import { clipLine, lineColumns, lineOf, wrapLine } from '../../src/report/line.ts'
import { groupObservations, offendersOf } from '../../src/report/offenders.ts'
import type { Screen } from '../../src/report/screen.ts'
import { shortenEnd, shortenMiddle, shortenPair } from '../../src/report/shorten.ts'
import { layoutFor } from '../../src/report/terminal/layout.ts'
import type { Mark } from '../../src/report/terminal/marks.ts'
import { groupSpans } from '../../src/report/terminal/span-groups.ts'
import { renderWaterfall } from '../../src/report/terminal/waterfall.ts'
import { columnsOf, takeColumns, takeLastColumns } from '../../src/source/columns.ts'
import { makeVisible } from '../../src/source/visible.ts'
import { buildSpec, buildTest, COMPLETE, placeOf, violated } from '../support/report-builder.ts'
import { runs } from '../support/runs.ts'
import { PLAIN_SCREEN, showRun } from '../support/show.ts'
import { type SpanSketch, spanIdOf, triggeredTraceOf } from '../support/trace-builder.ts'

/** Texts with what terminals act on, what takes two columns, and what takes none. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        '\u001b[31m',
        '\n',
        '\u202e',
        '日本',
        '💥',
        'e\u0301',
        '👩\u200d🚀',
        ' ',
        'checkout',
        '\ud800'
      )
    )
    .map(parts => parts.join(''))
)
const DANGEROUS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u

test('nothing visible acts on a terminal, and making visible twice changes nothing more', () => {
  fc.assert(
    fc.property(text, value => {
      const visible = makeVisible(value)
      expect(visible).not.toMatch(DANGEROUS)
      expect(makeVisible(visible)).toBe(visible)
    }),
    { numRuns: runs(200) }
  )
})

test('what is taken of a text fits and is a part of it', () => {
  fc.assert(
    fc.property(text.map(makeVisible), fc.nat(40), (value, columns) => {
      const head = takeColumns(value, columns)
      const tail = takeLastColumns(value, columns)
      expect(value.startsWith(head)).toBe(true)
      expect(value.endsWith(tail)).toBe(true)
      expect(columnsOf(head)).toBeLessThanOrEqual(columns)
      expect(columnsOf(tail)).toBeLessThanOrEqual(columns)
    }),
    { numRuns: runs(200) }
  )
})

test('what is shortened fits', () => {
  fc.assert(
    fc.property(text, text, fc.integer({ min: 20, max: 80 }), (value, other, columns) => {
      expect(columnsOf(shortenMiddle(value, columns, '…'))).toBeLessThanOrEqual(columns)
      expect(columnsOf(shortenEnd(value, columns, '…'))).toBeLessThanOrEqual(columns)
      expect(
        columnsOf(
          clipLine(lineOf(value, other), columns, '…')
            .map(part => part.text)
            .join('')
        )
      ).toBeLessThanOrEqual(columns)
    }),
    { numRuns: runs(200) }
  )
})

test('two texts that differ are shown differently', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.string({ minLength: 1, maxLength: 9 }), (shared, more) => {
      const [expected, actual] = shortenPair(shared, shared + more, 60, '…')
      expect(expected).not.toBe(actual)
    }),
    { numRuns: runs(200) }
  )
})

test('wrapped lines fit and keep every word', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), fc.integer({ min: 20, max: 60 }), (texts, columns) => {
      const line = lineOf(...texts)
      const wrapped = wrapLine(line, columns, 2)
      for (const part of wrapped) expect(lineColumns(part)).toBeLessThanOrEqual(columns)
      const letters = (lines: typeof wrapped): string =>
        lines
          .flatMap(part => part.map(fragment => fragment.text))
          .join('')
          .replaceAll(' ', '')
      expect(letters(wrapped)).toBe(letters([line]))
    }),
    { numRuns: runs(200) }
  )
})

const sketches = fc
  .array(
    fc.record({
      parent: fc.option(fc.nat(40), { nil: undefined }),
      service: fc.oneof(fc.constantFrom('cart', 'pricing', ''), text),
      name: fc.oneof(fc.constantFrom('GET /quote', 'SELECT price'), text),
      at: fc.integer({ min: -50, max: 500 }),
      ms: fc.integer({ min: 0, max: 300 }),
      open: fc.boolean(),
      error: fc.boolean()
    }),
    { maxLength: 40 }
  )
  .map(items =>
    items.map(
      ({ parent, ...facts }, at): SpanSketch => ({
        ...facts,
        id: `span-${at}`,
        parent: parent === undefined ? 'trigger' : `span-${parent}`
      })
    )
  )
const marks = fc.dictionary(
  fc.nat(40).map(at => spanIdOf(`span-${at}`)),
  fc.constantFrom<Mark>('failed', 'caution', 'near', 'selected')
)

test('every span is drawn in one group', () => {
  fc.assert(
    fc.property(sketches, marks, (spans, marked) => {
      const trace = triggeredTraceOf(...spans)
      const groups = groupSpans(trace, new Map(Object.entries(marked)) as never)
      const drawn = groups.flatMap(group => group.members).sort((a, b) => a - b)
      const all = trace.spans.map((_, at) => at).filter(at => at !== trace.trigger)
      expect(drawn).toEqual(all)
      for (const [index, group] of groups.entries()) {
        expect(group.parent).toBeLessThan(index)
        expect(group.depth).toBe(group.parent < 0 ? 0 : groups[group.parent]!.depth + 1)
      }
    }),
    { numRuns: runs(100) }
  )
})

test('a waterfall fits its screen, keeps its rows in bounds, and acts on no terminal', () => {
  fc.assert(
    fc.property(
      sketches,
      marks,
      fc.integer({ min: 40, max: 140 }),
      fc.integer({ min: 1, max: 30 }),
      (spans, marked, width, maxRows) => {
        const trace = triggeredTraceOf(...spans)
        const options = { marks: new Map(Object.entries(marked)) as never, maxRows }
        const lines = renderWaterfall(trace, options, layoutFor({ ...PLAIN_SCREEN, width }))
        expect(lines.length).toBeLessThanOrEqual(2 * maxRows + 1)
        for (const line of lines) {
          expect(lineColumns(line)).toBeLessThanOrEqual(width)
          expect(line.map(fragment => fragment.text).join('')).not.toMatch(DANGEROUS)
        }
      }
    ),
    { numRuns: runs(100) }
  )
})

const observation: fc.Arbitrary<Observation> = fc.record(
  {
    spanId: fc.nat(40).map(at => spanIdOf(`span-${at}`)),
    holds: fc.option(fc.boolean(), { nil: undefined }),
    expected: fc.oneof(fc.constantFrom('1', '2'), text),
    actual: fc.oneof(fc.constantFrom('1', '2'), text)
  },
  { requiredKeys: ['holds'] }
)

test('grouping loses no span, and there is always one to blame', () => {
  fc.assert(
    fc.property(
      fc.array(observation, { minLength: 1 }),
      fc.constantFrom('attr:a = 1', 'none attr:a = 1', 'exactly 2 attr:a = 1', 'at-most 2 attr:a = 1'),
      (observed, assertion) => {
        const groups = groupObservations(observed)
        expect(groups.flatMap(group => group.members)).toHaveLength(observed.length)
        const isAllHolding = observed.every(one => one.holds === true)
        if (!isAllHolding || !assertion.startsWith('attr'))
          expect(offendersOf(assertion, observed)).not.toEqual([])
      }
    ),
    { numRuns: runs(100) }
  )
})

const screen: fc.Arbitrary<Partial<Screen>> = fc.record({
  width: fc.integer({ min: 40, max: 160 }),
  hasUnicode: fc.boolean()
})

test('a failed test can be shown whatever its spans and values are', async () => {
  await fc.assert(
    fc.asyncProperty(sketches, fc.array(observation), text, screen, async (spans, observed, name, on) => {
      const check = violated('attr:payment.amount = 99.99', observed, [{ text: name, value: name }])
      const selected = spans.map(span => spanIdOf(span.id))
      const report = buildTest({
        name,
        outcome: 'failed',
        trace: triggeredTraceOf(...spans),
        ground: COMPLETE,
        warnings: [name],
        specs: [buildSpec(`span[name="${name}"]`, [check], { selected, location: placeOf('selector:') })]
      })
      const output = await showRun([report], on)
      expect(output.replaceAll('\n', '')).not.toMatch(DANGEROUS)
      const isUrlOrCommand = (line: string): boolean => line.includes('again, offline')
      for (const line of output.split('\n')) {
        if (!isUrlOrCommand(line)) expect(columnsOf(line)).toBeLessThanOrEqual(on.width!)
      }
    }),
    { numRuns: runs(40) }
  )
})
