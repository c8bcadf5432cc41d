import { TracerunError } from '../../errors/errors.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import { fileNameOf, splitUrl, testNameOf } from '../../init/names.ts'
import type { ProposedSpec } from '../../init/propose-checks.ts'
import { proposeChecks } from '../../init/propose-checks.ts'
import type { SketchedRequest } from '../../init/request.ts'
import type { CiKind } from '../../init/write-project.ts'
import { renderProject, renderWorkflow, WORKFLOW_PATHS } from '../../init/write-project.ts'
import { renderTest } from '../../init/write-test.ts'
import type { Environment } from '../environment.ts'
import { reportFailure } from '../failure.ts'
import {
  type DraftFile,
  folderOf,
  pathFrom,
  refuseExisting,
  relativePath,
  writeFiles
} from '../init-files.ts'
import type { Probe, ProbeSettings } from '../init-probe.ts'
import { heldSpecs, planText, readDelays, sendProbe } from '../init-probe.ts'
import { notesOn, sayWhatWasSeen } from '../init-report.ts'
import { readWish, variablesOf, type Wish } from '../init-request.ts'
import { isThere } from '../is-there.ts'
import type { InitOptions } from '../options.ts'
import { loadEnvironment, readSettings } from '../read-settings.ts'
import { quoteForShell } from '../shell.ts'
import { checkTrace } from './check.ts'
import { validateFiles } from './validate.ts'

/** `tracerun init`: looks at one request, and writes a first test that passes. */
export async function initProject(options: InitOptions, given: Environment): Promise<ExitCode> {
  const wish = await readWish(options, given)
  const plan = await planFiles(options, wish, given)
  if (!options.force) await refuseExisting([plan.testPath], given)
  // What the file will read from the process has the value that the command gave.
  const environment = { ...given, variables: { ...unsetVariables(wish), ...given.variables, ...wish.values } }
  const probe = options.send ? await probeSystem(plan, wish, environment) : undefined
  if (given.signal.aborted) return 130

  const { specs, dropped } = await chooseSpecs(plan, wish, probe, environment)
  const files = draftFiles(plan, wish, specs, probe, environment)
  await writeFiles(files, options.force, environment)
  const { stdout, mask } = environment
  const say = (line: string): void => stdout.write(`${mask.text(line)}\n`)
  for (const { path } of files) say(`wrote ${path}`)
  for (const path of plan.kept) say(`${path} is there already and stays as it is`)
  for (const note of notesOn(probe?.report, wish, dropped)) say(`note: ${note}`)
  say('')
  return await concludeProbe(plan, wish, probe, environment, say)
}

/** What is written where, and what is found there. */
interface FilePlan extends ProbeSettings {
  readonly options: InitOptions
  readonly testName: string
  readonly testPath: string
  /** Nothing but the test is written where a project has its file. */
  readonly projectPath: string | undefined
  readonly ci: CiKind | undefined
  readonly hasCompose: boolean
  /** Files that init would write and that are there. */
  readonly kept: readonly string[]
  /** As the file has it: relative to the endpoint where the project names it. */
  readonly url: string
}

const PROJECT_PATH = 'tracerun.yaml'
const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']

async function planFiles(options: InitOptions, wish: Wish, environment: Environment): Promise<FilePlan> {
  const { settings, project } = await readSettings(
    { external: [], reporter: [], otlpListen: [] },
    { environment, load: loadEnvironment(environment), problems: [] }
  )
  const there = async (paths: readonly string[]): Promise<readonly string[]> => {
    const found = await Promise.all(paths.map(path => isThere(path, environment)))
    return paths.filter((_, at) => found[at])
  }
  const hasGitlab = (await there(['.gitlab-ci.yml'])).length > 0
  const wanted = options.ci ?? (hasGitlab ? 'gitlab' : 'github')
  const ci = wanted === 'none' ? undefined : wanted
  const isNew = project === undefined || options.force
  const keptFiles = options.force ? [] : await there(ci === undefined ? [] : [WORKFLOW_PATHS[ci]])
  const { endpoint, url } = splitEndpoint(wish.request, isNew ? undefined : settings.endpoint?.value, isNew)
  const testName = testNameOf(wish.request)
  return {
    options,
    testName,
    testPath: relativePath(options.file ?? `tests/${fileNameOf(testName)}`, environment),
    projectPath: isNew ? PROJECT_PATH : undefined,
    ci: keptFiles.length > 0 ? undefined : ci,
    hasCompose: (await there(COMPOSE_FILES)).length > 0,
    kept: [...(isNew ? [] : [project.source.name]), ...keptFiles],
    url,
    otlpListen: options.otlpListen,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(wish.dataStore === undefined ? {} : { dataStore: wish.dataStore }),
    ...(options.flushDelay === undefined ? {} : { flushDelay: options.flushDelay }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout })
  }
}

/** A new project names the endpoint once; in one that is there, a test of another endpoint says its own. */
function splitEndpoint(
  request: SketchedRequest,
  known: string | undefined,
  isNew: boolean
): { readonly endpoint?: string; readonly url: string } {
  const parts = splitUrl(request.url)
  if (parts === undefined) return { url: request.url }
  if (isNew) return { endpoint: parts.origin, url: parts.path }
  return known?.replace(/\/$/, '') === parts.origin
    ? { url: parts.path }
    : { url: `${parts.origin}${parts.path}` }
}

/** Without sending, it does not matter what a variable is. */
function unsetVariables({ request }: Wish): Readonly<Record<string, string>> {
  return Object.fromEntries(variablesOf(request).map(name => [name, 'not-set']))
}

interface Written {
  readonly specs: readonly ProposedSpec[]
  /** As the file names it. */
  readonly bodyFile: string | undefined
  readonly remarks?: readonly string[]
}

function renderWith(plan: FilePlan, wish: Wish, { specs, bodyFile, remarks = [] }: Written): string {
  const { body, ...request } = wish.request
  const written = bodyFile === undefined ? body : { file: bodyFile }
  return renderTest({
    name: plan.testName,
    request: { ...request, url: plan.url, ...(written ? { body: written } : {}) },
    secrets: wish.secrets,
    specs,
    remarks
  })
}

/** The name of the body's file in a YAML file of a folder. */
function bodyFileIn(folder: string, { request }: Wish, environment: Environment): string | undefined {
  const { body } = request
  return body && 'file' in body ? pathFrom(folder, body.file, environment) : undefined
}

/** Holds whatever comes, once nothing more can come: all of the trace is waited for. */
const WHOLE_TRACE: ProposedSpec = { name: 'whole', selector: 'span', assertions: ['count() <= 100000000'] }

async function probeSystem(plan: FilePlan, wish: Wish, environment: Environment): Promise<Probe> {
  const { stdout, mask } = environment
  const bodyFile = bodyFileIn('.', wish, environment)
  const text = renderWith(plan, wish, { specs: [WHOLE_TRACE], bodyFile })
  const test = await planText(text, plan, environment)
  const { location } = test
  // What is saved of it is of the file that is to be written: `--last-failed` looks for it there.
  const placed = { ...test, location: { ...location, source: { ...location.source, name: plan.testPath } } }
  stdout.write(
    mask.text(
      `sending ${plan.testName} once, to see what can be checked (--no-send writes without), and waiting for its trace\n`
    )
  )
  const probe = await sendProbe(placed, environment)
  const { verdict } = probe.report
  // Where nothing was sent there is nothing to write about.
  if (verdict.outcome === 'errored' && verdict.error.code.startsWith('BACKEND')) throw verdict.error
  stdout.write(mask.text(`${sayWhatWasSeen(probe.report)}\n\n`))
  return probe
}

interface ChosenSpecs {
  readonly specs: readonly ProposedSpec[]
  /** The names of those that did not hold. */
  readonly dropped: readonly string[]
}

/** Of what may be checked, what holds. */
async function chooseSpecs(
  plan: FilePlan,
  wish: Wish,
  probe: Probe | undefined,
  environment: Environment
): Promise<ChosenSpecs> {
  const { response, trace } = probe?.report ?? {}
  const specs = proposeChecks({ ...(response ? { response } : {}), ...(trace ? { trace } : {}) })
  if (probe === undefined || !hasSpans(probe)) return { specs, dropped: [] }
  const text = renderWith(plan, wish, { specs, bodyFile: bodyFileIn('.', wish, environment) })
  const held = await heldSpecs(await planText(text, plan, environment), probe, environment)
  const holds = (at: number): boolean => held?.includes(at) !== false
  return {
    specs: specs.filter((_, at) => holds(at)),
    dropped: specs.filter((_, at) => !holds(at)).map(({ name }) => name)
  }
}

function draftFiles(
  plan: FilePlan,
  wish: Wish,
  specs: readonly ProposedSpec[],
  probe: Probe | undefined,
  environment: Environment
): readonly DraftFile[] {
  const folder = folderOf(plan.testPath)
  const files: DraftFile[] = [
    {
      path: plan.testPath,
      text: renderWith(plan, wish, {
        specs,
        bodyFile: bodyFileIn(folder, wish, environment),
        remarks: hasSpans(probe) ? [] : [`Of the trace nothing is checked yet: ${whyNot(probe)}.`]
      })
    }
  ]
  const { projectPath, ci, options } = plan
  const delays = probe ? readDelays(probe.delays) : {}
  if (projectPath !== undefined)
    files.push({
      path: projectPath,
      text: renderProject({
        ...delays,
        ...plan,
        tests: folder === '.' ? plan.testPath : `${folder}/**/*.yaml`,
        otlpListen: options.otlpListen
      })
    })
  if (ci !== undefined)
    files.push({
      path: WORKFLOW_PATHS[ci],
      text: renderWorkflow({
        kind: ci,
        secrets: wish.secrets.map(({ name }) => name),
        hasCompose: plan.hasCompose,
        ...(plan.dataStore === undefined ? { endpoint: endpointOf(options.otlpListen) } : {})
      })
    })
  return files
}

function hasSpans(probe: Probe | undefined): boolean {
  return (probe?.report.trace?.spans.length ?? 0) > 1
}

function whyNot(probe: Probe | undefined): string {
  if (probe === undefined) return 'nothing was sent when this was written'
  return probe.report.response === undefined
    ? 'the system did not answer when this was written'
    : 'no spans came when this was written'
}

/** Where the services of this machine send their spans. */
function endpointOf([listen]: readonly string[]): string {
  return `http://localhost:${/(\d+)$/.exec(listen ?? '')?.[1] ?? '4318'}`
}

/** Judges what was seen by what was written; where that is not possible, says why. */
async function concludeProbe(
  plan: FilePlan,
  wish: Wish,
  probe: Probe | undefined,
  environment: Environment,
  say: (line: string) => void
): Promise<ExitCode> {
  const { testPath } = plan
  const source = { files: [testPath], vars: [], secret: [], strict: false }
  const hasTrace = hasSpans(probe)
  let exitCode: ExitCode
  if (probe?.path !== undefined && hasTrace) {
    const options = { ...source, trace: probe.path, watch: false, reporter: [] }
    exitCode = await checkTrace(options, environment)
  } else {
    exitCode = await validateFiles(source, environment)
    if (probe !== undefined && exitCode === 0) exitCode = await sayWhatIsMissing(probe, environment)
  }
  say('')
  for (const line of nextSteps(plan, wish, hasTrace)) say(line)
  return exitCode
}

async function sayWhatIsMissing({ report }: Probe, environment: Environment): Promise<ExitCode> {
  const { verdict } = report
  if (verdict.outcome === 'errored' && verdict.error instanceof TracerunError)
    return await reportFailure(verdict.error, environment)
  return 3
}

function nextSteps(
  { testPath, projectPath, ci }: FilePlan,
  { secrets }: Wish,
  hasTrace: boolean
): readonly string[] {
  const exports = secrets.flatMap(({ name, value }) => (value === undefined ? [] : [`  export ${name}=…`]))
  return [
    'next:',
    ...exports,
    ...(hasTrace
      ? []
      : [
          `  tracerun init … --force        once spans come: writes all of these again, with checks of the trace`
        ]),
    `  tracerun run ${projectPath === undefined ? `-f ${quoteForShell(testPath)}` : ''}`.trimEnd(),
    ...(ci === undefined ? [] : [`  read ${WORKFLOW_PATHS[ci]}, and let it start your system`])
  ]
}
