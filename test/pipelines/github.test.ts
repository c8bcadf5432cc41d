import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validateAction, validateWorkflow } from '@action-validator/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderWorkflow } from '../../src/init/write-project.ts'
import { createJudge, readFlags } from '../docs/command-lines.ts'
import { openWorkspace, type Workspace } from '../support/run-inline.ts'
import { manifest } from './run-action.ts'
import { readDocuments, shownOf } from './shown.ts'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly 'timeout-minutes'?: number
  readonly steps: readonly Step[]
}

interface Workflow {
  readonly permissions?: unknown
  readonly jobs: Readonly<Record<string, Job>>
}

const FOLDER = '.github/workflows'
const own = readdirSync(FOLDER).map(name => ({
  place: `${FOLDER}/${name}`,
  text: readFileSync(join(FOLDER, name), 'utf8')
}))
/** Pages show the jobs of a workflow, and leave out when it runs where that does not matter. */
const shown = shownOf('github').map(({ place, text }) => ({
  place,
  text: /^on:/m.test(text) ? text : `on: push\n${text}`
}))
const all = [...own, ...shown]
const read = (text: string): Workflow => readDocuments(text)[0] as Workflow
const jobsOf = (text: string): readonly Job[] => Object.values(read(text).jobs)

test('action.yml is an Action', () => {
  expect(validateAction(readFileSync('action.yml', 'utf8')).errors).toEqual([])
})

test.each(all)('$place is a workflow', ({ text }) => {
  expect(validateWorkflow(text).errors).toEqual([])
})

test.each([{ hasCompose: true, endpoint: 'http://localhost:4318' }, { hasCompose: false }])(
  'what init writes is a workflow: %j',
  sketch => {
    const text = renderWorkflow({ kind: 'github', secrets: ['API_TOKEN'], ...sketch })
    expect(validateWorkflow(text).errors).toEqual([])
  }
)

describe('the workflows of this project', () => {
  test.each(own)('$place grants nothing but what a job names, and each job ends', ({ text }) => {
    expect(read(text).permissions).toEqual({})
    for (const job of jobsOf(text)) {
      expect(job.permissions).toBeDefined()
      expect(job['timeout-minutes']).toBeLessThanOrEqual(30)
    }
  })

  test.each(own)('$place names every Action by its commit, and says which version that is', ({ text }) => {
    const uses = [...text.matchAll(/uses: (.*)$/gm)].map(match => match[1]!)
    expect(uses.length).toBeGreaterThan(0)
    for (const line of uses) expect(line).toMatch(/^(\.\/|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/)
  })

  test('one commit is used of each Action', () => {
    const uses = own.flatMap(({ text }) => [...text.matchAll(/uses: ([\w-]+\/[\w-]+)@(.*)$/gm)])
    const commits = new Map(uses.map(([, name, commit]) => [name, commit]))
    for (const [, name, commit] of uses) expect(commit, name).toBe(commits.get(name))
  })

  test.each(own)('$place keeps no credentials in the checkout, and no expression in a script', ({ text }) => {
    for (const { uses = '', run = '', with: inputs } of jobsOf(text).flatMap(job => job.steps)) {
      if (uses.startsWith('actions/checkout@')) expect(inputs).toMatchObject({ 'persist-credentials': false })
      expect(run).not.toContain('${{')
    }
  })

  test.each(own)('$place runs scripts and files that are there', ({ text }) => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>
    }
    for (const [, name] of text.matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([name!])
    for (const [path] of text.matchAll(/(?:scripts|examples|specs)\/[\w./-]+/g))
      expect(existsSync(path), path).toBe(true)
  })

  test('only the job that publishes may sign, and it runs nothing of the checkout', () => {
    const { jobs } = read(readFileSync(join(FOLDER, 'release.yml'), 'utf8'))
    const { publish, ...others } = jobs
    expect(publish!.permissions).toEqual({ 'id-token': 'write' })
    expect(publish!.steps.flatMap(({ run }) => run ?? [])).toEqual([
      'npm publish --provenance --access public ./*.tgz'
    ])
    for (const job of Object.values(others)) expect(job.permissions).toEqual({ contents: 'read' })
  })
})

describe('the Action as it is used and shown', () => {
  const uses = all.flatMap(({ place, text }) =>
    jobsOf(text)
      .flatMap(job => job.steps)
      .filter(step => step.uses === './' || /\/tracerun@/.test(step.uses ?? ''))
      .map(step => ({ place, inputs: step.with ?? {} }))
  )

  let workspace: Workspace
  let judge: ReturnType<typeof createJudge>
  beforeAll(async () => {
    workspace = await openWorkspace()
    judge = createJudge(workspace)
  })
  afterAll(() => workspace[Symbol.asyncDispose]())

  test('is there more than once', () => expect(uses.length).toBeGreaterThan(3))

  test.each(uses)('$place has inputs, flags and reporters that exist', async ({ inputs }) => {
    for (const name of Object.keys(inputs)) expect(manifest.inputs).toHaveProperty([name])
    const reporters = String(inputs['reporters'] ?? '')
      .split('\n')
      .filter(line => line !== '')
    const text = [String(inputs['args'] ?? ''), ...reporters.map(reporter => `--reporter ${reporter}`)].join(
      ' '
    )
    const command = inputs['start'] === undefined ? 'run' : 'exec'
    expect(await judge({ command, ...readFlags(text) })).toEqual([])
  })
})
