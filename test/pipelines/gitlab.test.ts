import { expect, test } from 'vitest'
import { renderWorkflow } from '../../src/init/write-project.ts'
import { readDocuments, shownOf } from './shown.ts'

interface Job {
  readonly stage?: string
  readonly script?: unknown
  readonly parallel?: unknown
  readonly services?: readonly unknown[]
  readonly artifacts?: {
    readonly paths?: readonly string[]
    readonly reports?: Readonly<Record<string, unknown>>
    readonly [key: string]: unknown
  }
}

const GLOBAL = ['stages', 'variables', 'default', 'include', 'workflow']
const OF_JOB = [
  ...['stage', 'image', 'services', 'variables', 'parallel', 'before_script', 'script', 'after_script'],
  ...['artifacts', 'needs', 'when', 'timeout', 'rules']
]
const OF_ARTIFACTS = ['when', 'expire_in', 'paths', 'reports', 'exclude', 'name']
const STAGES = ['build', 'test', 'deploy']

/** What GitLab would refuse of a pipeline, as far as pipelines here go. */
function problemsOf(pipeline: Readonly<Record<string, unknown>>): readonly string[] {
  const stages = (pipeline['stages'] ?? STAGES) as readonly string[]
  const jobs = Object.entries(pipeline).filter(([name]) => !GLOBAL.includes(name)) as [string, Job][]
  const problems = jobs.flatMap(([name, job]) =>
    jobProblems(job, stages).map(problem => `${name}: ${problem}`)
  )
  return jobs.length === 0 ? ['there is no job'] : problems
}

function jobProblems(job: Job, stages: readonly string[]): readonly string[] {
  const { stage = 'test', script, parallel, artifacts = {} } = job
  const paths = artifacts.paths ?? []
  const text = JSON.stringify(script ?? '')
  return [
    ...unknownKeys(job, OF_JOB),
    ...unknownKeys(artifacts, OF_ARTIFACTS),
    ...(stages.includes(stage) ? [] : [`there is no stage ${stage}`]),
    ...(isListOfTexts(script) ? [] : ['script is no list of texts']),
    ...(paths.every(path => /^[\w.*/-]+$/.test(path) && !/^\/|\.\./.test(path))
      ? []
      : ['a path of artifacts leaves the project']),
    ...(Object.keys(artifacts.reports ?? {}).every(kind => kind === 'junit')
      ? []
      : ['a report is of no known kind']),
    ...(parallel === undefined || (Number.isInteger(parallel) && Number(parallel) > 1)
      ? []
      : ['parallel is no number']),
    ...(text.includes('$CI_NODE_') === (parallel !== undefined)
      ? []
      : ['parallel and CI_NODE_ are there alone'])
  ]
}

function unknownKeys(value: object, known: readonly string[]): readonly string[] {
  return Object.keys(value)
    .filter(key => !known.includes(key))
    .map(key => `there is no keyword ${key}`)
}

function isListOfTexts(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.every(item => typeof item === 'string' && item !== '')
  )
}

test.each(shownOf('gitlab'))('$place is a pipeline', ({ text }) => {
  const [pipeline, ...others] = readDocuments(text)
  expect(others).toEqual([])
  expect(problemsOf(pipeline as Record<string, unknown>)).toEqual([])
})

test('what init writes is a pipeline', () => {
  const text = renderWorkflow({ kind: 'gitlab', secrets: ['API_TOKEN'], hasCompose: false })
  expect(problemsOf(readDocuments(text)[0] as Record<string, unknown>)).toEqual([])
})

test('the shards of the pipeline are told apart and merged in a later stage, also where one has failed', () => {
  const { stages, traces, report } = readDocuments(
    shownOf('gitlab').find(({ place }) => place.endsWith('gitlab.yml'))!.text
  )[0] as { stages: string[]; traces: Job & Record<string, string[]>; report: Job & { when: string } }
  expect(stages.indexOf(report.stage!)).toBeGreaterThan(stages.indexOf(traces.stage!))
  expect(report.when).toBe('always')
  expect(traces['after_script']!.join()).toContain('$CI_NODE_INDEX')
  expect(traces.artifacts).toMatchObject({ when: 'always' })
  expect(report.artifacts!.reports).toEqual({ junit: 'junit.xml' })
})

test('a pipeline with mistakes is told from one without', () => {
  const pipeline = {
    stages: ['test'],
    traces: { stage: 'tests', scripts: ['npm test'], parallel: 4, artifacts: { paths: ['../last'] } }
  }
  expect(problemsOf(pipeline)).toEqual([
    'traces: there is no keyword scripts',
    'traces: there is no stage tests',
    'traces: script is no list of texts',
    'traces: a path of artifacts leaves the project',
    'traces: parallel and CI_NODE_ are there alone'
  ])
})
