import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { openWorkspace, type Workspace } from '../support/run-inline.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What `action.yml` says, as far as the runner of GitHub reads it here. */
interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly outputs: Readonly<Record<string, { readonly value: string }>>
  readonly runs: { readonly steps: readonly Step[] }
}

interface Step {
  readonly id: string
  readonly run: string
  readonly shell: string
  readonly env: Readonly<Record<string, string>>
}

export const manifest = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Manifest
export const [step] = manifest.runs.steps as readonly [Step]

interface ActionResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
}

interface ActionOptions {
  readonly workspace: string
  /** A folder for the files of the runner, outside of the workspace. */
  readonly temp: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** Ends the step, as the runner does where a job is cancelled. */
  readonly cancel?: Promise<void>
}

/** Runs the step of the Action as the runner does: inputs by their variables, outputs by a file. */
async function runAction({
  workspace,
  temp,
  inputs = {},
  env = {},
  cancel
}: ActionOptions): Promise<ActionResult> {
  await mkdir(temp, { recursive: true })
  const files = { GITHUB_OUTPUT: join(temp, 'output'), GITHUB_STEP_SUMMARY: join(temp, 'summary') }
  for (const path of Object.values(files)) await writeFile(path, '')
  const { PATH, Path, SystemRoot, HOME, USERPROFILE, TEMP, TMP } = process.env
  const machine = { PATH, Path, SystemRoot, HOME, USERPROFILE, TEMP, TMP }
  const child = spawn(process.execPath, [join(ROOT, 'action', 'run.mjs')], {
    cwd: workspace,
    env: {
      ...machine,
      ...files,
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: workspace,
      RUNNER_TEMP: temp,
      ...variablesOf(inputs),
      ...env
    }
  })
  void cancel?.then(() => child.kill('SIGINT'))
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  const exitCode = await new Promise<number | null>(resolve => child.on('close', resolve))
  return {
    exitCode,
    stdout: stdout(),
    stderr: stderr(),
    outputs: readOutputs(await readFile(files.GITHUB_OUTPUT, 'utf8')),
    summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8')
  }
}

function variablesOf(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(step.env).map(([variable, text]) => {
    const name = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(text)![1]!
    return [variable, inputs[name] ?? manifest.inputs[name]!.default] as const
  })
  return Object.fromEntries(entries)
}

/** Reads `name<<mark`, the lines of the value, `mark`, as the runner does. */
function readOutputs(text: string): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {}
  for (const [, name, , value] of text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2\n/gm))
    outputs[name!] = value!
  return outputs
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}

/** A checkout in which the Action is a step. */
export interface Job extends AsyncDisposable {
  readonly workspace: Workspace
  run(
    inputs?: Readonly<Record<string, string>>,
    options?: Pick<ActionOptions, 'env' | 'cancel'>
  ): Promise<ActionResult>
}

export async function openJob(files: Readonly<Record<string, string>> = {}): Promise<Job> {
  const workspace = await openWorkspace(files)
  const outside = await openWorkspace()
  return {
    workspace,
    run: (inputs = {}, options = {}) =>
      runAction({ workspace: workspace.path, temp: outside.path, inputs, ...options }),
    async [Symbol.asyncDispose]() {
      await workspace[Symbol.asyncDispose]()
      await outside[Symbol.asyncDispose]()
    }
  }
}
