import { UsageError } from '../errors/errors.ts'
import type { ExitCode } from '../errors/exit-code.ts'
import { gravestExitCode } from '../errors/exit-code.ts'
import type { JsonReport, JsonShard, JsonSummary, JsonTest } from './json-report.ts'
import { summarizeRepetitions } from './repetitions.ts'

/** The report of one run, and how messages call it. */
export interface SourceReport {
  readonly path: string
  readonly report: JsonReport
}

/** A test of the merged report, and the run that it is of. */
export interface MergedTest<Source extends SourceReport> {
  readonly test: JsonTest
  readonly source: Source
}

export interface Merged<Source extends SourceReport> {
  readonly report: JsonReport
  readonly tests: readonly MergedTest<Source>[]
}

/**
 * One report of several: shards of one run, each there once and none missing, or runs of their own. A `UsageError` where they
 * do not make a whole: what is missing must not look like success.
 */
export function mergeReports<Source extends SourceReport>(sources: readonly Source[]): Merged<Source> {
  for (const source of sources) checkCounts(source)
  const isSharded = checkShards(sources)
  const tests = collectTests(sources, isSharded)
  if (tests.length === 0)
    throw new UsageError('no test was run in what is to be merged', {
      hint: 'were the tests chosen with --tag or --grep that mean none?'
    })
  const reports = sources.map(source => source.report)
  const documents = tests.map(({ test }) => test)
  const repeated = summarizeRepetitions(documents)
  const report: JsonReport = {
    schemaVersion: 1,
    outcome: outcomeOf(reports),
    exitCode: gravestExitCode(reports.flatMap(exitCodesOf)),
    summary: {
      ...countTests(documents),
      durationMs: reports.reduce((longest, { summary }) => Math.max(longest, summary.durationMs), 0)
    },
    warnings: [...new Set(reports.flatMap(({ warnings }) => warnings))],
    tests: documents,
    ...(repeated.length > 0 ? { repeated } : {})
  }
  return { report, tests }
}

function countTests(tests: readonly JsonTest[]): Omit<JsonSummary, 'durationMs'> {
  const counts = { passed: 0, flaky: 0, failed: 0, errored: 0, skipped: 0 }
  for (const { outcome } of tests) counts[outcome]++
  return counts
}

/** A report whose figures do not add up was changed, or written by something else. */
function checkCounts({ path, report }: SourceReport): void {
  const counted = countTests(report.tests)
  const wrong = (Object.keys(counted) as (keyof typeof counted)[]).find(
    outcome => counted[outcome] !== report.summary[outcome]
  )
  if (wrong !== undefined)
    throw new UsageError(
      `${path} is damaged: its summary says ${report.summary[wrong]} ${wrong}, its tests say ${counted[wrong]}`,
      { hint: 'take it again from the run that wrote it' }
    )
}

/** Whether they are shards; then all of one whole. */
function checkShards(sources: readonly SourceReport[]): boolean {
  const shards = sources.flatMap(({ path, report: { shard } }) => (shard ? [{ path, ...shard }] : []))
  const [first] = shards
  if (first === undefined) return false
  const whole = sources.find(({ report }) => report.shard === undefined)
  if (whole !== undefined)
    throw new UsageError(`${whole.path} is no shard, but ${first.path} is shard ${nameOf(first)}`, {
      hint: 'merge the shards of one run, or runs without --shard'
    })
  for (const shard of shards) {
    const other = shards.find(one => one.count !== shard.count || one.index > one.count)
    if (other !== undefined && other.index > other.count)
      throw new UsageError(`${other.path} is damaged: there is no shard ${nameOf(other)}`)
    if (other !== undefined)
      throw new UsageError(
        `the shards are of different runs: ${shard.path} is ${nameOf(shard)}, ${other.path} is ${nameOf(other)}`,
        { hint: 'merge the shards of one run' }
      )
    const twin = shards.find(one => one !== shard && one.index === shard.index)
    if (twin !== undefined)
      throw new UsageError(`shard ${nameOf(shard)} is there twice: ${shard.path} and ${twin.path}`, {
        hint: 'give each shard a folder of its own'
      })
  }
  const there = new Set(shards.map(({ index }) => index))
  const missing = Array.from({ length: first.count }, (_, at) => at + 1).filter(index => !there.has(index))
  if (missing.length > 0)
    throw new UsageError(
      `${missing.length === 1 ? 'shard' : 'shards'} ${missing.join(', ')} of ${first.count} ${missing.length === 1 ? 'is' : 'are'} missing`,
      { hint: 'did its job end before it could save its run, or was its folder not uploaded?' }
    )
  return true
}

function nameOf({ index, count }: JsonShard): string {
  return `${index}/${count}`
}

/** Every test under an id of its own. Shards share none; runs of their own may have run the same tests. */
function collectTests<Source extends SourceReport>(
  sources: readonly Source[],
  isSharded: boolean
): readonly MergedTest<Source>[] {
  const taken = new Map<string, MergedTest<Source>>()
  for (const source of sources)
    for (const test of source.report.tests) {
      const namesake = taken.get(test.id)
      if (isSharded && namesake?.test.file === test.file && namesake.test.line === test.line)
        throw new UsageError(
          `the test "${test.name}" (${test.file}:${test.line}) was run in ${namesake.source.path} and in ${source.path}`,
          { hint: 'merge the shards of one run: each test is in one of them' }
        )
      let id = test.id
      for (let number = 2; taken.has(id); number++) id = `${test.id}-${number}`
      taken.set(id, { test: { ...test, id }, source })
    }
  return [...taken.values()]
}

function outcomeOf(reports: readonly JsonReport[]): JsonReport['outcome'] {
  const { failed, errored } = countTests(reports.flatMap(({ tests }) => tests))
  const outcomes = new Set(reports.map(({ outcome }) => outcome))
  if (outcomes.has('interrupted')) return 'interrupted'
  if (outcomes.has('failed') || failed > 0) return 'failed'
  return outcomes.has('errored') || errored > 0 ? 'errored' : 'passed'
}

/** What the run said, and what its tests say: neither may be lost. */
function exitCodesOf(report: JsonReport): readonly ExitCode[] {
  switch (outcomeOf([report])) {
    case 'passed':
      return [report.exitCode]
    case 'failed':
      return [report.exitCode, 1]
    case 'errored':
      return [report.exitCode, 3]
    case 'interrupted':
      return [report.exitCode, 130]
  }
}
