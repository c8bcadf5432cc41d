import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from './input-error.mjs'
import { readInputs, wordsOf } from './inputs.mjs'
import { errorCommand, writeOutputs } from './workflow.mjs'

const WRONG_INPUT = 2
const INTERRUPTED = 130
/** What has tested nothing neither passed nor failed: 0 is that of `--help` among the arguments, 1 that of npm. */
const WITHOUT_REPORT = new Map([
  [0, WRONG_INPUT],
  [1, 3]
])

process.exitCode = await main(process.env)

async function main(env) {
  const { exitCode, problem, report, path } = await runTests(env).catch(failureOf)
  if (problem !== undefined) process.stdout.write(errorCommand(problem))
  if (env.GITHUB_OUTPUT) writeOutputs(env.GITHUB_OUTPUT, outputsOf({ exitCode, report, path }))
  return exitCode
}

async function runTests(env) {
  requireNode(process.versions.node)
  const inputs = readInputs(env)
  const path = join(mkdtempSync(join(env.RUNNER_TEMP || tmpdir(), 'tracerun-')), 'report.json')
  const [program, ...first] = inputs.starter
  const exitCode = await runProgram(program, [...first, ...wordsOf(inputs, path)], {
    cwd: inputs.folder,
    env
  })
  const report = readReport(path)
  if (report !== undefined) return { exitCode, report, path }
  const said = `no test was run, and there is no report: tracerun ended with ${exitCode}, and says why above`
  return { exitCode: WITHOUT_REPORT.get(exitCode) ?? exitCode, problem: said }
}

function failureOf(error) {
  if (error instanceof InputError) return { exitCode: WRONG_INPUT, problem: error.message }
  throw error
}

function requireNode(version) {
  const [major, minor] = version.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19))
    throw new InputError(
      'Node',
      `it is ${version}, and 20.19 is needed: add a step of actions/setup-node before`
    )
}

/** Its output is ours. A signal to us is one to it, so that it reports what it has and ends what it started. */
function runProgram(program, words, options) {
  const child = spawn(program, words, { ...options, stdio: ['ignore', 'inherit', 'inherit'] })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.on('error', error => reject(new InputError(program, `it cannot be started: ${error.message}`)))
    child.on('close', code => resolve(code ?? INTERRUPTED))
  })
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** Without a report the counts are words that equal no number: an empty one would equal 0 in an expression. */
function outputsOf({ exitCode, report, path }) {
  const { passed, failed, errored, flaky } = report?.summary ?? {}
  const isKnown = report !== undefined
  return {
    passed: isKnown ? passed : 'unknown',
    failed: isKnown ? failed + errored : 'unknown',
    flaky: isKnown ? flaky : 'unknown',
    report: path ?? '',
    'exit-code': exitCode
  }
}
