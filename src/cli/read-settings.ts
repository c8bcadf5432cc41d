import type { LoadEnvironment } from '../definition/load.ts'
import type { Project } from '../definition/project.ts'
import { loadProject } from '../definition/project.ts'
import type { SettingName, Settings, VariableSource } from '../definition/settings.ts'
import { environmentName, mergeSettings, parseSettings } from '../definition/settings.ts'
import type { Diagnostic, Outcome } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import type { Environment } from './environment.ts'
import type { SettingOptions, SourceOptions } from './options.ts'

/** What flags, variables of the process and the project file say together, the first to speak deciding. */
export interface ReadSettings {
  readonly settings: Settings
  /** Absent where there is no project file. */
  readonly project: Project | undefined
}

export interface SettingsSources {
  readonly environment: Environment
  readonly load: LoadEnvironment
  /** Of `--vars`. */
  readonly variables?: readonly VariableSource[]
  /** Takes what is wrong with any of them. */
  readonly problems: Diagnostic[]
}

/** What each of them says, the first to speak deciding. */
export interface SettingLayers {
  readonly flags: Settings
  readonly fromEnvironment: Settings
  readonly project: Project | undefined
}

/** Reads the settings of a command. Rejects with `UsageError` where the project file cannot be read. */
export async function readSettings(
  options: Pick<SourceOptions, 'config'> & Partial<SettingOptions>,
  sources: SettingsSources
): Promise<ReadSettings> {
  const { flags, fromEnvironment, project } = await readLayers(options, sources)
  const { variables = [] } = sources
  const settings = mergeSettings([{ ...flags, variables }, fromEnvironment, project?.settings ?? {}])
  return { settings, project }
}

/** As `readSettings`, each layer by itself. */
export async function readLayers(
  options: Pick<SourceOptions, 'config'> & Partial<SettingOptions>,
  { environment, load, problems }: SettingsSources
): Promise<SettingLayers> {
  const take = <T>(outcome: Outcome<T>): T | undefined => {
    problems.push(...outcome.problems)
    return outcome.ok ? outcome.value : undefined
  }
  const flags = take(parseSettings(flagTexts(options), name => (name === 'tests' ? name : FLAGS[name])))
  problems.push(...misspeltVariables(environment.variables))
  const fromEnvironment = take(parseSettings(environmentTexts(environment), environmentName))
  const project = take(await loadProject(load, options.config))
  return { flags: flags ?? {}, fromEnvironment: fromEnvironment ?? {}, project }
}

/** What reading files needs of the world. */
export function loadEnvironment(environment: Environment): LoadEnvironment {
  return {
    cwd: environment.cwd,
    readStdin: () => {
      environment.debug('reading standard input')
      return environment.readStdin()
    },
    variables: environment.variables,
    hide: secret => environment.mask.add([secret])
  }
}

/** How a flag is written, for messages. */
export const FLAGS: Readonly<Record<Exclude<SettingName, 'tests'>, string>> = {
  jobs: '--jobs',
  retries: '--retries',
  timeout: '--timeout',
  flushDelay: '--flush-delay',
  lag: '--lag',
  tailSampling: '--tail-sampling',
  absenceWindow: '--absence-window',
  async: '--async',
  external: '--external',
  orphans: '--orphans',
  links: '--links',
  dataStore: '--data-store',
  otlpListen: '--otlp-listen',
  otlpCors: '--otlp-cors',
  otlpForward: '--otlp-forward',
  endpoint: '--endpoint',
  propagation: '--propagation',
  traceUrl: '--trace-url',
  pollingProfile: '--polling-profile',
  reporters: '--reporter',
  waitFor: '--wait-for',
  waitTimeout: '--wait-timeout'
}

export const SETTING_NAMES: readonly SettingName[] = [
  'tests',
  ...(Object.keys(FLAGS) as (keyof typeof FLAGS)[])
]

function flagTexts(options: Partial<SettingOptions>): ReadonlyMap<SettingName, string> {
  const { external, otlpListen, otlpCors, reporter, waitFor, ...single } = options
  const texts: Partial<Record<SettingName, string | undefined>> = {
    ...single,
    external: joined(external),
    otlpListen: joined(otlpListen),
    otlpCors: joined(otlpCors),
    reporters: joined(reporter),
    waitFor: joined(waitFor)
  }
  return new Map(
    SETTING_NAMES.flatMap(name => {
      const text = texts[name]
      return text === undefined ? [] : [[name, text]]
    })
  )
}

function environmentTexts({ variables }: Environment): ReadonlyMap<SettingName, string> {
  return new Map(
    SETTING_NAMES.flatMap(name => {
      const text = variables[environmentName(name)]
      return text === undefined || text === '' ? [] : [[name, text]]
    })
  )
}

/** Variables of the process that are no settings of a project. */
const OTHER_VARIABLES = [
  'TRACERUN_VARIABLES',
  'TRACERUN_ALLOW_EXEC',
  'TRACERUN_BAIL',
  'TRACERUN_SHARD',
  'TRACERUN_DEBUG'
]

/** Variables that are named like ours and mean nothing to us, and which one was probably meant. */
export function unknownVariables(
  variables: Environment['variables']
): readonly { readonly name: string; readonly near?: string }[] {
  const known = [...SETTING_NAMES.map(environmentName), ...OTHER_VARIABLES]
  const unknown = Object.keys(variables).filter(name => name.startsWith(PREFIX) && !known.includes(name))
  return unknown.toSorted().map(name => {
    const near = suggest(
      name.slice(PREFIX.length),
      known.map(one => one.slice(PREFIX.length))
    )
    return near === undefined ? { name } : { name, near: `${PREFIX}${near}` }
  })
}

const PREFIX = 'TRACERUN_'

/** One that is near to none of ours is most probably a script's own. */
function misspeltVariables(variables: Environment['variables']): readonly Diagnostic[] {
  return unknownVariables(variables).flatMap(({ name, near }): readonly Diagnostic[] =>
    near === undefined
      ? []
      : [
          {
            code: 'NO_EFFECT',
            severity: 'warning',
            message: `the variable ${name} has no effect: there is none of that name`,
            hint: `did you mean ${near}?`
          }
        ]
  )
}

function joined(texts: readonly string[] | undefined): string | undefined {
  return texts === undefined || texts.length === 0 ? undefined : texts.join(',')
}
