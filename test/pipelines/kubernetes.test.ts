import { spawnSync } from 'node:child_process'
import { chmod, mkdir, readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openWorkspace, type Workspace } from '../support/run-inline.ts'
import { readDocuments, shownOf } from './shown.ts'

interface Container {
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[]
  readonly resources: { readonly requests?: object; readonly limits?: object }
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}

interface Resource {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly completionMode?: string
    readonly completions?: number
    readonly parallelism?: number
    readonly backoffLimit?: number
    readonly backoffLimitPerIndex?: number
    readonly activeDeadlineSeconds?: number
    readonly accessModes?: readonly string[]
    readonly template: {
      readonly spec: {
        readonly restartPolicy: string
        readonly containers: readonly [Container]
        readonly volumes: readonly { name: string; persistentVolumeClaim: { claimName: string } }[]
      }
    }
  }
}

const shown = shownOf('kubernetes').flatMap(({ place, text }) =>
  (readDocuments(text) as readonly Resource[]).map(resource => ({ place, resource }))
)
const resources = shown
  .filter(({ place }) => place.startsWith('docs/pipelines/'))
  .map(({ resource }) => resource)
const jobs = resources.filter(({ kind }) => kind === 'Job')
const shards = jobs[0]!
const report = jobs[1]!
const containerOf = ({ spec }: Resource): Container => spec.template.spec.containers[0]

describe('the manifests for Kubernetes', () => {
  test('are a volume, a Job of shards and a Job that merges them', () => {
    expect(resources.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([
      'v1 PersistentVolumeClaim',
      'batch/v1 Job',
      'batch/v1 Job'
    ])
    expect(new Set(resources.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).size).toBe(3)
    for (const { metadata } of shown.map(({ resource }) => resource))
      expect(metadata.name).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
  })

  test('run as many pods as there are shards, all of them to their end, each once', () => {
    const { completionMode, completions, parallelism, backoffLimitPerIndex } = shards.spec
    const [script] = containerOf(shards).args as [string]
    const count = Number(/--shard "\$\(\(JOB_COMPLETION_INDEX \+ 1\)\)\/(\d+)"/.exec(script)?.[1])
    expect({ completionMode, completions, parallelism }).toEqual({
      completionMode: 'Indexed',
      completions: count,
      parallelism: count
    })
    expect(containerOf(report).args[0]).toContain(`-eq ${count} ]`)
    expect(backoffLimitPerIndex).toBe(0)
    expect(report.spec.backoffLimit).toBe(0)
    for (const { spec } of jobs) expect(spec.template.spec.restartPolicy).toBe('Never')
  })

  test('end, ask for what they need, and share a volume that all pods can write to', () => {
    const claim = resources[0]!
    expect(claim.spec.accessModes).toEqual(['ReadWriteMany'])
    expect(report.spec.activeDeadlineSeconds).toBeGreaterThan(shards.spec.activeDeadlineSeconds!)
    for (const job of jobs) {
      const [volume] = job.spec.template.spec.volumes
      const { resources: needs, volumeMounts, env } = containerOf(job)
      expect(volume!.persistentVolumeClaim.claimName).toBe(claim.metadata.name)
      expect(volumeMounts).toEqual([{ name: volume!.name, mountPath: '/results' }])
      expect(env).toContainEqual({ name: 'RESULTS', value: '/results' })
      expect(needs).toMatchObject({ requests: { cpu: expect.anything(), memory: expect.anything() } })
    }
  })

  test('take secrets from where secrets are', () => {
    const secrets = jobs
      .flatMap(job => containerOf(job).env)
      .filter(({ name }) => /TOKEN|PASSWORD/.test(name))
    expect(secrets.length).toBeGreaterThan(0)
    for (const { valueFrom } of secrets) expect(valueFrom).toHaveProperty('secretKeyRef.name')
  })
})

// They are scripts for the shell of a Linux image.
describe.skipIf(process.platform === 'win32')('the scripts of the manifests', () => {
  /** In the place of npx: says with what it was called, and leaves what a run leaves. */
  const NPX =
    '#!/bin/sh\necho "$@"\nmkdir -p .tracerun/last && touch .tracerun/last/saved.json\nexit "$ENDS_WITH"\n'

  async function openPod(): Promise<Workspace> {
    const workspace = await openWorkspace({ 'bin/npx': NPX })
    await chmod(join(workspace.path, 'bin/npx'), 0o755)
    await mkdir(join(workspace.path, 'results'))
    return workspace
  }

  function runScript(job: Resource, { path }: Workspace, env: Readonly<Record<string, string>>) {
    const { command, args } = containerOf(job)
    const [program, ...words] = [...command, ...args] as [string, ...string[]]
    return spawnSync(program, words, {
      cwd: path,
      encoding: 'utf8',
      env: {
        PATH: `${join(path, 'bin')}${delimiter}${process.env['PATH']}`,
        RESULTS: join(path, 'results'),
        ...env
      }
    })
  }

  test.each([0, 1])('a shard that ends with %i leaves its results and ends with it too', async code => {
    await using pod = await openPod()
    const ended = runScript(shards, pod, { JOB_COMPLETION_INDEX: '2', ENDS_WITH: String(code) })
    expect(ended.status).toBe(code)
    expect(ended.stdout).toContain('tracerun run tests --shard 3/8 ')
    expect((await readdir(join(pod.path, 'results/2'), { recursive: true })).sort()).toEqual([
      'done',
      'last',
      'last/saved.json'
    ])
  })

  test('a shard runs no test where the results of an earlier run are', async () => {
    await using pod = await openPod()
    await mkdir(join(pod.path, 'results/2'))
    const ended = runScript(shards, pod, { JOB_COMPLETION_INDEX: '2', ENDS_WITH: '0' })
    expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status: 3, stdout: '' })
  })

  test('the report takes the results of all shards, and ends as the merge does', async () => {
    await using pod = await openPod()
    for (let index = 0; index < 8; index++)
      runScript(shards, pod, { JOB_COMPLETION_INDEX: String(index), ENDS_WITH: '0' })
    const ended = runScript(report, pod, { ENDS_WITH: '1' })
    expect(ended.status).toBe(1)
    const folders = Array.from({ length: 8 }, (_, index) => join(pod.path, 'results', String(index), 'last'))
    expect(ended.stdout).toContain(`tracerun merge ${folders.join(' ')} --reporter pretty`)
  })
})
