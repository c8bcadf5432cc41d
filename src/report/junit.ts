import { renderBody } from './document/body.ts'
import { headlineOf, renderHeadline } from './document/headline.ts'
import type { DocumentReporter } from './document-reporter.ts'
import type { JsonReport, JsonTest } from './json-report.ts'
import { paint } from './paint.ts'
import type { Screen } from './screen.ts'
import { layoutFor } from './terminal/layout.ts'
import { titleOf } from './test-title.ts'
import type { Write } from './writer.ts'
import { element } from './xml.ts'

/** Writes JUnit XML when the run is over, as Jenkins' schema of it demands. */
export function createJunitReporter(write: Write): DocumentReporter {
  return {
    name: 'junit',
    async close(report: JsonReport): Promise<void> {
      await write(renderJunit(report))
    }
  }
}

/** Whoever reads it has a page of a browser before him. */
const PAGE: Screen = { width: 100, colorLevel: 0, isInteractive: false, isCi: true, hasUnicode: true }

/** What stands in a suite of its own: the tests of a file, or the steps of a suite. */
interface Group {
  readonly name: string
  readonly className: string
  readonly tests: JsonTest[]
}

/** The report as JUnit XML, with a line break at its end. */
export function renderJunit(report: JsonReport): string {
  const groups = groupTests(report.tests)
  const nameOf = createNames()
  const suites = groups.map(group => suiteElement(group, report, nameOf))
  const ofRun = runElement(report)
  const { failed, errored } = report.summary
  const root = element(
    'testsuites',
    {
      name: 'tracerun',
      tests: report.tests.length + ofRun.length,
      failures: failed,
      errors: errored + ofRun.length,
      time: secondsOf(report.summary.durationMs)
    },
    [...suites, ...ofRun]
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`
}

function groupTests(tests: readonly JsonTest[]): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const test of tests) {
    const key = test.suite === undefined ? `file ${test.file}` : `suite ${test.suite.id}`
    const group = groups.get(key)
    if (group) group.tests.push(test)
    else groups.set(key, { name: test.suite?.name ?? test.file, className: classNameOf(test), tests: [test] })
  }
  return [...groups.values()]
}

/** `tests/checkout.yaml` is `tests.checkout`: Jenkins takes what is before the last dot for a package. */
function classNameOf({ file, suite }: JsonTest): string {
  const parts = file
    .replace(/\.ya?ml$/i, '')
    .split(/[\\/]/)
    .filter(part => part !== '' && part !== '.' && part !== '..')
  const named = suite === undefined ? parts : [...parts.slice(0, -1), suite.name]
  return named.map(part => part.replaceAll('.', '_')).join('.') || 'tracerun'
}

/** GitLab shows only the first of several tests of one name. */
function createNames(): (className: string, test: JsonTest) => string {
  const taken = new Set<string>()
  return (className, { suite: _, ...test }) => {
    const title = titleOf(test)
    for (let number = 1; ; number++) {
      const name = number === 1 ? title : `${title} (${number})`
      const key = `${className}\0${name}`
      if (taken.has(key)) continue
      taken.add(key)
      return name
    }
  }
}

function suiteElement(
  { name, className, tests }: Group,
  { shard }: JsonReport,
  nameOf: (className: string, test: JsonTest) => string
): string {
  const count = (outcome: JsonTest['outcome']): number =>
    tests.filter(test => test.outcome === outcome).length
  const properties =
    shard === undefined
      ? []
      : [
          element('properties', {}, [
            element('property', { name: 'shard', value: `${shard.index}/${shard.count}` })
          ])
        ]
  const [first] = tests
  return element(
    'testsuite',
    {
      name,
      tests: tests.length,
      failures: count('failed'),
      errors: count('errored'),
      skipped: count('skipped'),
      time: secondsOf(tests.reduce((sum, test) => sum + test.durationMs, 0)),
      timestamp: tests.map(test => test.startedAt).sort()[0],
      file: tests.every(test => test.file === first?.file) ? first?.file : undefined
    },
    [...properties, ...tests.map(test => caseElement(test, className, nameOf(className, test)))]
  )
}

function caseElement(test: JsonTest, className: string, name: string): string {
  return element('testcase', { name, classname: className, time: secondsOf(test.durationMs) }, [
    ...outcomeElements(test),
    ...(test.earlierAttempts ?? []).map(attempt => attemptElement(attempt, test)),
    element('system-out', {}, factsOf(test))
  ])
}

function outcomeElements(test: JsonTest): readonly string[] {
  switch (test.outcome) {
    case 'passed':
    case 'flaky':
      return []
    case 'skipped':
      return [element('skipped', { message: test.reason })]
    case 'failed':
    case 'errored': {
      const headline = headlineOf(test)
      const attributes = { type: headline.kind, message: renderHeadline(headline) }
      return [element(test.outcome === 'failed' ? 'failure' : 'error', attributes, bodyOf(test))]
    }
  }
}

/** Surefire's words: flaky where a later attempt passed, else run again. */
function attemptElement(attempt: JsonTest, last: JsonTest): string {
  const headline = headlineOf(attempt)
  const kind = attempt.outcome === 'errored' ? 'Error' : 'Failure'
  return element(
    `${last.outcome === 'flaky' ? 'flaky' : 'rerun'}${kind}`,
    { type: headline.kind, message: `attempt ${attempt.attempt}: ${renderHeadline(headline)}` },
    [element('stackTrace', {}, bodyOf(attempt))]
  )
}

function bodyOf(test: JsonTest): string {
  const link = test.traceUrl === undefined ? '' : `\n${test.traceUrl}\n`
  return `${paint(renderBody(test, layoutFor(PAGE)), PAGE)}${link}`
}

/** The schema has no properties of a test: they are lines of its output. */
function factsOf({ completeness, warnings, ...test }: JsonTest): string {
  const ground = completeness.ground
  const facts: readonly (readonly [string, string | number | undefined])[] = [
    ['file', test.file],
    ['line', test.line],
    ['tags', test.tags.join(', ') || undefined],
    ['attempt', test.attempt],
    ['traceId', test.traceId],
    ['traceUrl', test.traceUrl],
    ['completeness', ground && `${ground}${completeness.text === undefined ? '' : `, ${completeness.text}`}`],
    ...warnings.map(warning => ['warning', warning] as const)
  ]
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\n`])).join('')
}

/** What ended badly although no test did: a report without it would look like success. */
function runElement({ outcome, summary, warnings }: JsonReport): readonly string[] {
  if (outcome === 'passed' || summary.failed + summary.errored > 0) return []
  const message = warnings.at(-1) ?? `the run was ${outcome}`
  const failure = element('error', { type: outcome, message }, warnings.join('\n'))
  const attributes = { name: 'tracerun', tests: 1, failures: 0, errors: 1, skipped: 0, time: secondsOf(0) }
  return [
    element('testsuite', attributes, [
      element('testcase', { name: 'the run as a whole', classname: 'tracerun', time: secondsOf(0) }, [
        failure
      ])
    ])
  ]
}

function secondsOf(ms: number): string {
  return (ms / 1000).toFixed(3)
}
